"""Which level may be claimed from which evidence."""

from __future__ import annotations

import itertools

import pytest

from kiosk.identity import CertificateCheck, Chain, Level, Revocation, claimable_level

GENUINE = CertificateCheck(None, Chain.TRUSTED, Revocation.GOOD)


@pytest.mark.parametrize("chain", [Chain.TRUSTED, Chain.EXPIRED])
@pytest.mark.parametrize(
    ("evidence", "level"),
    [
        ({}, Level.PRESENTED),
        ({"pin_was_right": True}, Level.PRESENTED),
        ({"signature_valid": True}, Level.PRESENTED),
        ({"pin_was_right": True, "signature_valid": True}, Level.CONFIRMED),
        ({"staff_compared_face": True}, Level.STAFF_CONFIRMED),
        ({"staff_compared_face": True, "pin_was_right": True, "signature_valid": True}, Level.CONFIRMED),
    ],
)
def test_evidence_with_a_genuine_card(chain, evidence, level):
    check = CertificateCheck(None, chain, Revocation.NOT_CHECKED)
    assert claimable_level(check, **evidence) is level


REFUSED = [
    None,
    CertificateCheck(None, Chain.UNTRUSTED),
    CertificateCheck(None, Chain.NOT_YET_VALID),
    CertificateCheck(None, Chain.MALFORMED),
    CertificateCheck(None, Chain.TRUSTED, Revocation.REVOKED),
    CertificateCheck(None, Chain.EXPIRED, Revocation.REVOKED),
]


@pytest.mark.parametrize("check", REFUSED)
@pytest.mark.parametrize("flags", list(itertools.product([True, False], repeat=3)))
def test_a_card_that_is_refused_proves_nothing_whatever_else_was_done(check, flags):
    names = ("pin_was_right", "signature_valid", "staff_compared_face")
    assert claimable_level(check, **dict(zip(names, flags, strict=True))) is None
