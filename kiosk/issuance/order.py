"""An order: one document that is asked for, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kiosk import tokyo_day
from kiosk.decision import Document, Policy, Reason
from kiosk.decision.linkage import usual_time
from kiosk.eligibility import DataRefused, MemberId, contains_my_number
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
    "sentence",
    "tokyo_day",
]

_LONGEST_SENTENCE = 200
_ISSUED = (Document.NOTICE, Document.CONFIRMATION)


class OrderRefused(DataRefused):
    """An order cannot be taken, finished or cancelled. The message names the order or the line, never the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One document that is asked for.

    Attributes:
        number: what staff call it by.
        member: whose.
        document: `notice` or `confirmation`.
        reasons: those of the decision that it rests on.
        requested_at: when it was asked for (UTC).
        requested_by: who asked.
        valid_from: of a confirmation, its first valid day (発効期日); None for a notice.
        valid_until: of a confirmation, its last valid day (有効期限); None for a notice.
        state: what became of it.
        ended_at: when it was finished or cancelled (UTC); None while it is open.
        ended_by: who did that.
        ended_why: why it was cancelled.
        issued_on: 交付年月日 of a document that is done.
        due_earliest: the business days (policy `linkage_days`) between which it is expected, counted from the day
            in Tokyo on which it was asked for; None where the table of holidays ends.
        due_latest: the last of them.

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

    def overdue(self, on: date) -> bool:
        """Whether it is still open after the last day on which it was expected; `on` is today in Tokyo."""
        return self.state is OrderState.OPEN and self.due_latest is not None and self.due_latest < on

    def to_json(self, on: date) -> dict[str, Any]:
        """The order as `issuance list --json` writes it, seen on a day."""
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
        }


def due_days(requested_at: datetime, policy: Policy) -> tuple[date | None, date | None]:
    """The business days between which a document asked for then is expected; None past the table of holidays."""
    expected = usual_time(tokyo_day(requested_at), policy)
    return (expected.earliest, expected.latest) if expected else (None, None)


def checked_reasons(reasons: Iterable[str]) -> tuple[Reason, ...]:
    """The reasons as codes of the decision. Raises OrderRefused when there is none, or one that is no such code."""
    try:
        codes = tuple(Reason(reason) for reason in reasons)
    except ValueError:
        raise OrderRefused("a reason must be one of those of a decision") from None
    if not 1 <= len(codes) <= len(Reason):
        raise OrderRefused(f"an order rests on 1 to {len(Reason)} reasons")
    return codes


def checked_document(document: Document) -> Document:
    """The document, when the union issues such a one. Raises OrderRefused for a マイナ保険証."""
    if document not in _ISSUED:
        raise OrderRefused(f"the union issues {' and '.join(_ISSUED)} only")
    return document


def actor(by: str) -> str:
    """Who acts, when that can stand in the history. Raises OrderRefused."""
    return _printable(by, LONGEST_ACTOR, "who does this must be named")


def sentence(reason: str) -> str:
    """Why an order is cancelled, when that can stand in the history. Raises OrderRefused."""
    return _printable(reason, _LONGEST_SENTENCE, "the reason must be given")


def _printable(text: str, longest: int, what: str) -> str:
    if not 1 <= len(text) <= longest or not text.isprintable() or text.isspace():
        raise OrderRefused(f"{what} in 1 to {longest} printable characters")
    if contains_my_number(text):
        raise OrderRefused(f"{what} without a number that passes as a マイナンバー, which must not be kept")
    return text


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
