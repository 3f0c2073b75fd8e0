"""What an OCSP response proves: a table of every rule."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from kiosk.identity import Revocation
from kiosk.identity.ocsp import build_request, judge_response
from simulators import pki

GOOD, REVOKED, NOT_CHECKED = Revocation.GOOD, Revocation.REVOKED, Revocation.NOT_CHECKED
SHA1 = hashes.SHA1()  # noqa: S303 - it names the certificate
NONCE = bytes(range(32))
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
IS_REVOKED, IS_UNKNOWN = ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN


@pytest.fixture
def judge(user, leaf, now):
    def judging(content, *, certificate=leaf.certificate, issuer=user.certificate, at=now):
        return judge_response(content, certificate, issuer, NONCE, at)

    return judging


def test_the_request_asks_for_one_certificate_with_our_nonce(user, leaf):
    request = ocsp.load_der_ocsp_request(build_request(leaf.certificate, user.certificate, NONCE))
    assert request.serial_number == leaf.certificate.serial_number
    assert request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == NONCE


@pytest.mark.parametrize(
    ("status", "answer"),
    [(ocsp.OCSPCertStatus.GOOD, GOOD), (IS_REVOKED, REVOKED), (IS_UNKNOWN, NOT_CHECKED)],
)
def test_the_issuers_own_answer(status, answer, user, leaf, judge):
    assert judge(user.ocsp(leaf.certificate, status=status, nonce=NONCE)) is answer


@pytest.mark.parametrize("algorithm", [SHA1, hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_the_certificate_may_be_named_by_any_common_hash(algorithm, user, leaf, judge):
    assert judge(user.ocsp(leaf.certificate, algorithm=algorithm)) is GOOD


def test_another_hash_in_the_name_is_not_understood(user, leaf, judge):
    assert judge(user.ocsp(leaf.certificate, algorithm=hashes.SHA224())) is NOT_CHECKED


def test_an_answer_without_a_nonce_counts(user, leaf, judge):
    assert judge(user.ocsp(leaf.certificate)) is GOOD


def test_a_good_answer_with_another_nonce_is_a_replay(user, leaf, judge):
    assert judge(user.ocsp(leaf.certificate, nonce=b"another")) is NOT_CHECKED


def test_an_answer_about_another_certificate_says_nothing(user, judge):
    other = user.issue(serial=1234).certificate
    assert judge(user.ocsp(other, status=IS_REVOKED)) is NOT_CHECKED


def test_an_answer_about_the_same_number_of_another_generation_says_nothing(generations, user, leaf, judge):
    other = generations[1].certificate
    assert judge(user.ocsp(leaf.certificate, answers_for=other)) is NOT_CHECKED


def test_an_answer_about_the_same_number_of_another_issuer_says_nothing(user, leaf, now, judge):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "elsewhere")])
    other = pki.root(name, user.key, now).issue(serial=leaf.certificate.serial_number)
    assert judge(user.ocsp(other.certificate)) is NOT_CHECKED


def test_a_forger_of_the_same_name_says_nothing(user, leaf, judge):
    forger = pki.lookalike(user)
    assert judge(forger.ocsp(leaf.certificate, answers_for=user.certificate)) is NOT_CHECKED


def test_an_answer_changed_after_signing_says_nothing(user, leaf, judge):
    content = user.ocsp(leaf.certificate)
    assert judge(content[:-1] + bytes([content[-1] ^ 1])) is NOT_CHECKED


@pytest.mark.parametrize(
    ("window", "answer"),
    [
        ({"this_update": timedelta(0)}, GOOD),
        ({"this_update": timedelta(minutes=5)}, GOOD),
        ({"this_update": timedelta(minutes=5, seconds=1)}, NOT_CHECKED),
        ({"next_update": timedelta(0)}, GOOD),
        ({"next_update": -SECOND}, NOT_CHECKED),
    ],
)
def test_good_needs_to_be_in_date(window, answer, user, leaf, now, judge):
    dates = {name: now + offset for name, offset in window.items()}
    assert judge(user.ocsp(leaf.certificate, **dates)) is answer


def endless(user, leaf, this_update):
    builder = ocsp.OCSPResponseBuilder().add_response(
        leaf.certificate,
        user.certificate,
        SHA1,
        ocsp.OCSPCertStatus.GOOD,
        this_update,
        None,
        None,
        None,
    )
    named = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, user.certificate)
    return named.sign(user.key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(("age", "answer"), [(DAY, GOOD), (DAY + SECOND, NOT_CHECKED)])
def test_an_answer_without_an_end_is_good_for_a_day(age, answer, user, leaf, now, judge):
    assert judge(endless(user, leaf, now - age)) is answer


def test_a_stale_revoked_is_still_revoked(user, leaf, now, judge):
    stale = user.ocsp(leaf.certificate, status=IS_REVOKED, this_update=now - 9 * DAY, next_update=now - 8 * DAY)
    assert judge(stale) is REVOKED


def eku(*purposes):
    return {x509.ExtendedKeyUsage: (x509.ExtendedKeyUsage(list(purposes)), False)}


RESPONDERS = {
    "appointed and in date": (lambda user, now: user.responder(), GOOD),
    "in its last second": (lambda user, now: user.responder(not_after=now), GOOD),
    "in its first second": (lambda user, now: user.responder(not_before=now), GOOD),
    "out of date": (lambda user, now: user.responder(not_after=now - SECOND), NOT_CHECKED),
    "not yet valid": (lambda user, now: user.responder(not_before=now + SECOND), NOT_CHECKED),
    "without key usage": (lambda user, now: user.responder(instead={x509.KeyUsage: None}), GOOD),
    "of another key usage": (
        lambda user, now: user.responder(instead={x509.KeyUsage: (pki.key_usage("key_encipherment"), True)}),
        NOT_CHECKED,
    ),
    "a card": (lambda user, now: user.issue(), NOT_CHECKED),
    "of no purpose": (
        lambda user, now: user.responder(instead={x509.ExtendedKeyUsage: None}),
        NOT_CHECKED,
    ),
    "of any purpose": (
        lambda user, now: user.responder(instead=eku(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)),
        NOT_CHECKED,
    ),
    "appointed by a forger": (lambda user, now: pki.lookalike(user).responder(), NOT_CHECKED),
    "appointed by another generation": (
        lambda user, now: pki.jpki_generations(now)[1].responder(),
        NOT_CHECKED,
    ),
    "with a weak key": (lambda user, now: user.responder(key=pki.pool_key("rsa1024-01")), NOT_CHECKED),
    "with a key of the next generation": (lambda user, now: user.responder(key=pki.pool_key("p384-02")), GOOD),
}


@pytest.mark.parametrize("name", RESPONDERS)
def test_a_delegated_responder(name, user, leaf, now, judge):
    make, answer = RESPONDERS[name]
    assert judge(user.ocsp(leaf.certificate, responder=make(user, now))) is answer


def test_a_delegated_responder_that_does_not_show_its_certificate_is_unknown(user, leaf, judge):
    assert judge(user.ocsp(leaf.certificate, responder=user.responder(), attach=False)) is NOT_CHECKED


@pytest.mark.parametrize("critical", [True, False])
def test_an_unknown_critical_extension_makes_it_unusable(critical, user, leaf, now, judge):
    unknown = x509.UnrecognizedExtension(ObjectIdentifier("1.2.392.200149.9999.1"), b"\x05\x00")
    builder = ocsp.OCSPResponseBuilder().add_response(
        leaf.certificate,
        user.certificate,
        SHA1,
        ocsp.OCSPCertStatus.GOOD,
        now,
        now + DAY,
        None,
        None,
    )
    named = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, user.certificate)
    signed = named.add_extension(unknown, critical=critical).sign(user.key, hashes.SHA256())
    content = signed.public_bytes(Encoding.DER)
    assert judge(content) is (NOT_CHECKED if critical else GOOD)


@pytest.mark.parametrize("status", [ocsp.OCSPResponseStatus.TRY_LATER, ocsp.OCSPResponseStatus.UNAUTHORIZED])
def test_a_refusal_of_the_responder_says_nothing(status, judge):
    refused = ocsp.OCSPResponseBuilder.build_unsuccessful(status)
    assert judge(refused.public_bytes(Encoding.DER)) is NOT_CHECKED


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\x30\x03\x0a\x01\x00", b"<html></html>"])
def test_rubbish_says_nothing(content, judge):
    assert judge(content) is NOT_CHECKED


def test_the_next_generation_answers_too(now, judge):
    authority = pki.next_authority(now)
    issued = authority.issue(key=pki.pool_key("p384-02"))
    content = authority.ocsp(issued.certificate, nonce=NONCE)
    assert judge(content, certificate=issued.certificate, issuer=authority.certificate) is GOOD
