"""Lists that are genuine and odd: what the authority signed counts, and OpenSSL is asked for a second opinion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.identity import CrlSource, Revocation
from kiosk.identity.crl import parse_crls
from simulators import pki
from tests.kiosk.identity.surgery import changed, grown, tlv
from tests.kiosk.identity.test_openssl_agrees import openssl

GOOD, REVOKED, NOT_CHECKED = Revocation.GOOD, Revocation.REVOKED, Revocation.NOT_CHECKED
TRUE, FALSE = b"\x01\x01\xff", b"\x01\x01\x00"
REASON_OID, SCOPE_OID, NUMBER_OID = b"\x06\x03\x55\x1d\x15", b"\x06\x03\x55\x1d\x1c", b"\x06\x03\x55\x1d\x14"
ISSUER_OID = b"\x06\x03\x55\x1d\x1d"
REASON = tlv(0x30, REASON_OID, tlv(0x04, b"\x0a\x01\x01"))
NUMBER = tlv(0x30, NUMBER_OID, tlv(0x04, b"\x02\x01\x01"))
KEY_COMPROMISE = x509.ReasonFlags.key_compromise


def reason(code: int, criticality: bytes = b"") -> bytes:
    return tlv(0x30, REASON_OID, criticality, tlv(0x04, bytes([0x0A, 1, code])))


def swap(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda tbs: grown(tbs, old, new)


def people_only(tbs: bytes, scope: bytes) -> bytes:
    """Put an issuingDistributionPoint of that content beside the list's number."""
    return grown(tbs, NUMBER, NUMBER + tlv(0x30, SCOPE_OID, TRUE, tlv(0x04, tlv(0x30, scope))))


NO_LIMITS = "a scope whose limits are explicitly false"
"""RFC 5280, 5.2.5 forbids a scope that is empty in DER; OpenSSL 3.0 takes such a list, and 3.5 leaves it out."""

# Each changes the tbsCertList of a list of two entries, 17 with the reason keyCompromise and the certificate without.
ODD: dict[str, Callable[[bytes], bytes]] = {
    "a reason that is not assigned": swap(REASON, reason(7)),
    "a reason far beyond the table": swap(REASON, reason(99)),
    "a reason that says explicitly that it is not critical": swap(REASON, reason(1, FALSE)),
    "a number that says explicitly that it is not critical": swap(
        NUMBER, tlv(0x30, NUMBER_OID, FALSE, tlv(0x04, b"\x02\x01\x01"))
    ),
    NO_LIMITS: lambda tbs: people_only(tbs, b"".join(bytes([tag, 1, 0]) for tag in (0x81, 0x82, 0x84, 0x85))),
    "a scope of people only whose other limits are explicitly false": lambda tbs: people_only(
        tbs, bytes.fromhex("8101ff 820100 840100 850100")
    ),
}
AROUND: dict[str, Callable[[bytes], bytes]] = {
    "a line end after it": lambda crl: crl + b"\n",
    "zeros after it": lambda crl: crl + bytes(4096),
}


def two(user, leaf, **more):
    return user.crl(revoked=[pki.Listed(17, reason=KEY_COMPROMISE), leaf.certificate], **more)


def one(user, **more):
    return user.crl(revoked=[pki.Listed(17, reason=KEY_COMPROMISE)], **more)


@pytest.fixture
def ask(user, leaf, now, write):
    def asking(content: bytes, at=now) -> Revocation:
        return CrlSource.load([write("list.crl", content)]).status(leaf.certificate, user.certificate, at)

    return asking


@pytest.mark.parametrize("name", ODD)
def test_a_listed_certificate_is_revoked_and_another_good(name, user, leaf, ask):
    assert ask(changed(user, two(user, leaf), ODD[name])) is REVOKED
    assert ask(changed(user, one(user), ODD[name])) is GOOD


