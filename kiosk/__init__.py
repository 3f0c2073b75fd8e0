"""The eligibility kiosk: who stands here, what may be claimed of them, and which document applies."""

from datetime import UTC, date, datetime, timedelta, timezone

__version__ = "0.1.0"

TOKYO = timezone(timedelta(hours=9), "Asia/Tokyo")
"""Where a day of this kiosk begins and ends. No summer time since 1951; needs no time zone files."""

EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""Before this program was thought of: a clock that says less is wrong."""


def tokyo_day(instant: datetime) -> date:
    """Return the day in Asia/Tokyo of an instant that carries its zone."""
    return instant.astimezone(TOKYO).date()
