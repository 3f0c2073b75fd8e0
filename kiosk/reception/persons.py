"""Who a member is, for programs that may know it."""

from __future__ import annotations

from datetime import datetime

from kiosk import tokyo_day
from kiosk.eligibility import Member
from kiosk.eligibility.sources import enquiry_of, member_of
from kiosk.eligibility.terminal import Answer
from kiosk.results import NamedMember

__all__ = ["person_for"]


def person_for(member: Member, elsewhere: Answer | None, now: datetime, answer: Answer | None = None) -> NamedMember:
    """Return who a member is.

    Args:
        member: the person as the register or, where it does not know them, the 資格確認端末 has them.
        elsewhere: the answer of the 資格確認端末, if it names another insurer: then the person is as that insurer
            has them.
        now: the clock (aware).
        answer: what the 資格確認端末 says of the person, which may have the clinic's 照会番号.

    """
    found = _elsewhere(member, elsewhere, now) if elsewhere else member
    return NamedMember(
        insurer_number=found.id.insurer_number,
        symbol=found.id.symbol,
        number=found.id.number,
        branch=found.id.branch,
        name=found.name or member.name,
        kana=found.kana or member.kana,
        birth_date=found.birth_date,
        sex=found.sex.value if found.sex else None,
        reference=_reference(answer),
    )


def _reference(answer: Answer | None) -> str:
    """Return the 照会番号 of the one person of an answer; empty if there is none."""
    return (answer.results[0].reference or "") if answer and len(answer.results) == 1 else ""


def _elsewhere(member: Member, answer: Answer, now: datetime) -> Member:
    if not answer.results:
        return member
    on = tokyo_day(now)
    return member_of(answer.results[0], enquiry_of(member.id, member.birth_date, on), on, now)
