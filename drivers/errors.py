"""What can go wrong between the service and a card, split by what a person can do about it.

Exceptions of pyscard, nfcpy and the operating system are caught in their driver, which raises only these.
"""

from __future__ import annotations

import traceback
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import ClassVar, Final

__all__ = [
    "BadCardData",
    "CardAnswerError",
    "CardBusy",
    "CardRemoved",
    "CardSilent",
    "CardWithoutPin",
    "CertificateProtected",
    "CommunicationFailed",
    "DriverError",
    "Fatal",
    "NoCard",
    "NoReader",
    "ReaderClaimed",
    "ReaderFailed",
    "ReaderNameUnreadable",
    "ReaderStuck",
    "Retriable",
    "ServiceNotRunning",
    "ServiceRefused",
    "ServiceStuck",
    "Trouble",
    "UnsupportedCard",
    "WorkerLost",
    "error_of",
    "place_of",
]


class Trouble(StrEnum):
    """What is wrong with a driver, a reader or a card: one member for each remedy, and one exception for each member.

    The worker's protocol carries the value; the exceptions below say what each one means.
    """

    SERVICE_NOT_RUNNING = "service_not_running"
    SERVICE_REFUSED = "service_refused"
    SERVICE_STUCK = "service_stuck"
    NO_READER = "no_reader"
    NO_CARD = "no_card"
    CARD_REMOVED = "card_removed"
    CARD_BUSY = "card_busy"
    COMMUNICATION_FAILED = "communication_failed"
    READER_FAILED = "reader_failed"
    READER_STUCK = "reader_stuck"
    READER_NAME_UNREADABLE = "reader_name_unreadable"
    READER_CLAIMED = "reader_claimed"
    CARD_SILENT = "card_silent"
    WORKER_LOST = "worker_lost"
    UNSUPPORTED_CARD = "unsupported_card"
    CARD_WITHOUT_PIN = "card_without_pin"
    CERTIFICATE_PROTECTED = "certificate_protected"
    BAD_CARD_DATA = "bad_card_data"
    CARD_ANSWER_ERROR = "card_answer_error"


class DriverError(Exception):
    """Base of everything a driver raises.

    ``trouble`` says what is wrong; a subclass that sets none counts as a lost worker. ``place`` is ``module:function``,
    where it happened. ``apdus`` commands of its dialogue had gone to the card, which took ``card_seconds``; both are 0
    where the worker was lost with the count.
    """

    trouble: ClassVar[Trouble] = Trouble.WORKER_LOST
    place: str = ""
    apdus: int = 0
    card_seconds: float = 0.0


class Retriable(DriverError):
    """Trying again, perhaps after a simple act of the person, may help."""


class Fatal(DriverError):
    """The same card will fail the same way again."""


class ServiceNotRunning(Retriable):
    """The reader service (pcscd) is not running; it may come back by itself."""

    trouble = Trouble.SERVICE_NOT_RUNNING


class ServiceRefused(Retriable):
    """The reader service runs and refuses this user (polkit): allow it by a rule."""

    trouble = Trouble.SERVICE_REFUSED


class ServiceStuck(Retriable):
    """The reader service no longer answers for this reader: take every card away, else restart the service."""

    trouble = Trouble.SERVICE_STUCK


class NoReader(Retriable):
    """No reader of that name is connected: plug it in."""

    trouble = Trouble.NO_READER


class NoCard(Retriable):
    """The reader is empty: put a card on it."""

    trouble = Trouble.NO_CARD


class CardRemoved(Retriable):
    """The card left during the dialogue: put it down again and leave it there."""

    trouble = Trouble.CARD_REMOVED


class CardBusy(Retriable):
    """Another program holds the card or the reader: end that program."""

    trouble = Trouble.CARD_BUSY


class CommunicationFailed(Retriable):
    """The link to the card broke or the card was reset by someone: put it down again."""

    trouble = Trouble.COMMUNICATION_FAILED


class ReaderFailed(Retriable):
    """The reader itself reports a fault: unplug it and plug it in again."""

    trouble = Trouble.READER_FAILED


class ReaderStuck(Retriable):
    """A call to the reader's library does not return, and no service is involved: its worker is replaced."""

    trouble = Trouble.READER_STUCK


class ReaderNameUnreadable(Retriable):
    """The reader's name is not UTF-8, so that it cannot be shown: give it another name."""

    trouble = Trouble.READER_NAME_UNREADABLE


class ReaderClaimed(Retriable):
    """Another driver has the reader (EBUSY): the kernel or pcscd must give it up."""

    trouble = Trouble.READER_CLAIMED


class CardSilent(Retriable):
    """The card did not answer within its limit; its worker was ended and replaced."""

    trouble = Trouble.CARD_SILENT


class WorkerLost(Retriable):
    """The driver's process ended by itself; it is replaced."""

    trouble = Trouble.WORKER_LOST


class UnsupportedCard(Fatal):
    """The card has no JPKI application: it is not a My Number card."""

    trouble = Trouble.UNSUPPORTED_CARD


class CardWithoutPin(Fatal):
    """The card has no PIN (顔認証マイナンバーカード): only staff or a face can identify its holder."""

    trouble = Trouble.CARD_WITHOUT_PIN


class CertificateProtected(Fatal):
    """The card shows its certificate only after the PIN (6982): whether it is genuine cannot be known before."""

    trouble = Trouble.CERTIFICATE_PROTECTED


class BadCardData(Fatal):
    """The card sent something that no standard allows: too long, nested too deep, or of a wrong form."""

    trouble = Trouble.BAD_CARD_DATA


class CardAnswerError(Fatal):
    """The card refused a command with status word ``sw`` (0x0000 to 0xFFFF)."""

    trouble = Trouble.CARD_ANSWER_ERROR

    def __init__(self, message: str, sw: int) -> None:
        super().__init__(message)
        self.sw = sw


def error_of(trouble: Trouble, message: str, *, sw: int | None = None, place: str = "") -> DriverError:
    """Return the exception for a trouble that a worker reported, with the status word and the place, if known."""
    kind = _LEAVES[trouble]
    error = kind(message, sw or 0) if issubclass(kind, CardAnswerError) else kind(message)
    error.place = place
    return error


def place_of(error: BaseException, packages: Collection[str] = ("drivers", "simulators")) -> str:
    """Return where an error was raised, as ``module:function``.

    Args:
        error: The error. If its place came with it, from another process, that place is returned.
        packages: The packages whose frames count.

    Returns:
        The innermost frame of these packages that the error passed; empty if it passed none.

    """
    if isinstance(error, DriverError) and error.place:
        return error.place
    frames = [frame for frame, _line in traceback.walk_tb(error.__traceback__)]
    places = [(str(frame.f_globals.get("__name__", "")), frame.f_code.co_name) for frame in frames]
    ours = [f"{module}:{name}" for module, name in places if module.split(".")[0] in packages and name.isidentifier()]
    return ours[-1] if ours else ""


_LEAVES: Final[Mapping[Trouble, type[DriverError]]] = {
    kind.trouble: kind
    for kind in (
        ServiceNotRunning,
        ServiceRefused,
        ServiceStuck,
        NoReader,
        NoCard,
        CardRemoved,
        CardBusy,
        CommunicationFailed,
        ReaderFailed,
        ReaderStuck,
        ReaderNameUnreadable,
        ReaderClaimed,
        CardSilent,
        WorkerLost,
        UnsupportedCard,
        CardWithoutPin,
        CertificateProtected,
        BadCardData,
        CardAnswerError,
    )
}
