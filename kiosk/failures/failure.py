"""A failure as it happened, and which one an exception or a certificate amounts to."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from drivers import errors
from drivers.errors import (
    BadCardData,
    CardAnswerError,
    CardBusy,
    CardRemoved,
    CardSilent,
    CardWithoutPin,
    CertificateProtected,
    CommunicationFailed,
    DriverError,
    NoCard,
    NoReader,
    ReaderClaimed,
    ReaderFailed,
    ReaderNameUnreadable,
    ReaderStuck,
    ServiceNotRunning,
    ServiceRefused,
    ServiceStuck,
    UnsupportedCard,
    WorkerLost,
)
from kiosk.failures.codes import Code
from kiosk.failures.texts import FAILURES, FailureText
from kiosk.identity import CertificateCheck, Chain, Problem, Revocation, Safeguard

__all__ = ["Failure", "code_of", "code_of_check", "code_of_problem", "place_of"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure as it happened: what people call it and where in the program it arose (``module:function``).

    ``reason`` says more to a technician, in English and without personal data.
    """

    code: Code
    place: str = ""
    reason: str = ""

    @classmethod
    def here(cls, code: Code, reason: str = "") -> Failure:
        """Return a failure that arose in the calling function."""
        frame = sys._getframe(1)
        return cls(code, f"{frame.f_globals['__name__']}:{frame.f_code.co_name}", reason)

    @property
    def line(self) -> str:
        """Code, place and reason in one line, for a log and for those who may see details."""
        return f"{self.code.value} {self.place} {self.reason}".rstrip()

    @property
    def text(self) -> FailureText:
        """What every reader of this failure is told."""
        return FAILURES[self.code]


_BY_ERROR: dict[type[DriverError], Code] = {
    ServiceNotRunning: Code.READER_SERVICE_DOWN,
    ServiceStuck: Code.READER_SERVICE_STUCK,
    NoReader: Code.NO_READER,
    ReaderFailed: Code.READER_FAULT,
    ReaderClaimed: Code.READER_CLAIMED,
    ReaderStuck: Code.READER_STUCK,
    ServiceRefused: Code.READER_REFUSED,
    ReaderNameUnreadable: Code.READER_NAME_UNREADABLE,
    CardBusy: Code.READER_BUSY,
    CardSilent: Code.CARD_SILENT,
    WorkerLost: Code.WORKER_LOST,
    NoCard: Code.NO_CARD,
    CardRemoved: Code.CARD_LEFT,
    CommunicationFailed: Code.CARD_UNREADABLE,
    UnsupportedCard: Code.NOT_MY_NUMBER_CARD,
    CardWithoutPin: Code.CARD_WITHOUT_PIN,
    CertificateProtected: Code.CERTIFICATE_PROTECTED,
    BadCardData: Code.CARD_DATA_BAD,
    CardAnswerError: Code.CARD_REFUSED,
}


_BY_CHAIN = {
    Chain.TRUSTED: None,
    Chain.UNTRUSTED: Code.NOT_GENUINE,
    Chain.NOT_YET_VALID: Code.CERTIFICATE_NOT_YET_VALID,
    Chain.MALFORMED: Code.CERTIFICATE_MALFORMED,
}


def code_of(error: BaseException) -> Code:
    """Return the code people see for an exception; one of nobody's making is S-01."""
    return _BY_ERROR.get(type(error), Code.INTERNAL) if isinstance(error, DriverError) else Code.INTERNAL


def code_of_check(check: CertificateCheck) -> Code | None:
    """Return what is wrong with a card's certificate; None where it is trusted, in date and not revoked."""
    if check.revocation is Revocation.REVOKED and check.may_be_genuine:
        return Code.CERTIFICATE_REVOKED
    if check.chain is Chain.EXPIRED and not check.leaf_expired:
        return Code.ISSUER_EXPIRED
    if check.is_unchecked and check.may_be_genuine:
        return Code.REVOCATION_UNKNOWN
    return Code.CERTIFICATE_EXPIRED if check.leaf_expired else _BY_CHAIN[check.chain]


def code_of_problem(problem: Problem) -> Code:
    """Return the code of what is wrong with a safeguard before any card is there."""
    if problem.safeguard is Safeguard.REVOCATION:
        return Code.REVOCATION_UNUSABLE
    return Code.NO_TRUST if problem.stops else Code.ROOT_ENDING


def place_of(error: BaseException) -> str:
    """Return ``module:function`` of our code where ``error`` was raised, derived from its traceback."""
    return errors.place_of(error, ("kiosk", "drivers", "simulators"))
