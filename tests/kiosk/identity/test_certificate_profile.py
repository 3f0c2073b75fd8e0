"""What a card's certificate must be like, rule by rule."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from kiosk.identity import Chain
from kiosk.identity.keys import accepted_hash
from kiosk.identity.profile import MAX_CERTIFICATE, MalformedCertificate, parse_certificate
from simulators import pki

UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.2.392.200149.9999.1"), b"\x05\x00")
ANY_POLICY = ObjectIdentifier("2.5.29.32.0")


def policies(oid: ObjectIdentifier) -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(oid, None)])


def eku(*purposes: ObjectIdentifier) -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage(list(purposes))


REFUSED = {
    "a CA as leaf": ({x509.BasicConstraints: (x509.BasicConstraints(True, None), True)}, "authority"),
    "a key that may sign certificates": (
        {x509.KeyUsage: (pki.key_usage("digital_signature", "key_cert_sign"), True)},
        "authority",
    ),
    "a key that may sign CRLs": (
        {x509.KeyUsage: (pki.key_usage("digital_signature", "crl_sign"), True)},
        "authority",
    ),
    "no key usage": ({x509.KeyUsage: None}, "key usage"),
    "key usage for encryption": ({x509.KeyUsage: (pki.key_usage("key_encipherment"), True)}, "key usage"),
    "no policy": ({x509.CertificatePolicies: None}, "policy"),
    "the policy of the signing certificate": (
        {x509.CertificatePolicies: (policies(pki.SIGN_POLICY), True)},
        "policy",
    ),
    "any policy": ({x509.CertificatePolicies: (policies(ANY_POLICY), True)}, "policy"),
    "an unknown critical extension": ({x509.UnrecognizedExtension: (UNKNOWN, True)}, "critical"),
    "a critical name constraint": (
        {x509.NameConstraints: (x509.NameConstraints([x509.DNSName("example.jp")], None), True)},
        "critical",
    ),
    "a critical purpose other than authentication": (
        {x509.ExtendedKeyUsage: (eku(ExtendedKeyUsageOID.SERVER_AUTH), True)},
        "critical",
    ),
}

ACCEPTED = {
    "an explicit 'not a CA'": {x509.BasicConstraints: (x509.BasicConstraints(False, None), True)},
    "an unknown extension that is not critical": {x509.UnrecognizedExtension: (UNKNOWN, False)},
    "no extended key usage": {x509.ExtendedKeyUsage: None},
    "authentication as critical purpose": {x509.ExtendedKeyUsage: (eku(ExtendedKeyUsageOID.CLIENT_AUTH), True)},
    "a policy that is not critical": {x509.CertificatePolicies: (policies(pki.USER_POLICY), False)},
    "non-repudiation beside the digital signature": {
        x509.KeyUsage: (pki.key_usage("digital_signature", "content_commitment"), True)
    },
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name, user, verifier_for, now):
    instead, word = REFUSED[name]
    check = verifier_for(user).check(user.issue(instead=instead).der, now)
    assert check.chain is Chain.UNTRUSTED
    assert word in check.reason
    assert not check.may_ask_pin


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepts(name, user, verifier_for, now):
    check = verifier_for(user).check(user.issue(instead=ACCEPTED[name]).der, now)
    assert check.chain is Chain.TRUSTED


@pytest.mark.parametrize("key", ["rsa1024-01", "p521-01"])
def test_refuses_a_key_too_weak_or_unknown(key, user, verifier_for, now):
    check = verifier_for(user).check(user.issue(key=pki.pool_key(key)).der, now)
    assert (check.chain, check.reason) == (Chain.UNTRUSTED, "its key is too weak or of an unknown kind")


@pytest.mark.parametrize(("key", "name"), [("rsa2048-07", "RSA-2048"), ("p384-02", "EC-P384"), ("p256-01", "EC-P256")])
def test_algorithm_comes_from_the_certificate(key, name, user, verifier_for, now):
    check = verifier_for(user).check(user.issue(key=pki.pool_key(key)).der, now)
    assert (check.chain, check.algorithm) == (Chain.TRUSTED, name)


@pytest.mark.parametrize(("key", "name"), [("rsa1024-01", "RSA-1024"), ("p521-01", "EC-secp521r1")])
def test_a_refused_key_is_named_too(key, name, user, verifier_for, now):
    assert verifier_for(user).check(user.issue(key=pki.pool_key(key)).der, now).algorithm == name


def test_the_next_card_is_accepted_under_the_next_authority(verifier_for, now):
    authority = pki.next_authority(now)
    check = verifier_for(authority).check(authority.issue(key=pki.pool_key("p384-02")).der, now)
    assert (check.chain, check.algorithm) == (Chain.TRUSTED, "EC-P384")


SHA1 = hashes.SHA1()  # noqa: S303 - it is what must be refused
SHA256_WITH_RSA = bytes.fromhex("2a864886f70d01010b")
SHA224_WITH_RSA = bytes.fromhex("2a864886f70d01010e")
SHA1_WITH_RSA = bytes.fromhex("2a864886f70d010105")


def test_refuses_a_certificate_signed_over_sha1(user, leaf, verifier_for, now):
    assert isinstance(user.key, rsa.RSAPrivateKey)
    weak = leaf.der.replace(SHA256_WITH_RSA, SHA1_WITH_RSA)
    tbs = x509.load_der_x509_certificate(weak).tbs_certificate_bytes
    signed = weak[:-256] + user.key.sign(tbs, padding.PKCS1v15(), SHA1)
    assert verifier_for(user).check(signed, now).chain is Chain.UNTRUSTED
    assert not accepted_hash(x509.load_der_x509_certificate(signed))


def test_refuses_a_certificate_signed_over_a_hash_that_is_not_accepted(user, leaf, verifier_for, now):
    """The library itself would take SHA-224."""
    other = leaf.der.replace(SHA256_WITH_RSA, SHA224_WITH_RSA)
    tbs = x509.load_der_x509_certificate(other).tbs_certificate_bytes
    signed = other[:-256] + user.key.sign(tbs, padding.PKCS1v15(), hashes.SHA224())
    check = verifier_for(user).check(signed, now)
    assert (check.chain, check.reason) == (Chain.UNTRUSTED, "it is signed with an algorithm that is not accepted")


def test_the_test_policy_is_accepted_under_a_test_root(verifier_for, now):
    test_root = pki.test_hierarchy(now)
    check = verifier_for(test_root).check(test_root.issue(policy=pki.TEST_POLICY).der, now)
    assert (check.chain, check.test_root) == (Chain.TRUSTED, True)


def test_the_test_policy_is_refused_under_a_root_that_is_no_test(verifier_for, now):
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Example Root")])
    plain = pki.root(name, pki.pool_key("rsa2048-03"), now)
    check = verifier_for(plain).check(plain.issue(policy=pki.TEST_POLICY).der, now)
    assert (check.chain, check.test_root) == (Chain.UNTRUSTED, False)


def test_further_policies_can_be_accepted_by_setting(user, verifier_for, now):
    leaf = user.issue(policy=ObjectIdentifier("1.2.3.4"))
    strict = verifier_for(user)
    wide = type(strict)(strict.trust, strict.revocation, policies={"1.2.3.4"})
    assert (strict.check(leaf.der, now).chain, wide.check(leaf.der, now).chain) == (
        Chain.UNTRUSTED,
        Chain.TRUSTED,
    )


def padded(der: bytes) -> bytes:
    return der + b"\xff"


MALFORMED = {
    "nothing": lambda der: b"",
    "filler of an empty file": lambda der: b"\xff" * 64,
    "cut short": lambda der: der[:-1],
    "a byte too many": padded,
    "PEM": lambda der: x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM),
    "too long": lambda der: b"\x30\x82\x20\x00" + b"\x00" * MAX_CERTIFICATE,
    "the text of another kind": lambda der: b"\x30\x03\x02\x01\x05",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed(name, user, leaf, verifier_for, now):
    check = verifier_for(user).check(MALFORMED[name](leaf.der), now)
    assert check.chain is Chain.MALFORMED
    assert check.certificate is None
    assert (check.subject, check.issuer, check.algorithm) == ("", "", "")
    assert not check.may_ask_pin


def test_malformed_has_no_last_day(user, verifier_for, now):
    with pytest.raises(ValueError, match="no certificate"):
        _ = verifier_for(user).check(b"", now).last_day


def test_a_certificate_of_exactly_the_limit_is_read(user, verifier_for, now):
    def of_size(filler: int) -> bytes:
        value = x509.UnrecognizedExtension(UNKNOWN.oid, b"\x04\x82" + filler.to_bytes(2, "big") + bytes(filler))
        return user.issue(serial=7, instead={x509.UnrecognizedExtension: (value, False)}).der

    filler = 2000 + MAX_CERTIFICATE - len(of_size(2000))
    assert len(of_size(filler)) == MAX_CERTIFICATE
    assert verifier_for(user).check(of_size(filler), now).chain is Chain.TRUSTED
    assert verifier_for(user).check(of_size(filler + 1), now).chain is Chain.MALFORMED


def test_a_number_of_twenty_octets_is_read(user):
    assert parse_certificate(user.issue(serial=(1 << 159) - 1).der).serial_number.bit_length() == 159


@pytest.mark.parametrize("octets", ["dec2e7a1", "80000000", "00000000"])
def test_a_number_that_is_not_positive_is_malformed(octets, leaf):
    usual = b"\x02\x04" + (0x5EC2E7A1).to_bytes(4, "big")
    assert leaf.der.count(usual) == 1
    with pytest.raises(MalformedCertificate, match="number"):
        parse_certificate(leaf.der.replace(usual, b"\x02\x04" + bytes.fromhex(octets)))


def test_the_number_zero_is_malformed(user):
    zero = user.issue(serial=1).der.replace(b"\x02\x01\x01", b"\x02\x01\x00", 1)
    with pytest.warns(CryptographyDeprecationWarning, match="positive"):
        assert x509.load_der_x509_certificate(zero).serial_number == 0
    # Here a warning is an error: nothing may be said on standard error, for the answer says it.
    with pytest.raises(MalformedCertificate, match="number"):
        parse_certificate(zero)


@pytest.mark.filterwarnings("ignore")
def test_a_number_beyond_twenty_octets_is_malformed(user):
    der = user.issue(serial=(1 << 159) - 1).der
    body = der[8:].replace(b"\x02\x14\x7f", b"\x02\x15\x00\xff", 1)
    total, inner = (int.from_bytes(der[at : at + 2], "big") + 1 for at in (2, 6))
    longer = b"\x30\x82" + total.to_bytes(2, "big") + b"\x30\x82" + inner.to_bytes(2, "big") + body
    assert x509.load_der_x509_certificate(longer).serial_number.bit_length() == 160
    with pytest.raises(MalformedCertificate, match="number"):
        parse_certificate(longer)


def test_a_certificate_of_version_1_is_malformed(leaf):
    """Version 1 is what the absence of version and extensions means; such a leaf has no profile at all."""
    version_3 = b"\xa0\x03\x02\x01\x02"
    inner = int.from_bytes(leaf.der[6:8], "big")
    tbs = leaf.der[8 + len(version_3) : leaf.der.index(b"\xa3\x82")]
    body = b"\x30\x82" + len(tbs).to_bytes(2, "big") + tbs + leaf.der[8 + inner :]
    first = b"\x30\x82" + len(body).to_bytes(2, "big") + body
    assert x509.load_der_x509_certificate(first).version is x509.Version.v1
    with pytest.raises(MalformedCertificate, match="v3"):
        parse_certificate(first)


def test_dates_in_the_wrong_order_are_malformed(user, leaf):
    dates = [leaf.der.index(b"\x17\x0d"), leaf.der.index(b"\x17\x0d") + 15]
    first, second = (leaf.der[at : at + 15] for at in dates)
    turned = leaf.der[: dates[0]] + second + first + leaf.der[dates[1] + 15 :]
    with pytest.raises(MalformedCertificate):
        parse_certificate(turned)


def test_a_duplicate_extension_is_malformed(user):
    other = x509.UnrecognizedExtension(ObjectIdentifier("1.2.392.200149.9999.2"), b"\x05\x00")
    two = user.issue(
        instead={x509.UnrecognizedExtension: (UNKNOWN, False), x509.SubjectKeyIdentifier: (other, False)}
    ).der
    assert parse_certificate(two)
    at = two.index(b"\xce\x0f\x02")  # the end of the second identifier: 9999.2
    with pytest.raises(MalformedCertificate):
        parse_certificate(two[: at + 2] + b"\x01" + two[at + 3 :])


def test_no_time_zone_is_an_error_of_the_caller(user, leaf, verifier_for):
    with pytest.raises(ValueError, match="aware"):
        verifier_for(user).check(leaf.der, datetime(2026, 11, 22))


def test_the_last_day_is_that_of_tokyo(user, verifier_for, now):
    end = now.replace(year=2029, month=3, day=31, hour=15, minute=0, second=0)
    day = verifier_for(user).check(user.issue(not_after=end).der, now).last_day
    assert day.isoformat() == "2029-04-01"
    day = verifier_for(user).check(user.issue(not_after=end - timedelta(seconds=1)).der, now).last_day
    assert day.isoformat() == "2029-03-31"


def test_no_end_has_a_last_day_too(user, verifier_for, now):
    end = datetime(9999, 12, 31, 23, 59, 59, tzinfo=now.tzinfo)
    assert verifier_for(user).check(user.issue(not_after=end).der, now).last_day.year == 9999
