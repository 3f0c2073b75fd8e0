"""Decide section 3: a visit to a clinic, hospital or pharmacy (「受診方法」). Each row has one function."""

from __future__ import annotations

from kiosk.decision.codes import CardToday, Document, Presented, Reason, Usable
from kiosk.decision.derived import Derived
from kiosk.decision.linkage import pending_linkage
from kiosk.decision.matched_row import MatchedRow, causes_without_card, notice_alone

__all__ = ["answer_visit", "phone_card_is_asked_for"]


def answer_visit(derived: Derived) -> MatchedRow:
    """Return how the person can be treated today; p comes before all, c before b and d, d before a and b."""
    if not derived.has_card:
        return _row_e(derived)
    if phone_card_is_asked_for(derived) and derived.policy.desk_takes_phone_card:
        return _ROW_P
    if derived.facts.card_today is CardToday.NOT_HERE:
        return _row_c(derived)
    if not derived.linked:
        return _row_d(derived)
    if derived.facts.card_today is CardToday.UNREADABLE:
        return _row_b(derived)
    return _ROW_A_UNKNOWN if derived.registration_unknown else _ROW_A


def phone_card_is_asked_for(derived: Derived) -> bool:
    """Return whether the card cannot be read today, and the マイナ保険証 in the smartphone would do in its place."""
    return derived.facts.card_today is not CardToday.READ and derived.phone_card_works


_ROW_P = MatchedRow(Document.CARD, (Presented.PHONE_CARD,), Usable.YES, (Reason.PHONE_CARD_WORKS,))
_ROW_A_UNKNOWN = MatchedRow(Document.CARD, (Presented.CARD,), Usable.YES, (Reason.REGISTRATION_UNKNOWN,))
_ROW_A = MatchedRow(Document.CARD, (Presented.CARD,), Usable.YES, (Reason.CARD_WORKS,))


def _row_b(derived: Derived) -> MatchedRow:
    """Return the row for a card that is here and cannot be read."""
    reasons = (Reason.CARD_UNREADABLE,)
    if derived.phone_works:
        return MatchedRow(Document.CARD, (Presented.CARD, Presented.SMARTPHONE_SCREEN), Usable.YES, reasons)
    if derived.facts.notice_held:
        return MatchedRow(Document.NOTICE, (Presented.CARD, Presented.NOTICE), Usable.YES, reasons)
    if derived.confirmation_valid:
        return MatchedRow(Document.CONFIRMATION, (Presented.CONFIRMATION,), Usable.YES, reasons)
    if derived.legacy_valid:
        return MatchedRow(Document.CARD, (Presented.LEGACY_CARD,), Usable.YES, reasons)
    return MatchedRow(Document.CARD, (Presented.CARD,), Usable.WITH_DECLARATION, reasons)


def _row_c(derived: Derived) -> MatchedRow:
    """Return the row for a card that is not here, linked or not."""
    waiting, usable_from = ((), None) if derived.linked else pending_linkage(derived)
    present = _paper(derived)
    return MatchedRow(
        applies=Document.CONFIRMATION if derived.confirmation_valid else Document.CARD,
        present=present,
        usable=Usable.YES if present else Usable.NO,
        reasons=(Reason.CARD_NOT_HERE, *waiting, *notice_alone(derived, present)),
        usable_from=usable_from,
    )


def _row_d(derived: Derived) -> MatchedRow:
    """Return the row for a card that is here and whose data is not linked yet."""
    waiting, usable_from = pending_linkage(derived)
    present = _paper(derived)
    if not present:
        present = (Presented.CARD, Presented.NOTICE) if derived.facts.notice_held else (Presented.CARD,)
    return MatchedRow(
        applies=Document.CONFIRMATION if derived.confirmation_valid else Document.CARD,
        present=present,
        usable=Usable.WITH_DECLARATION if present == (Presented.CARD,) else Usable.YES,
        reasons=waiting,
        usable_from=usable_from,
    )


def _row_e(derived: Derived) -> MatchedRow:
    """Return the row for a person without a マイナ保険証."""
    present = _paper(derived)
    return MatchedRow(
        applies=Document.CONFIRMATION,
        present=present,
        usable=Usable.YES if present else Usable.NO,
        reasons=causes_without_card(derived) + notice_alone(derived, present),
    )


def _paper(derived: Derived) -> tuple[Presented, ...]:
    """Return the paper that is enough by itself; empty if there is none."""
    if derived.confirmation_valid:
        return (Presented.CONFIRMATION,)
    return (Presented.LEGACY_CARD,) if derived.legacy_valid else ()
