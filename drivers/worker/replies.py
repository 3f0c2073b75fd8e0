"""What a worker's dialogues return to the service, read from its messages."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.errors import Trouble
from drivers.jpki import PinOutcome
from drivers.worker.messages import BadMessage, Message

__all__ = ["Proof", "ReadReply", "ReaderInfo", "proof_of", "read_reply_of", "reader_infos_of"]


@dataclass(frozen=True, slots=True)
class ReadReply:
    """What ``read`` returns: the certificate (DER), the PIN's tries left (0: blocked), and the effort.

    ``certificate`` is empty for a card that shows it only after the PIN, where that was allowed. ``tries_left`` is
    None for a card that has no PIN (``without_pin``). ``card_seconds`` is how long the card took for ``apdus``
    commands.
    """

    certificate: bytes = field(repr=False)
    tries_left: int | None
    apdus: int
    card_seconds: float
    without_pin: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """What ``prove`` returns: the PIN's outcome, the tries left after it, and the signature if it was right.

    ``certificate`` is set only if ``read`` could not return it.
    """

    outcome: PinOutcome
    tries_left: int | None
    signature: bytes | None = field(repr=False)
    apdus: int
    card_seconds: float
    certificate: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ReaderInfo:
    """One reader, as ``kiosk card list`` shows it. ``trouble`` is why it cannot be used, None for one that can."""

    name: str
    driver: str
    card_present: bool
    trouble: Trouble | None = None


def read_reply_of(answer: Message) -> ReadReply:
    """Return the reply to ``read``. Raises BadMessage."""
    return ReadReply(
        bytes(answer.body),
        answer.optional_integer("tries_left"),
        answer.integer("apdus"),
        answer.number("card_seconds"),
        answer.flag("without_pin"),
    )


def proof_of(answer: Message) -> Proof:
    """Return the reply to ``prove``. Raises BadMessage, or ValueError for an unknown outcome."""
    split = max(0, answer.integer("certificate"))
    return Proof(
        PinOutcome(answer.text("outcome")),
        answer.optional_integer("tries_left"),
        bytes(answer.body[split:]) or None,
        answer.integer("apdus"),
        answer.number("card_seconds"),
        bytes(answer.body[:split]) or None,
    )


def reader_infos_of(answer: Message, driver: str) -> list[ReaderInfo]:
    """Return the readers that a driver lists. Raises BadMessage."""
    listed = answer.header.get("readers")
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise BadMessage("readers is not a list of objects")
    items = [Message(item) for item in listed]
    return [ReaderInfo(item.text("name"), driver, item.flag("card"), item.optional_trouble()) for item in items]
