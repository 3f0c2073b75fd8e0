"""What a failure of the service forbids. A failure of a reader forbids only cards; 「使用を止める」 ends no visit."""

from __future__ import annotations

from kiosk.failures import Code, Failure, Family

__all__ = ["ends_visits", "forbids_answers", "hides_the_day"]

_NO_ANSWER = {Code.REGISTRY_DOWN, Code.JOURNAL_DOWN, Code.CLOCK_WRONG, Code.DATA_DIR_IN_USE}


def ends_visits(failure: Failure | None) -> bool:
    """Return whether a visit that has not been answered ends for this failure: nobody shall type a 暗証番号 in vain."""
    return failure is not None and failure.code.family is not Family.READER and failure.code is not Code.OUT_OF_USE


def forbids_answers(failure: Failure | None) -> bool:
    """Return whether no answer can be given or none be written down, not even one that staff look up."""
    return failure is not None and failure.code in _NO_ANSWER


def hides_the_day(failure: Failure | None) -> bool:
    """Return whether nobody knows which day it is: then even the guide, which asks no register, would be wrong."""
    return failure is not None and failure.code is Code.CLOCK_WRONG
