"""An order: a document that was requested, and its state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kiosk import tokyo_day
from kiosk.decision import Document, Policy, Reason
from kiosk.decision.linkage import usual_time
from kiosk.eligibility import DataRefused, MemberId, contains_my_number
from kiosk.number_ranges import ranges
from kiosk.store.codes import OrderState
from kiosk.store.schema import LONGEST_ACTOR

__all__ = [
    "Order",
    "OrderRefused",
    "OrderState",
    "actor",
    "checked_document",
    "checked_reasons",
    "due_days",
    "named",
    "refuse_ended",
    "sentence",
    "tokyo_day",
]

_LONGEST_SENTENCE = 200
_ISSUED = (Document.NOTICE, Document.CONFIRMATION)
_MOST_NAMED = 20
"""How many ranges of orders a message names."""


class OrderRefused(DataRefused):
    """An order cannot be added, finished or cancelled. The message names the order or the line, never the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One document that was requested for a member.

    Attributes:
        number: the number by which staff name the order.
        member: the member for whom the document is.
        document: `notice` or `confirmation`.
        reasons: the reasons of the decision why the document is owed.
        requested_at: when it was requested (UTC).
        requested_by: who requested it.
        valid_from: the first valid day (発効期日) of a confirmation; None for a notice.
        valid_until: the last valid day (有効期限) of a confirmation; None for a notice.
        state: open, done or cancelled.
        ended_at: when it was finished or cancelled (UTC); None while it is open.
        ended_by: who finished or cancelled it; None while it is open.
        ended_why: why it was cancelled; None if it was not.
        issued_on: 交付年月日 of a document that is done; None of any other.
        due_earliest: the first business day on which the document is expected (policy `linkage_days`, counted from the
            day in Tokyo on which it was requested); None beyond the end of the table of holidays.
        due_latest: the last such day.
        batch: the number of the batch whose papers have its document (`PostBatches`); None if there is none.

    """

    number: int
    member: MemberId
    document: Document
    reasons: tuple[Reason, ...]
    requested_at: datetime
    requested_by: str
    valid_from: date | None
    valid_until: date | None
    state: OrderState
    ended_at: datetime | None
    ended_by: str | None
    ended_why: str | None
    issued_on: date | None
    due_earliest: date | None
    due_latest: date | None
    batch: int | None = None

    def overdue(self, on: date) -> bool:
        """Return whether it is still open after the last day on which it was expected; `on` is today in Tokyo."""
        return self.state is OrderState.OPEN and self.due_latest is not None and self.due_latest < on

    def to_json(self, on: date) -> dict[str, Any]:
        """Return the order as `issuance list --json` prints it on the day `on`."""
        return {
            "number": self.number,
            "member": str(self.member),
            "document": self.document,
            "reasons": list(self.reasons),
            "requested_at": self.requested_at.isoformat(),
            "requested_by": self.requested_by,
            "valid_from": _text(self.valid_from),
            "valid_until": _text(self.valid_until),
            "state": self.state,
            "ended_at": _text(self.ended_at),
            "ended_by": self.ended_by,
            "ended_why": self.ended_why,
            "issued_on": _text(self.issued_on),
            "due_earliest": _text(self.due_earliest),
            "due_latest": _text(self.due_latest),
            "overdue": self.overdue(on),
            "batch": self.batch,
        }


def due_days(requested_at: datetime, policy: Policy) -> tuple[date | None, date | None]:
    """Return the first and last business day on which a document requested at that instant is expected.

    Both are None beyond the end of the table of holidays.
    """
    expected = usual_time(tokyo_day(requested_at), policy)
    return (expected.earliest, expected.latest) if expected else (None, None)


def checked_reasons(reasons: Iterable[str]) -> tuple[Reason, ...]:
    """Return the reasons as codes of the decision.

    Raises:
        OrderRefused: there are no reasons, or one of them is not a code of the decision.

    """
    try:
        codes = tuple(Reason(reason) for reason in reasons)
    except ValueError:
        raise OrderRefused("a reason must be a reason code of a decision") from None
    if not 1 <= len(codes) <= len(Reason):
        raise OrderRefused(f"an order must have 1 to {len(Reason)} reasons")
    return codes


def checked_document(document: Document) -> Document:
    """Return the document if the union issues documents of this kind.

    Raises:
        OrderRefused: it is a マイナ保険証.

    """
    if document not in _ISSUED:
        raise OrderRefused(f"the union issues only {' and '.join(_ISSUED)}")
    return document


def refuse_ended(order: Order) -> None:
    """Raise OrderRefused if an order is not open any more; the message says who ended it, and when."""
    if order.ended_at is not None:
        day = tokyo_day(order.ended_at)
        raise OrderRefused(f"order {order.number} is not open: {order.ended_by} set it to {order.state} on {day}")


def named(numbers: Sequence[int]) -> str:
    """Return orders as a message names them: `order 3`, or `orders 3-7, 9`."""
    found = ranges(numbers)
    first = ", ".join(found[:_MOST_NAMED]) + (" and others" if len(found) > _MOST_NAMED else "")
    return f"order{'' if len(numbers) == 1 else 's'} {first}"


def actor(by: str) -> str:
    """Return the name of the person who acts, if the history can have it.

    Raises:
        OrderRefused: it is not 1 to LONGEST_ACTOR printable characters, or has a マイナンバー in it.

    """
    return _printable(by, LONGEST_ACTOR, "the name of the person who does this")


def sentence(reason: str) -> str:
    """Return the reason of a cancellation, if the history can have it.

    Raises:
        OrderRefused: it is not 1 to 200 printable characters, or has a マイナンバー in it.

    """
    return _printable(reason, _LONGEST_SENTENCE, "the reason")


def _printable(text: str, longest: int, what: str) -> str:
    if not 1 <= len(text) <= longest or not text.isprintable() or text.isspace():
        raise OrderRefused(f"{what} must have 1 to {longest} printable characters")
    if contains_my_number(text):
        raise OrderRefused(f"{what} must not contain a number that passes as a マイナンバー")
    return text


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
