"""Several sources as one."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest

from kiosk.identity import Combined, NoSource, Revocation

GOOD, REVOKED, NOT_CHECKED = Revocation.GOOD, Revocation.REVOKED, Revocation.NOT_CHECKED


@dataclass
class Fixed:
    answer: Revocation
    asked: int = 0

    def status(self, certificate, issuer, now):
        self.asked += 1
        return self.answer


@pytest.mark.parametrize("answers", list(itertools.product(Revocation, repeat=2)))
def test_any_revoked_wins_else_any_good(answers, leaf, user, now):
    expected = next(answer for answer in (REVOKED, GOOD, NOT_CHECKED) if answer in answers)
    combined = Combined([Fixed(answer) for answer in answers])
    assert combined.status(leaf.certificate, user.certificate, now) is expected


def test_revoked_ends_the_asking(leaf, user, now):
    later = Fixed(GOOD)
    assert Combined([Fixed(REVOKED), later]).status(leaf.certificate, user.certificate, now) is REVOKED
    assert later.asked == 0


def test_no_source_never_says_good(leaf, user, now):
    assert NoSource().status(leaf.certificate, user.certificate, now) is NOT_CHECKED
    assert Combined([]).status(leaf.certificate, user.certificate, now) is NOT_CHECKED
