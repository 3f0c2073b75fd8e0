"""When to remind somebody that the card's certificate (利用者証明用電子証明書) is to be renewed."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from kiosk.decision import Certificate, Facts, Policy
from kiosk.decision.derived import last_day_of_grace

__all__ = ["Renewal", "renewal_of"]

REMINDED_MONTHS = 3
"""The 市区町村 renew a certificate from three months before its last day, and readers remind from then on."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """A certificate to renew: it works up to and including ``until``, ``in_grace`` when its own last day is over."""

    until: date
    in_grace: bool


def renewal_of(facts: Facts, last_day: date | None, policy: Policy) -> Renewal | None:
    """Return the reminder for a card whose certificate's last day (Asia/Tokyo) is ``last_day``; None: no need."""
    if last_day is None or facts.certificate is Certificate.REVOKED:
        return None
    if facts.certificate is Certificate.EXPIRED:
        until = last_day_of_grace(last_day, policy)
        return Renewal(until, in_grace=True) if until and facts.on <= until else None
    return Renewal(last_day, in_grace=False) if facts.on >= _months_before(last_day, REMINDED_MONTHS) else None


def _months_before(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
