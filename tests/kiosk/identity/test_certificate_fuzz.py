"""Whatever a card gives, the answer is a verdict, never an exception, and never 'trusted' for what was changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.identity import Chain, NoSource, Revocation, TrustAnchor, TrustStore, Verifier
from kiosk.identity.crl import parse_crls
from kiosk.identity.crl_form import take_apart
from kiosk.identity.ocsp import judge_response
from simulators import pki

pytestmark = pytest.mark.filterwarnings("ignore")  # as in the field, where a warning is no error

NOW = datetime(2026, 11, 22, tzinfo=UTC)
USER = pki.user_authority(NOW)
LEAF = USER.issue(serial=0x5EC2E7A1)
VERIFIER = Verifier(TrustStore((TrustAnchor(USER.certificate),)), NoSource())
CRL = USER.crl(revoked=[LEAF.certificate], partition=pki.DEFAULT_PARTITION)
OCSP = USER.ocsp(LEAF.certificate, responder=USER.responder())

changes = st.lists(
    st.tuples(st.integers(0, 5000), st.integers(0, 255), st.sampled_from(["set", "insert", "delete"])),
    min_size=1,
    max_size=4,
)


def changed(content: bytes, steps: list[tuple[int, int, str]]) -> bytes:
    octets = bytearray(content)
    for place, octet, kind in steps:
        at = place % len(octets)
        if kind == "set":
            octets[at] = octet
        elif kind == "insert":
            octets.insert(at, octet)
        else:
            del octets[at]
    return bytes(octets)


@given(st.binary(max_size=6000))
def test_arbitrary_bytes_are_malformed(content):
    assert VERIFIER.check(content, NOW).chain is Chain.MALFORMED


@settings(max_examples=600)
@given(changes)
def test_a_changed_certificate_is_never_trusted_and_never_raises(steps):
    content = changed(LEAF.der, steps)
    check = VERIFIER.check(content, NOW)
    assert (check.chain is Chain.TRUSTED) == (content == LEAF.der)
    assert isinstance(f"{check!r}{check.subject}{check.issuer}{check.algorithm}", str)
    assert check.certificate is None or check.last_day


@settings(max_examples=300)
@given(changes)
def test_a_changed_list_says_nothing_and_never_raises(steps):
    """What is changed outside the signed part, such as a byte after the list's end, takes nothing away from it."""
    content = changed(CRL, steps)
    lists = parse_crls(content).lists
    answers = {crl.status(LEAF.certificate, USER.certificate, NOW) for crl in lists}
    assert answers <= {Revocation.REVOKED, Revocation.NOT_CHECKED}
    if Revocation.REVOKED in answers:
        assert take_apart(content).signed.whole == take_apart(CRL).signed.whole
    assert content != CRL or answers == {Revocation.REVOKED}


@settings(max_examples=300)
@given(changes)
def test_a_changed_ocsp_answer_never_turns_and_never_raises(steps):
    answer = judge_response(changed(OCSP, steps), LEAF.certificate, USER.certificate, b"nonce", NOW)
    assert answer in {Revocation.GOOD, Revocation.NOT_CHECKED}


@given(st.binary(max_size=2000))
def test_arbitrary_bytes_are_no_answer(content):
    assert judge_response(content, LEAF.certificate, USER.certificate, b"nonce", NOW) is Revocation.NOT_CHECKED