@pytest.mark.parametrize("name", ODD)
def test_openssl_takes_the_odd_list_too(name, user, leaf, now, write):
    paths = "-CAfile", write("root.pem", user.pem), write("leaf.pem", leaf.pem)
    left_out = name == NO_LIMITS and openssl_version() >= (3, 5)
    for base, problem in ((two(user, leaf), "certificate revoked"), (one(user), "")):
        crl = write("list.der", changed(user, base, ODD[name]))
        assert openssl("crl", "-inform", "DER", "-in", crl, "-out", crl.with_suffix(".pem")).returncode == 0
        moment = "-attime", int(now.timestamp())
        said = openssl("verify", *moment, "-crl_check", "-extended_crl", "-CRLfile", crl.with_suffix(".pem"), *paths)
        problem = "unable to get certificate CRL" if left_out else problem
        assert (said.returncode == 0, problem in said.stderr) == (not problem, True), said.stderr


def openssl_version() -> tuple[int, ...]:
    return tuple(int(part) for part in openssl("version").stdout.split()[1].split(".")[:2])


@pytest.mark.parametrize("name", AROUND)
def test_what_follows_a_list_does_not_un_revoke(name, user, leaf, ask):
    assert ask(AROUND[name](two(user, leaf))) is REVOKED
    assert ask(AROUND[name](one(user))) is GOOD


def test_a_number_that_cannot_be_read_does_not_un_revoke(user, leaf, ask):
    broken = swap(NUMBER, tlv(0x30, NUMBER_OID, tlv(0x04, b"\x05\x01\x01")))
    assert ask(changed(user, two(user, leaf), broken)) is REVOKED


def test_an_entry_whose_issuer_cannot_be_read_may_be_ours(user, leaf, ask):
    odd = swap(REASON, tlv(0x30, ISSUER_OID, TRUE, tlv(0x04, b"\x30\x02\x84\x00")))
    assert ask(changed(user, two(user, leaf), odd)) is REVOKED
    assert ask(changed(user, one(user), odd)) is NOT_CHECKED


def test_sixty_days_after_its_end_a_list_still_revokes(user, leaf, now, ask):
    old = two(user, leaf, this_update=now - timedelta(days=70), next_update=now - timedelta(days=60))
    assert ask(old) is REVOKED


def pem(der: bytes) -> bytes:
    return x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)


def test_a_pem_whose_comment_begins_with_a_zero_is_no_der(user, leaf, ask):
    assert ask(b"0 entries were added today\n" + pem(two(user, leaf))) is REVOKED


BAD_BLOCK = b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"


@pytest.mark.parametrize("bundle", [lambda good: BAD_BLOCK + good, lambda good: good + BAD_BLOCK])
def test_one_bad_list_in_a_bundle_costs_no_other(bundle, user, leaf, write, ask):
    assert ask(bundle(pem(two(user, leaf)))) is REVOKED
    assert ask(bundle(pem(one(user)))) is GOOD


def test_a_number_with_a_zero_that_it_need_not_have_is_listed_all_the_same(user, leaf, ask):
    """X.690 8.3.2 forbids the zero; but what is signed counts, and a list that is not understood may not say «good»."""
    number = leaf.certificate.serial_number
    plain = number.to_bytes(number.bit_length() // 8 + 1, "big")
    for more in (b"\0", bytes(20)):
        longer = swap(tlv(0x02, plain), tlv(0x02, more, plain))
        assert ask(changed(user, two(user, leaf), longer)) is REVOKED


@pytest.mark.parametrize("between", [b"", b"\n", b"\r\n", bytes(512)])
def test_lists_in_der_one_after_the_other_all_count(between, user, leaf, ask):
    assert ask(one(user) + between + two(user, leaf)) is REVOKED
    assert ask(one(user) + between + one(user) + between) is GOOD


def test_what_follows_a_list_in_der_and_is_none_is_told(user):
    bundle = parse_crls(one(user) + b"\n-----BEGIN X509 CRL-----")
    assert (len(bundle.lists), bundle.faults) == (1, ("list 2: not a CRL in PEM or DER",))
