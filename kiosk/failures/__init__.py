"""Define every failure that a visitor can meet: its code, the text for each reader, and where it arose."""

from kiosk.failures.codes import CUT_SHORT, Code, Family
from kiosk.failures.failure import Failure, code_of, code_of_check, code_of_problem, code_of_trouble, place_of
from kiosk.failures.handbook import handbook
from kiosk.failures.texts import FAILURES, FALL_BACKS, FailureText, FallBack, FallBackText

__all__ = [
    "CUT_SHORT",
    "FAILURES",
    "FALL_BACKS",
    "Code",
    "Failure",
    "FailureText",
    "FallBack",
    "FallBackText",
    "Family",
    "code_of",
    "code_of_check",
    "code_of_problem",
    "code_of_trouble",
    "handbook",
    "place_of",
]
