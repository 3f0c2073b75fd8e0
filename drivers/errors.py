"""What can go wrong between the service and a card, split by what a person can do about it.

Exceptions of pyscard, nfcpy and the operating system end in their driver; only these leave it.
"""

from __future__ import annotations

import traceback
from collections.abc import Collection

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
    "UnsupportedCard",
    "WorkerLost",
    "error_named",
    "place_of",
]


class DriverError(Exception):
    """Base of everything a driver raises. ``place`` is ``module:function``, where it happened.

    ``apdus`` commands of its dialogue had gone to the card, which took ``card_seconds``; 0 where the worker was lost
    with the count.
    """

    place: str = ""
    apdus: int = 0
    card_seconds: float = 0.0


class Retriable(DriverError):
    """Trying again, perhaps after a simple act of the person, may help."""


class Fatal(DriverError):
    """The same card will fail the same way again."""


class ServiceNotRunning(Retriable):
    """The reader service (pcscd) is not running; it may come back by itself."""


class ServiceRefused(Retriable):
    """The reader service runs and lets this user neither at it nor at a card (polkit): allow it by a rule."""


class ServiceStuck(Retriable):
    """The reader service no longer answers for this reader: take every card away, else restart the service."""


class NoReader(Retriable):
    """No reader of that name is connected: plug it in."""


class NoCard(Retriable):
    """The reader is empty: put a card on it."""


class CardRemoved(Retriable):
    """The card left during the dialogue: put it down again and leave it there."""


class CardBusy(Retriable):
    """Another program holds the card or the reader: end that program."""


class CommunicationFailed(Retriable):
    """The link to the card broke or the card was reset by someone: put it down again."""


class ReaderFailed(Retriable):
    """The reader itself reports a fault: unplug it and plug it in again."""


class ReaderStuck(Retriable):
    """The reader's library does not come back from a call, without any service between: its worker is replaced."""


class ReaderNameUnreadable(Retriable):
    """The reader's name is no text (not UTF-8), so that nobody can be told which one it is: give it another."""


class ReaderClaimed(Retriable):
    """The reader belongs to another driver (EBUSY): the kernel's or pcscd's must let go of it."""


class CardSilent(Retriable):
    """The card did not answer within its limit; its worker was ended and replaced."""


class WorkerLost(Retriable):
    """The driver's process ended by itself; it is replaced."""


class UnsupportedCard(Fatal):
    """The card has no JPKI application: it is not a My Number card."""


class CardWithoutPin(Fatal):
    """The card has no PIN (顔認証マイナンバーカード): only staff or a face can identify its holder."""


class CertificateProtected(Fatal):
    """The card shows its certificate only after the PIN (6982): whether it is genuine cannot be known before."""


class BadCardData(Fatal):
    """The card answered something that no standard allows: too long, too deep, of a wrong form."""


class CardAnswerError(Fatal):
    """The card refused a command with status word ``sw`` (0x0000 to 0xFFFF)."""

    def __init__(self, message: str, sw: int) -> None:
        super().__init__(message)
        self.sw = sw


def error_named(name: str, message: str, *, sw: int | None = None, place: str = "") -> DriverError:
    """Return the exception that a worker reported by its class name; an unknown name is a WorkerLost."""
    kind = _leaves().get(name, WorkerLost)
    error = kind(message, sw or 0) if issubclass(kind, CardAnswerError) else kind(message)
    error.place = place
    return error


def place_of(error: BaseException, packages: Collection[str] = ("drivers", "simulators")) -> str:
    """Return ``module:function`` of the innermost frame of ``packages`` that ``error`` passed; empty if there is none.

    A place that came with the error, from the worker it happened in, stands.
    """
    if isinstance(error, DriverError) and error.place:
        return error.place
    frames = [frame for frame, _line in traceback.walk_tb(error.__traceback__)]
    places = [(str(frame.f_globals.get("__name__", "")), frame.f_code.co_name) for frame in frames]
    ours = [f"{module}:{name}" for module, name in places if module.split(".")[0] in packages and name.isidentifier()]
    return ours[-1] if ours else ""


def _leaves() -> dict[str, type[DriverError]]:
    return {leaf.__name__: leaf for base in (Retriable, Fatal) for leaf in base.__subclasses__()}
