"""Define the result of sections 2 and 3, and the reasons that they share."""

from __future__ import annotations

from typing import NamedTuple

from kiosk.decision.codes import (
    CardStatus,
    Certificate,
    Document,
    Presented,
    Reason,
    Registration,
    Usable,
)
from kiosk.decision.derived import Derived
from kiosk.decision.result import UsableFrom

__all__ = ["MatchedRow", "causes_without_card", "notice_alone"]


class MatchedRow(NamedTuple):
    """Which document applies, what is shown, whether that serves the purpose, and the main reasons."""

    applies: Document
    present: tuple[Presented, ...]
    usable: Usable
    reasons: tuple[Reason, ...]
    usable_from: UsableFrom | None = None


def causes_without_card(derived: Derived) -> tuple[Reason, ...]:
    """Return every cause why the person has no マイナ保険証, in the order of row 3e."""
    facts = derived.facts
    if facts.information_withheld:
        return (*_CARD_CAUSES.get(facts.card, ()), Reason.INFORMATION_WITHHELD)
    if facts.card is CardStatus.HELD:
        causes = _CERTIFICATE_CAUSES.get(facts.certificate, ())
    else:
        causes = _CARD_CAUSES[facts.card]
    return causes if derived.registration_works else causes + _REGISTRATION_CAUSES[facts.registration]


def notice_alone(derived: Derived, present: tuple[Presented, ...]) -> tuple[Reason, ...]:
    """Return ``notice_not_enough`` if a notice is all that the person has
    (「資格情報通知書のみでは…受診はできません」).
    """
    return (Reason.NOTICE_NOT_ENOUGH,) if derived.facts.notice_held and not present else ()


_CARD_CAUSES = {
    CardStatus.NEVER_ISSUED: (Reason.NO_CARD,),
    CardStatus.RETURNED: (Reason.CARD_RETURNED,),
    CardStatus.LOST: (Reason.CARD_LOST,),
}
_CERTIFICATE_CAUSES = {
    Certificate.EXPIRED: (Reason.CERTIFICATE_EXPIRED,),
    Certificate.REVOKED: (Reason.CERTIFICATE_REVOKED,),
}
_REGISTRATION_CAUSES = {
    Registration.UNREGISTERED: (Reason.NOT_REGISTERED,),
    Registration.CANCELLED: (Reason.REGISTRATION_CANCELLED,),
}
