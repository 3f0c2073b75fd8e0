"""What the union's terminal shows a member of those who looked at them."""

from __future__ import annotations

from datetime import datetime

import structlog

from kiosk.audit import Journal
from kiosk.eligibility import MemberId, MemberLook, Registry, looks_at
from kiosk.failures import place_of

__all__ = ["own_looks"]

_log = structlog.get_logger(__name__)


def own_looks(registry: Registry, journal: Journal, whose: MemberId, now: datetime) -> tuple[MemberLook, ...] | None:
    """Return the newest looks at a member; None if they cannot be read, which keeps nobody from the answer."""
    try:
        return looks_at(registry.engine, whose, journal.reference, now)
    except Exception as error:  # whatever it is, the answer does not hang on it
        _log.error("looks cannot be read", place=place_of(error))
        return None
