"""How work for the post has ended, in the journal. It has ended so all the same, and the register has what was done."""

from __future__ import annotations

import structlog

from kiosk.audit import JournalError
from kiosk.reception.desk import LookingUp

__all__ = ["journal_end"]

_log = structlog.get_logger(__name__)


def journal_end(looking_up: LookingUp, act: str, by: str, detail: str) -> None:
    """Write the end of work; if the journal cannot take it, the log says so."""
    try:
        looking_up.write(act, by, detail=detail)
    except JournalError:
        _log.error("the journal has no end of work for the post", problem=act)
