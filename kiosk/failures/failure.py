"""Describe a failure that happened, and find the failure that an exception or a certificate amounts to."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from drivers import errors
from drivers.errors import DriverError, Trouble
from kiosk.failures.codes import Code
from kiosk.failures.texts import FAILURES, FailureText
from kiosk.identity import CertificateCheck, Chain, Problem, Revocation, Safeguard

__all__ = ["Failure", "code_of", "code_of_check", "code_of_problem", "code_of_trouble", "place_of"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure that happened: its code and the place in the program where it arose (``module:function``).

    ``reason`` says more to a technician, in English and without personal data.
    """

    code: Code
    place: str = ""
    reason: str = ""

    @classmethod
    def here(cls, code: Code, reason: str = "") -> Failure:
        """Return a failure that arose in the calling function."""
        frame = sys._getframe(1)
        while not frame.f_code.co_name.isidentifier() and frame.f_back:  # <genexpr>, <lambda>
            frame = frame.f_back
        return cls(code, f"{frame.f_globals['__name__']}:{frame.f_code.co_name}", reason)

    @property
    def line(self) -> str:
        """The code, place and reason in one line, for a log and for those who may see details."""
        return f"{self.code.value} {self.place} {self.reason}".rstrip()

    @property
    def text(self) -> FailureText:
        """The text for every reader of this failure."""
        return FAILURES[self.code]


_BY_TROUBLE: Mapping[Trouble, Code] = {
    Trouble.SERVICE_NOT_RUNNING: Code.READER_SERVICE_DOWN,
    Trouble.SERVICE_STUCK: Code.READER_SERVICE_STUCK,
    Trouble.NO_READER: Code.NO_READER,
    Trouble.READER_FAILED: Code.READER_FAULT,
    Trouble.READER_CLAIMED: Code.READER_CLAIMED,
    Trouble.READER_STUCK: Code.READER_STUCK,
    Trouble.SERVICE_REFUSED: Code.READER_REFUSED,
    Trouble.READER_NAME_UNREADABLE: Code.READER_NAME_UNREADABLE,
    Trouble.CARD_BUSY: Code.READER_BUSY,
    Trouble.CARD_SILENT: Code.CARD_SILENT,
    Trouble.WORKER_LOST: Code.WORKER_LOST,
    Trouble.NO_CARD: Code.NO_CARD,
    Trouble.CARD_REMOVED: Code.CARD_LEFT,
    Trouble.COMMUNICATION_FAILED: Code.CARD_UNREADABLE,
    Trouble.UNSUPPORTED_CARD: Code.NOT_MY_NUMBER_CARD,
    Trouble.CARD_WITHOUT_PIN: Code.CARD_WITHOUT_PIN,
    Trouble.CERTIFICATE_PROTECTED: Code.CERTIFICATE_PROTECTED,
    Trouble.BAD_CARD_DATA: Code.CARD_DATA_BAD,
    Trouble.CARD_ANSWER_ERROR: Code.CARD_REFUSED,
}


_BY_CHAIN = {
    Chain.TRUSTED: None,
    Chain.UNTRUSTED: Code.NOT_GENUINE,
    Chain.NOT_YET_VALID: Code.CERTIFICATE_NOT_YET_VALID,
    Chain.MALFORMED: Code.CERTIFICATE_MALFORMED,
}


def code_of(error: BaseException) -> Code:
    """Return the code that people see for an exception; S-01 for an exception that is not one of ours."""
    return code_of_trouble(error.trouble) if isinstance(error, DriverError) else Code.INTERNAL


def code_of_trouble(trouble: Trouble) -> Code:
    """Return the code that people see for a trouble of a driver, a reader or a card."""
    return _BY_TROUBLE[trouble]


def code_of_check(check: CertificateCheck) -> Code | None:
    """Return what is wrong with a card's certificate; None if it is trusted, in date and not revoked."""
    if check.revocation is Revocation.REVOKED and check.may_be_genuine:
        return Code.CERTIFICATE_REVOKED
    if check.chain is Chain.EXPIRED and not check.leaf_expired:
        return Code.ISSUER_EXPIRED
    if check.is_unchecked and check.may_be_genuine:
        return Code.REVOCATION_UNKNOWN
    return Code.CERTIFICATE_EXPIRED if check.chain is Chain.EXPIRED else _BY_CHAIN[check.chain]


def code_of_problem(problem: Problem) -> Code:
    """Return the code for a safeguard that fails before any card is there."""
    if problem.safeguard is Safeguard.REVOCATION:
        return Code.REVOCATION_UNUSABLE
    return Code.NO_TRUST if problem.stops else Code.ROOT_ENDING


def place_of(error: BaseException) -> str:
    """Return ``module:function`` of our code where ``error`` was raised, derived from its traceback."""
    return errors.place_of(error, ("kiosk", "drivers", "simulators"))
