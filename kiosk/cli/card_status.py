"""The exit statuses of ``kiosk card check`` and ``kiosk card record``."""

from __future__ import annotations

from drivers.errors import NoCard
from kiosk.cardcheck import CheckReport
from kiosk.failures import Code, Family

__all__ = ["exit_status"]


def exit_status(report: CheckReport) -> int:
    """Return the first status that fits, in the order 11, 12, 14, 10, 13, 0."""
    match report.error:
        case None:
            pass
        case NoCard():
            return 12
        case _ if report.code in {Code.READER_SERVICE_DOWN, Code.NO_READER}:
            return 11
        case _:
            return 14
    if report.accepted:
        return 0
    return 13 if report.code and report.code.family is Family.PIN else 10
