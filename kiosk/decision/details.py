"""Decide section 2: a benefit claim or a health programme (「使用目的: 資格情報の確認」)."""

from __future__ import annotations

from kiosk.decision.codes import Document, Presented, Reason, Usable
from kiosk.decision.derived import Derived
from kiosk.decision.matched_row import MatchedRow, causes_without_card

__all__ = ["answer_details"]


def answer_details(derived: Derived) -> MatchedRow:
    """Return what confirms the person's 資格情報 when no treatment is asked for."""
    present = _present(derived)
    return MatchedRow(
        applies=_applies(derived, present),
        present=present,
        usable=Usable.YES if present else Usable.NO,
        reasons=(Reason.NOTICE_CONFIRMS_DETAILS,) if derived.has_card else causes_without_card(derived),
    )


def _present(derived: Derived) -> tuple[Presented, ...]:
    if derived.facts.notice_held:
        return (Presented.NOTICE,)
    if derived.confirmation_valid:
        return (Presented.CONFIRMATION,)
    if derived.phone_works:
        return (Presented.SMARTPHONE_SCREEN,)
    if derived.legacy_valid:
        return (Presented.LEGACY_CARD,)
    return ()


def _applies(derived: Derived, present: tuple[Presented, ...]) -> Document:
    if Presented.CONFIRMATION in present:
        return Document.CONFIRMATION
    if Presented.NOTICE in present or Presented.SMARTPHONE_SCREEN in present:
        return Document.NOTICE
    return Document.NOTICE if derived.has_card else Document.CONFIRMATION
