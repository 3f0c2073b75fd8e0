"""The queue of documents to issue, in the database of the register."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from kiosk.decision import DEFAULT_POLICY, Confirmation, Document, Policy, decide
from kiosk.decision.facts import LAST_YEAR
from kiosk.decision.issuance import validity
from kiosk.eligibility import MemberId, NotBornYet, Registry, UnknownMember, facts_for, ids_of, is_member
from kiosk.issuance import table
from kiosk.issuance.changed import change_since
from kiosk.issuance.enqueuing import Enqueued, PlanMoved, enqueue_lines
from kiosk.issuance.finishing import by_day, finish
from kiosk.issuance.order import (
    Order,
    OrderRefused,
    OrderState,
    actor,
    checked_document,
    checked_reasons,
    refuse_ended,
    sentence,
    tokyo_day,
)
from kiosk.issuance.plan import PlanLine
from kiosk.issuance.withheld import refuse_withheld, withheld_among
from kiosk.store.chunks import chunks
from kiosk.store.limits import StatementLimit
from kiosk.store.transaction import reading, writing

__all__ = ["MOST_AT_ONCE", "Queue"]

MOST_AT_ONCE = 100_000
"""The most orders that one call finishes or cancels."""


_NOTHING_SEEN = Enqueued(-1, -1)
"""What no plan does, so that nothing of a preview is kept."""


class Queue:
    """The orders: requested, finished or cancelled, but never removed.

    A member has at most one open order for a document. There is one writer at a time, so if two people finish or cancel
    the same order, the second one is refused. Methods block, so call them from a thread. Every method raises
    RegistryError if the database cannot serve, and OrderRefused if `by` is not 1 to 64 printable characters.
    """

    def __init__(self, registry: Registry, policy: Policy = DEFAULT_POLICY) -> None:
        self._registry = registry
        self._policy = policy

    def enqueue_plan(
        self, lines: Iterable[PlanLine], by: str, now: datetime, *, previewed: Enqueued | None = None
    ) -> Enqueued:
        """Add an order for every line of a plan, or for none, in constant memory. An open order stays as it is.

        Args:
            lines: the plan, as `read_plan` yields it.
            by: the person who requests the documents, for the history.
            now: the instant (UTC).
            previewed: what `preview_plan` has said; None if nobody has asked.

        Raises:
            OrderRefused: a line names a member whom the register does not have.
            PlanMoved: it would add orders for others than the preview has said, be they as many; no order is added.

        """
        by = actor(by)
        with writing(self._registry.engine, StatementLimit.LONG) as connection:
            report = enqueue_lines(connection, lines, by, now, seen=previewed is not None)
            if previewed not in (None, report):
                raise PlanMoved(report)
            return report

    def preview_plan(self, lines: Iterable[PlanLine], now: datetime) -> Enqueued:
        """Return what `enqueue_plan` would do, and add no order.

        Raises:
            OrderRefused: a line names a member whom the register does not have.

        """
        try:
            return self.enqueue_plan(lines, "preview", now, previewed=_NOTHING_SEEN)
        except PlanMoved as error:
            return error.report

    def request(self, member: MemberId, document: Document, *, reasons: Sequence[str], by: str, now: datetime) -> Order:
        """Add an order for one document.

        Args:
            member: the member for whom the document is.
            document: `notice` or `confirmation`. A confirmation is valid from today, as long as the decision says.
            reasons: at least one reason code of the decision.
            by: the person who requests the document, for the history.
            now: the instant (UTC).

        Returns:
            The new order, or the open order of the same member and document if there is one.

        Raises:
            UnknownMember: the register has no such member.
            OrderRefused: the member is not insured today, the union does not issue this document, or a reason is not a
                code of the decision.

        """
        by, codes, document = actor(by), checked_reasons(reasons), checked_document(document)
        validity_today = self._validity_today(member, document, tokyo_day(now))
        with writing(self._registry.engine) as connection:
            (member_id,) = ids_of(connection, [member]).values()
            number = table.open_documents(connection, [member_id]).get((member_id, document))
            if number is None:
                line = PlanLine(member, document, codes, validity_today)
                table.add(connection, [_new_order(line, member_id, by, now)])
                number = table.open_documents(connection, [member_id])[member_id, document]
            return table.orders_numbered(connection, self._policy, [number])[number]

    def open_orders(self, member: MemberId | None = None) -> Iterator[Order]:
        """Yield the open orders of one member or of all, by number, in constant memory."""
        whose = () if member is None else (is_member(member),)
        limit = StatementLimit.LONG if member is None else StatementLimit.READ
        with reading(self._registry.engine, limit) as connection:
            yield from table.orders(connection, self._policy, table.IS_OPEN, *whose)

    def numbered(self, numbers: Iterable[int]) -> Iterator[Order]:
        """Yield the orders with these numbers, open or ended, in the order given. Unknown numbers are left out."""
        for chunk in chunks(numbers):
            with reading(self._registry.engine, StatementLimit.LONG) as connection:
                found = table.orders_numbered(connection, self._policy, chunk)
            yield from (found[number] for number in chunk if number in found)

    def change_since(self, order: Order) -> str | None:
        """Return why the document of an order should not be issued any more; None if it can be issued.

        Raises:
            UnknownMember: the register has no such member.

        """
        now = self._registry.member(order.member)
        if now is None:
            raise UnknownMember("there is no such member in the register")
        then = now
        if now.recorded_at > order.requested_at:
            versions = self._registry.history(order.member)
            then = next((one for one in reversed(versions) if one.recorded_at <= order.requested_at), versions[0])
        return change_since(order, then, now, self._policy)

    def history(self, member: MemberId) -> list[Order]:
        """Return all orders of a member, open and ended, by number."""
        with reading(self._registry.engine) as connection:
            return list(table.orders(connection, self._policy, is_member(member)))

    def complete(self, numbers: Iterable[int], issued_on: date | None, by: str, now: datetime) -> list[Order]:
        """Finish orders, all or none, and write into the register what was issued.

        A notice sets `notice_issued_on`; a confirmation sets `confirmation_valid_from` and `confirmation_valid_until`.
        `kiosk.store.issued` describes how later member files are reconciled with this.

        Args:
            numbers: the orders.
            issued_on: 交付年月日 (Asia/Tokyo); not before the day of a request, and not after today. None: the day on
                the papers of an order that is in a batch, and today for another one.
            by: the person who says that they are issued, for the history.
            now: the instant (UTC).

        Returns:
            The orders as they are now, by number.

        Raises:
            OrderRefused: a number is unknown or named twice, an order is not open any more, or the day is impossible
                (DayRefused).
            PapersWithheld: the papers of one were made for the post, and the data of its member are withheld since.

        """
        by = actor(by)
        with writing(self._registry.engine, StatementLimit.LONG) as connection:
            found = self._require_open(connection, numbers)
            refuse_withheld(withheld_among(connection, found))
            for day, orders in by_day(connection, found, issued_on, tokyo_day(now)):
                finish(connection, orders, day, by, now)
            return list(table.orders_numbered(connection, self._policy, found).values())

    def cancel(self, numbers: Iterable[int], by: str, reason: str, now: datetime) -> list[Order]:
        """Cancel orders, all or none.

        Args:
            numbers: the orders.
            by: the person who cancels them, for the history.
            reason: why they are cancelled, in 1 to 200 printable characters, for the history.
            now: the instant (UTC).

        Returns:
            The orders as they are now, by number.

        Raises:
            OrderRefused: a number is unknown or named twice, an order is not open any more, or no reason is given.

        """
        why = {"ended_why": sentence(reason)}
        cancelled = {"state": OrderState.CANCELLED, "ended_at": now, "ended_by": actor(by), **why}
        with writing(self._registry.engine, StatementLimit.LONG) as connection:
            found = self._require_open(connection, numbers)
            table.update_orders(connection, [{"which": number, **cancelled} for number in found])
            return list(table.orders_numbered(connection, self._policy, found).values())

    def _validity_today(self, member_id: MemberId, document: Document, today: date) -> Confirmation | None:
        member = self._registry.member(member_id)
        if member is None:
            raise UnknownMember("there is no such member in the register")
        facts = facts_for(member, today, policy=self._policy)
        if isinstance(facts, NotBornYet) or decide(facts, self._policy).applies is None:
            raise OrderRefused("the member is not insured today, so nothing is issued")
        if document is Document.NOTICE:
            return None
        valid = validity(facts, self._policy)
        if valid.valid_until.year > LAST_YEAR:
            raise OrderRefused(f"the confirmation would be valid beyond the year {LAST_YEAR}")
        return valid

    def _require_open(self, connection: Connection, numbers: Iterable[int]) -> dict[int, Order]:
        wanted = _distinct(numbers)
        found = table.orders_numbered(connection, self._policy, wanted)
        for number in wanted:
            if number not in found:
                raise OrderRefused(f"there is no order {number}")
            refuse_ended(found[number])
        return found


def _new_order(line: PlanLine, member_id: int, by: str, now: datetime) -> dict[str, Any]:
    return {
        "member_id": member_id,
        "document": line.issue,
        "reasons": line.reasons,
        "requested_at": now,
        "requested_by": by,
        "valid_from": line.validity.valid_from if line.validity else None,
        "valid_until": line.validity.valid_until if line.validity else None,
        "state": OrderState.OPEN,
    }


def _distinct(numbers: Iterable[int]) -> list[int]:
    wanted: dict[int, None] = {}
    for number in numbers:
        if number in wanted:
            raise OrderRefused(f"order {number} is given twice")
        wanted[number] = None
        if len(wanted) > MOST_AT_ONCE:
            raise OrderRefused(f"more than {MOST_AT_ONCE:,} orders are given at once")
    if not wanted:
        raise OrderRefused("no order is given")
    return sorted(wanted)
