"""OCSP answers that are genuine and odd: what the authority signed counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.x509 import ocsp

from kiosk.identity import Revocation
from kiosk.identity.ocsp import judge_response
from tests.kiosk.identity.surgery import answered, grown, single_of, tlv

GOOD, REVOKED, NOT_CHECKED = Revocation.GOOD, Revocation.REVOKED, Revocation.NOT_CHECKED
NONCE = bytes(range(32))
IS_GOOD, IS_REVOKED = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED
UNKNOWN_OID = bytes.fromhex("060a2a8308869b21ce0f0101")


def extension(*criticality: bytes) -> bytes:
    return tlv(0xA1, tlv(0x30, tlv(0x30, UNKNOWN_OID, *criticality, tlv(0x04, b"\x05\x00"))))


def with_reason(code: int) -> Callable[[bytes], bytes]:
    """Give the RevokedInfo, which holds its time alone, a reason."""

    def change(single: bytes) -> bytes:
        at = single.index(b"\xa1\x11\x18\x0f")
        info = single[at : at + 19]
        return grown(single, info, tlv(0xA1, info[2:], tlv(0xA0, bytes([0x0A, 1, code]))))

    return change


@pytest.fixture
def ask(user, leaf, now):
    def asking(content: bytes) -> Revocation:
        return judge_response(content, leaf.certificate, user.certificate, NONCE, now)

    return asking


@pytest.fixture
def other(user):
    """The answer about somebody else, good."""
    return single_of(user.ocsp(user.issue(serial=77).certificate))


@pytest.fixture
def of_us(user, leaf):
    """Answers about our certificate: ``of_us(status)``."""
    return lambda status: user.ocsp(leaf.certificate, status=status)


@pytest.mark.parametrize(("status", "said"), [(IS_GOOD, GOOD), (IS_REVOKED, REVOKED)])
@pytest.mark.parametrize("first", [True, False])
def test_of_several_answers_ours_counts(first, status, said, user, of_us, other, ask):
    single = single_of(of_us(status))
    both = other + single if first else single + other
    assert ask(answered(user, of_us(status), lambda tbs: grown(tbs, single, both))) is said


def test_of_two_answers_about_us_revoked_counts(user, of_us, ask):
    good, gone = single_of(of_us(IS_GOOD)), single_of(of_us(IS_REVOKED))
    for both in (good + gone, gone + good):
        assert ask(answered(user, of_us(IS_GOOD), lambda tbs, both=both: grown(tbs, good, both))) is REVOKED


def test_answers_about_others_alone_say_nothing(user, of_us, other, ask):
    single = single_of(of_us(IS_REVOKED))
    assert ask(answered(user, of_us(IS_REVOKED), lambda tbs: grown(tbs, single, other + other))) is NOT_CHECKED


@pytest.mark.parametrize("code", [7, 99])
def test_a_reason_that_is_not_assigned_does_not_un_revoke(code, user, of_us, ask):
    single = single_of(of_us(IS_REVOKED))
    odd = with_reason(code)(single)
    assert ask(answered(user, of_us(IS_REVOKED), lambda tbs: grown(tbs, single, odd))) is REVOKED


@pytest.mark.parametrize(("status", "said"), [(IS_GOOD, GOOD), (IS_REVOKED, REVOKED)])
def test_a_default_that_is_written_out_costs_nothing(status, said, user, of_us, ask):
    single = single_of(of_us(status))
    odd = tlv(0x30, single[2:], extension(b"\x01\x01\x00"))
    assert ask(answered(user, of_us(status), lambda tbs: grown(tbs, single, odd))) is said
    version = tlv(0xA0, b"\x02\x01\x00")
    assert ask(answered(user, of_us(status), lambda tbs: tlv(0x30, version, tbs[3 if tbs[1] == 0x81 else 4 :]))) is said


def test_something_critical_that_is_not_understood_costs_its_own_answer_alone(user, of_us, other, ask):
    single = single_of(of_us(IS_REVOKED))
    odd, foreign = tlv(0x30, single[2:], extension(b"\x01\x01\xff")), tlv(0x30, other[2:], extension(b"\x01\x01\xff"))
    assert ask(answered(user, of_us(IS_REVOKED), lambda tbs: grown(tbs, single, odd))) is NOT_CHECKED
    assert ask(answered(user, of_us(IS_REVOKED), lambda tbs: grown(tbs, single, foreign + single))) is REVOKED


@pytest.mark.parametrize(("status", "said"), [(IS_GOOD, GOOD), (IS_REVOKED, REVOKED)])
def test_what_follows_an_answer_costs_nothing(status, said, of_us, ask):
    assert ask(of_us(status) + b"\r\n") is said


def test_a_replayed_answer_revokes_and_proves_nothing_good(user, leaf, ask):
    for status, said in ((IS_GOOD, NOT_CHECKED), (IS_REVOKED, REVOKED)):
        assert ask(user.ocsp(leaf.certificate, status=status, nonce=b"another")) is said
