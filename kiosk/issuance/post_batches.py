"""Batches of papers: which orders were made into papers together, so that none is made twice."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, update

from kiosk import tokyo_day
from kiosk.decision import DEFAULT_POLICY, Policy
from kiosk.eligibility import Registry
from kiosk.issuance import table
from kiosk.issuance.batch_refusals import BatchEnded, NoSuchBatch, PapersSpoilt
from kiosk.issuance.finishing import finish, refuse_day
from kiosk.issuance.order import Order, OrderRefused, OrderState, actor, named, refuse_ended
from kiosk.issuance.withheld import IS_WITHHELD, refuse_withheld, withheld_among, withheld_in
from kiosk.store.chunks import chunks
from kiosk.store.codes import Pile
from kiosk.store.limits import StatementLimit
from kiosk.store.schema import issuance_order, post_batch
from kiosk.store.transaction import reading, writing

__all__ = ["BatchDone", "OrderChoice", "Pile", "PostBatch", "PostBatches", "Taken"]

_BATCH = issuance_order.c.post_batch_number
_COLUMNS = tuple(post_batch.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostBatch:
    """A batch of papers.

    Attributes:
        number: the number by which staff name the batch.
        pile: for the post, or set aside since the data of the people are withheld (自己情報提供不可).
        made_at: when the papers were made (UTC).
        made_by: who made them.
        issued_on: 交付年月日 on them.
        orders: how many orders are in it.
        open: how many of them are open still.

    """

    number: int
    pile: Pile
    made_at: datetime
    made_by: str
    issued_on: date
    orders: int
    open: int

    def to_json(self) -> dict[str, object]:
        """Return the batch as `issuance batches --json` prints it."""
        days = {"made_at": self.made_at.isoformat(), "made_by": self.made_by, "issued_on": self.issued_on.isoformat()}
        return {"batch": self.number, "pile": self.pile, **days, "orders": self.orders, "open": self.open}

    def __str__(self) -> str:
        return f"batch {self.number} ({self.made_by}, {tokyo_day(self.made_at)})"


@dataclass(frozen=True, slots=True)
class OrderChoice:
    """Open orders whose papers can be made.

    Attributes:
        free: the numbers of those that are in no batch, in order.
        taken: the numbers of those that are in one, by batch, the newest batch last.

    """

    free: Sequence[int]
    taken: Sequence[tuple[PostBatch, Sequence[int]]] = ()

    def __str__(self) -> str:
        """Say which orders are in a batch already; empty if there are none."""
        return "; ".join(f"{named(numbers)} in {batch}" for batch, numbers in self.taken)


@dataclass(frozen=True, slots=True)
class Taken:
    """The numbers of the new batches; None for a pile without orders."""

    post: int | None
    aside: int | None


@dataclass(frozen=True, slots=True)
class BatchDone:
    """How a batch was finished.

    Attributes:
        batch: the batch, as it is now.
        done: how many orders were finished.
        issued_on: 交付年月日.
        ended_before: the numbers of the orders that had been finished or cancelled before.

    """

    batch: PostBatch
    done: int
    issued_on: date
    ended_before: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Made:
    """When papers are made (UTC), by whom, and the 交付年月日 on them."""

    at: datetime
    by: str
    issued_on: date


class PostBatches:
    """The batches of a register. Methods block, and raise RegistryError if the database cannot serve."""

    def __init__(self, registry: Registry, policy: Policy = DEFAULT_POLICY) -> None:
        self._registry = registry
        self._policy = policy

    def all(self) -> list[PostBatch]:
        """Return every batch, the newest first."""
        with reading(self._registry.engine, StatementLimit.LONG) as connection:
            return _batches(connection)

    def newest(self, most: int) -> list[PostBatch]:
        """Return the newest batches, at most so many, the newest first."""
        with reading(self._registry.engine, StatementLimit.LONG) as connection:
            return _batches(connection, most=most)

    def numbered(self, number: int) -> PostBatch:
        """Return one batch.

        Raises:
            NoSuchBatch: there is no such batch.

        """
        with reading(self._registry.engine, StatementLimit.LONG) as connection:
            return _batch(connection, number)

    def day_on_papers(self, number: int) -> date:
        """Return 交付年月日 on the papers of a batch.

        Raises:
            NoSuchBatch: there is no such batch.

        """
        with reading(self._registry.engine) as connection:
            day: date | None = connection.scalar(select(post_batch.c.issued_on).where(post_batch.c.number == number))
        if day is None:
            raise NoSuchBatch(f"there is no batch {number}")
        return day

    def is_open(self, number: int) -> bool:
        """Return whether an order of a batch is open still."""
        with reading(self._registry.engine, StatementLimit.LONG) as connection:
            return connection.scalar(_numbers(number, table.IS_OPEN).limit(1)) is not None

    def open_orders(self, number: int) -> list[int]:
        """Return the numbers of the orders of a batch that are open still, in order.

        Raises:
            NoSuchBatch: there is no such batch.

        """
        with reading(self._registry.engine, StatementLimit.LONG) as connection:
            _batch(connection, number)
            return list(connection.scalars(_numbers(number, table.IS_OPEN)))

    def withheld(self, number: int) -> list[int]:
        """Return the open orders of a batch for the post whose members' data are withheld (自己情報提供不可) by now.

        They were not when the papers were drawn, so these papers have an address that nobody may be told.
        """
        with reading(self._registry.engine, StatementLimit.LONG) as connection:
            return withheld_in(connection, number)

    def withheld_among(self, orders: Iterable[int]) -> list[int]:
        """Return which of these orders are open, were made into papers for the post, and are withheld by now."""
        with reading(self._registry.engine, StatementLimit.LONG) as connection:
            return withheld_among(connection, orders)

    def require_current(self, number: int, printed: Iterable[int]) -> None:
        """Check that papers that were made for a batch may go out still.

        Args:
            number: the batch.
            printed: the orders whose papers were made, open then.

        Raises:
            NoSuchBatch: there is no such batch.
            BatchEnded: no order of it is open any more.
            PapersSpoilt: some of them must not go out; the message names the orders.

        """
        with reading(self._registry.engine, StatementLimit.LONG) as connection:
            batch = _batch(connection, number)
            if not batch.open:
                raise BatchEnded(_all_ended(connection, batch))
            spoilt = _spoilt(connection, batch, printed)
        if spoilt:
            why = "cancelled, left out or withheld since the papers were made"
            raise PapersSpoilt(f"{named(spoilt)}: {why}; make batch {number} again")

    def spoilt(self, batch: PostBatch, printed: Iterable[int]) -> list[int]:
        """Return of which orders the papers that were made for a batch must not go out any more.

        Those that were cancelled or left out of the batch since, and in a batch for the post those of members whose
        data are withheld by now, also if the order is done.

        Args:
            batch: the batch.
            printed: the orders whose papers were made, open then.

        """
        with reading(self._registry.engine, StatementLimit.LONG) as connection:
            return _spoilt(connection, batch, printed)

    def choice(self, chosen: Iterable[int] | None = None) -> OrderChoice:
        """Return whose papers can be made: of all open orders (None), or of those chosen.

        Raises:
            OrderRefused: one of those chosen is unknown, ended or in a batch already.

        """
        if chosen is not None:
            return OrderChoice(self._free(sorted({*chosen})))
        with reading(self._registry.engine, StatementLimit.LONG) as connection:
            free = select(issuance_order.c.number).where(table.IS_OPEN & _BATCH.is_(None))
            return OrderChoice(list(connection.scalars(free.order_by(issuance_order.c.number))), _taken(connection))

    def _free(self, chosen: Sequence[int]) -> Sequence[int]:
        with reading(self._registry.engine, StatementLimit.LONG) as connection:
            for chunk in chunks(chosen):
                _require_free(connection, self._policy, chunk)
        return chosen

    def require_makeable(self, chosen: Sequence[int], issued_on: date, now: datetime) -> None:
        """Check before the drawing, which takes long, what `taking` checks after it. Raises as `taking` does."""
        with reading(self._registry.engine, StatementLimit.LONG) as connection:
            for chunk in chunks(sorted(chosen)):
                found = _require_free(connection, self._policy, chunk)
                refuse_day(issued_on, found.values(), tokyo_day(now))

    @contextmanager
    def taking(
        self, post: Sequence[int], aside: Sequence[int], issued_on: date, by: str, now: datetime
    ) -> Generator[Taken, None, None]:
        """Take orders into new batches when the block ends; if it raises, none is taken and there is no batch.

        Args:
            post: the orders for the post.
            aside: the orders of people whose data are withheld.
            issued_on: 交付年月日 on the papers.
            by: the person who made the papers.
            now: the instant (UTC).

        Yields:
            The numbers of the batches.

        Raises:
            OrderRefused: an order has ended or is in a batch meanwhile; the message names them.
            DayRefused: the papers could not be issued on that day, which lies after today or before an order.

        """
        made = _Made(now, actor(by), issued_on)
        with writing(self._registry.engine, StatementLimit.LONG) as connection:
            yield Taken(
                post=self._take(connection, Pile.POST, post, made),
                aside=self._take(connection, Pile.ASIDE, aside, made),
            )

    @contextmanager
    def making_again(self, batch: PostBatch, left_out: Iterable[int]) -> Generator[Taken, None, None]:
        """Release orders from a batch whose papers are made again without theirs; if the block raises, none.

        Those that have ended by now, or are in another batch, stay as they are. A released order is waiting again, so
        nobody says by batch that a paper of it was issued.

        Yields:
            The number of the batch.

        """
        with writing(self._registry.engine, StatementLimit.LONG) as connection:
            for chunk in chunks(left_out):
                here = (issuance_order.c.number.in_(chunk), _BATCH == batch.number, table.IS_OPEN)
                connection.execute(update(issuance_order).where(*here).values(post_batch_number=None))
            post = batch.pile is Pile.POST
            yield Taken(batch.number if post else None, None if post else batch.number)

    def _take(self, connection: Connection, pile: Pile, orders: Sequence[int], made: _Made) -> int | None:
        if not orders:
            return None
        row = {"pile": pile, "made_at": made.at, "made_by": made.by, "issued_on": made.issued_on}
        batch = connection.execute(insert(post_batch).returning(post_batch.c.number), row).scalar()
        for chunk in chunks(orders):
            found = _require_free(connection, self._policy, chunk)
            refuse_day(made.issued_on, found.values(), tokyo_day(made.at))
            mine = update(issuance_order).where(issuance_order.c.number.in_(chunk))
            connection.execute(mine.values(post_batch_number=batch))
        return batch

    def complete(self, number: int, issued_on: date | None, by: str, now: datetime) -> BatchDone:
        """Finish every open order of a batch, or none, and write into the register what was issued.

        Args:
            number: the batch.
            issued_on: 交付年月日; None for the one on the papers.
            by: the person who says that they are issued, for the history.
            now: the instant (UTC).

        Raises:
            NoSuchBatch: there is no such batch.
            BatchEnded: no order of it is open any more.
            PapersWithheld: one of them must not be posted any more.
            DayRefused: the day is impossible.

        """
        by = actor(by)
        with writing(self._registry.engine, StatementLimit.LONG) as connection:
            batch = _batch(connection, number)
            if not batch.open:
                raise BatchEnded(_all_ended(connection, batch))
            refuse_withheld(withheld_in(connection, number))
            ended = list(connection.scalars(_numbers(number, ~table.IS_OPEN)))
            day = issued_on or batch.issued_on
            for chunk in chunks(list(connection.scalars(_numbers(number, table.IS_OPEN)))):
                finish(connection, table.orders_numbered(connection, self._policy, chunk), day, by, now)
            return BatchDone(_batch(connection, number), batch.open, day, ended)


def _batches(connection: Connection, *conditions: ColumnElement[bool], most: int | None = None) -> list[PostBatch]:
    orders = select(func.count(issuance_order.c.number)).where(_BATCH == post_batch.c.number)
    left = orders.where(table.IS_OPEN).scalar_subquery()
    found = select(*_COLUMNS, orders.scalar_subquery().label("orders"), left.label("open")).where(*conditions)
    newest = found.order_by(post_batch.c.number.desc()).limit(most)
    return [PostBatch(**row) for row in connection.execute(newest).mappings()]


def _batch(connection: Connection, number: int) -> PostBatch:
    found = _batches(connection, post_batch.c.number == number) if 1 <= number <= table.HIGHEST else []
    if not found:
        raise NoSuchBatch(f"there is no batch {number}")
    return found[0]


def _numbers(batch: int, *conditions: ColumnElement[bool]) -> Select[int]:
    found = select(issuance_order.c.number).where(_BATCH == batch, *conditions)
    return found.order_by(issuance_order.c.number)


def _spoilt(connection: Connection, batch: PostBatch, printed: Iterable[int]) -> list[int]:
    good = [issuance_order.c.state != OrderState.CANCELLED, *([~IS_WITHHELD] if batch.pile is Pile.POST else [])]
    may_go_out = {*connection.scalars(_numbers(batch.number, *good))}
    return [order for order in printed if order not in may_go_out]


def _taken(connection: Connection) -> list[tuple[PostBatch, Sequence[int]]]:
    taken: dict[int, list[int]] = {}
    found = select(_BATCH, issuance_order.c.number).where(table.IS_OPEN & _BATCH.is_not(None))
    for batch, number in connection.execute(found.order_by(_BATCH, issuance_order.c.number)):
        taken.setdefault(batch, []).append(number)
    return [(_batch(connection, batch), numbers) for batch, numbers in taken.items()]


def _require_free(connection: Connection, policy: Policy, numbers: Sequence[int]) -> Mapping[int, Order]:
    """Return the orders. Raise OrderRefused if one is unknown, ended or in a batch; all of the last kind are named."""
    found = table.orders_numbered(connection, policy, numbers)
    taken: dict[int, list[int]] = {}
    for number in numbers:
        if number not in found:
            raise OrderRefused(f"there is no order {number}")
        refuse_ended(found[number])
        if (batch := found[number].batch) is not None:
            taken.setdefault(batch, []).append(number)
    if taken:
        choice = OrderChoice((), [(_batch(connection, batch), orders) for batch, orders in taken.items()])
        raise OrderRefused(f"papers were made already: {choice}")
    return found


def _all_ended(connection: Connection, batch: PostBatch) -> str:
    last = select(issuance_order.c.ended_by, issuance_order.c.ended_at).where(_BATCH == batch.number)
    ended = connection.execute(last.order_by(issuance_order.c.ended_at.desc()).limit(1)).first()
    how = f"{ended[0]} ended the last one on {tokyo_day(ended[1])}" if ended else "all were left out of it"
    return f"no order of {batch} is open any more: {how}"
