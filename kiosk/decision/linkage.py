"""Decide about the wait for the linkage (資格情報の連携): 「組合の資格情報登録」, rows c and d of section 3."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from kiosk.decision.calendar import add_business_days
from kiosk.decision.codes import Reason
from kiosk.decision.derived import Derived
from kiosk.decision.policy import Policy
from kiosk.decision.result import UsableFrom

__all__ = ["PendingLinkage", "pending_linkage", "usual_time"]


class PendingLinkage(NamedTuple):
    """Why the data is not linked, and when the card is expected to work; None if that is unknown."""

    reasons: tuple[Reason, ...]
    usable_from: UsableFrom | None


def pending_linkage(derived: Derived) -> PendingLinkage:
    """Return the state of a linkage that has not happened yet."""
    facts, policy = derived.facts, derived.policy
    if not facts.my_number_reported:
        return PendingLinkage((Reason.NOT_LINKED_YET, Reason.MY_NUMBER_MISSING), None)
    if facts.filed_on is None:
        return PendingLinkage((Reason.NOT_LINKED_YET, Reason.FILING_UNKNOWN), None)
    expected = usual_time(facts.filed_on, policy)
    if expected is None or facts.on <= expected.latest:
        return PendingLinkage((Reason.NOT_LINKED_YET,), expected)
    if _overdue(expected.latest, facts.on, policy):
        return PendingLinkage((Reason.NOT_LINKED_YET, Reason.LINKAGE_OVERDUE), None)
    return PendingLinkage((Reason.NOT_LINKED_YET,), None)


def usual_time(filed_on: date, policy: Policy) -> UsableFrom | None:
    """Return 「概ね3～4日後（土日、祝日は含まない）」 for a filing of that day; None beyond the table of holidays."""
    earliest, latest = (add_business_days(filed_on, days, policy.office_closed) for days in policy.linkage_days)
    return UsableFrom(earliest, latest) if earliest and latest else None


def _overdue(latest: date, on: date, policy: Policy) -> bool:
    last_day = add_business_days(latest, policy.linkage_slack_days, policy.office_closed)
    return last_day is not None and last_day < on
