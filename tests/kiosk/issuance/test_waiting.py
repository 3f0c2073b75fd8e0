"""The list of open orders: filtered, sorted and cut by the database, the same in SQLite and PostgreSQL."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Select, event
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.decision import Document
from kiosk.eligibility import MemberId, Registry
from kiosk.issuance import OrderList, OrderSort, Pile, PostBatches, Queue, Waited, WaitingPage
from kiosk.issuance.waiting import counted, sorted_numbers

TARO, HANAKO = (MemberId("133033", "71-0000", "000001", branch) for branch in ("00", "01"))
NOW = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)
OLD = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
"""Midnight of 20 November in Tokyo."""


@pytest.fixture
def orders(registry: Registry, queue: Queue) -> OrderList:
    """Taro's notice (1) and confirmation (3, the oldest), and Hanako's notice (2), whose papers were made."""
    for member, document, at in (
        (TARO, Document.NOTICE, NOW),
        (HANAKO, Document.NOTICE, NOW - timedelta(days=1)),
        (TARO, Document.CONFIRMATION, OLD),
    ):
        queue.request(member, document, reasons=["no_card"], by="terminal 1", now=at)
    with PostBatches(registry).taking([2], [], TODAY, "佐藤", NOW):
        pass
    return OrderList(registry)


def page(orders: OrderList, wanted: Waited, sort: OrderSort = OrderSort.NUMBER, *, down: bool = False) -> WaitingPage:
    return orders.page(wanted, sort, down=down, first=0, most=50)


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        (Waited(), [1, 2, 3]),
        (Waited(document=Document.NOTICE), [1, 2]),
        (Waited(until=date(2026, 11, 20)), [3]),
        (Waited(until=date(2026, 11, 19)), []),
        (Waited(made=True), [2]),
        (Waited(made=False), [1, 3]),
        (Waited(pile=Pile.POST), [1, 2, 3]),
        (Waited(pile=Pile.ASIDE), []),
        (Waited(document=Document.NOTICE, made=False, pile=Pile.POST, until=TODAY), [1]),
    ],
)
def test_what_fits_is_listed_and_counted(orders: OrderList, wanted: Waited, fitting: list[int]) -> None:
    found = page(orders, wanted)
    assert ([one.number for one in found.rows], found.fitting, found.whole) == (fitting, len(fitting), 3)
    assert list(orders.numbers(wanted, OrderSort.NUMBER, down=False)) == fitting


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (OrderSort.NUMBER, [1, 2, 3]),
        (OrderSort.ASKED, [3, 2, 1]),
        (OrderSort.DUE, [3, 2, 1]),
        (OrderSort.DOCUMENT, [3, 1, 2]),
        (OrderSort.BATCH, [1, 3, 2]),
        (OrderSort.BY, [1, 2, 3]),
        (OrderSort.PILE, [1, 2, 3]),
    ],
)
def test_the_list_is_sorted_both_ways(orders: OrderList, sort: OrderSort, order: list[int]) -> None:
    for down, expected in ((False, order), (True, order[::-1])):
        assert [one.number for one in page(orders, Waited(), sort, down=down).rows] == expected
        assert list(orders.numbers(Waited(), sort, down=down)) == expected


def test_a_row_says_who_asked_and_which_batch_it_is_in(orders: OrderList) -> None:
    second = page(orders, Waited()).rows[1]
    assert (second.requested_by, second.batch, second.pile, second.document) == (
        "terminal 1", 1, Pile.POST, Document.NOTICE,
    )  # fmt: skip


def test_a_page_is_a_part_of_the_list(orders: OrderList) -> None:
    found = orders.page(Waited(), OrderSort.NUMBER, down=False, first=1, most=1)
    assert ([one.number for one in found.rows], found.fitting) == ([2], 3)


def test_beyond_the_end_is_the_last_page(orders: OrderList) -> None:
    found = orders.page(Waited(), OrderSort.NUMBER, down=False, first=8, most=2)
    assert ([one.number for one in found.rows], found.first, found.fitting) == ([3], 2, 3)
    nobody = orders.page(Waited(pile=Pile.ASIDE), OrderSort.PILE, down=False, first=8, most=2)
    assert (nobody.rows, nobody.first, nobody.fitting) == ([], 0, 0)


def test_the_oldest_without_papers_are_chosen_first(orders: OrderList) -> None:
    assert orders.oldest(None, None) == [3, 1]
    assert orders.oldest(None, 1) == [3]
    assert orders.oldest(Document.NOTICE, None) == [1]


def test_an_order_that_has_ended_is_not_listed(orders: OrderList, queue: Queue) -> None:
    queue.complete([3], TODAY, "佐藤", NOW)
    assert page(orders, Waited()).whole == 2


INDEXES = {
    OrderSort.NUMBER: "order_list_number",
    OrderSort.DOCUMENT: "order_list_document",
    OrderSort.ASKED: "order_list_asked",
    OrderSort.DUE: "order_list_asked",
    OrderSort.BY: "order_list_by",
    OrderSort.PILE: "order_list_number",
    OrderSort.BATCH: "order_list_batch",
}


def plan_of(registry: Registry, statement: Select[int]) -> str:
    with registry.engine.connect() as connection:
        lite = connection.dialect.name == "sqlite"
        dialect = sqlite.dialect() if lite else postgresql.dialect()
        sql = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})).replace("%%", "%")
        if not lite:
            connection.exec_driver_sql("ANALYZE")
            for way in ("seqscan", "bitmapscan", "sort", "hashagg"):
                connection.exec_driver_sql(f"SET enable_{way} = off")
        steps = connection.exec_driver_sql(("EXPLAIN QUERY PLAN " if lite else "EXPLAIN ") + sql).all()
    return " | ".join(str(step[-1]) for step in steps)


@pytest.mark.parametrize("wanted", [Waited(), Waited(document=Document.NOTICE, made=False), Waited(pile=Pile.POST)])
@pytest.mark.parametrize("sort", OrderSort)
def test_a_page_is_read_along_an_index_and_nothing_is_sorted(
    registry: Registry, orders: OrderList, sort: OrderSort, wanted: Waited
) -> None:
    by_size = registry.engine.dialect.name == "postgresql" and wanted.document is not None  # of three rows, any way
    for down in (False, True):
        plan = plan_of(registry, sorted_numbers(wanted, sort, down=down).offset(1).limit(1))
        assert by_size or INDEXES[sort] in plan
        assert "ORDER BY" not in plan and "Sort" not in plan and "Seq Scan" not in plan


@pytest.mark.parametrize("wanted", [Waited(), Waited(document=Document.NOTICE, made=True)])
def test_orders_are_counted_along_an_index(registry: Registry, orders: OrderList, wanted: Waited) -> None:
    plan = plan_of(registry, counted(wanted))
    assert "Seq Scan" not in plan and "SCAN issuance_order |" not in plan
    if registry.engine.dialect.name == "sqlite":
        assert ("order_waiting" if wanted == Waited() else "order_list_number") in plan


@pytest.mark.parametrize("pile", Pile)
def test_who_is_set_aside_is_found_by_an_index(registry: Registry, orders: OrderList, pile: Pile) -> None:
    plan = plan_of(registry, sorted_numbers(Waited(pile=pile), OrderSort.NUMBER, down=False))
    assert "version_withheld" in plan


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("wanted", [Waited(), Waited(pile=Pile.POST), Waited(pile=Pile.ASIDE)])
def test_who_is_set_aside_is_asked_once_a_page(
    registry: Registry, orders: OrderList, wanted: Waited, down: bool
) -> None:
    sent: list[str] = []
    event.listen(registry.engine, "before_cursor_execute", lambda *given: sent.append(str(given[2])))
    page(orders, wanted, OrderSort.PILE, down=down)
    asked = [one for one in sent if "information_withheld" in one and "NOT IN" not in one and "number IN" not in one]
    assert len(asked) == 1


def test_both_ends_of_a_long_list_are_near(registry: Registry, orders: OrderList) -> None:
    sent: list[str] = []
    event.listen(registry.engine, "before_cursor_execute", lambda *given: sent.append(str(given[2])))
    found = orders.page(Waited(), OrderSort.NUMBER, down=False, first=2, most=50)
    assert [one.number for one in found.rows] == [3]
    assert any("ORDER BY issuance_order.number DESC" in one for one in sent)


def test_an_order_that_ends_while_the_list_is_read_is_left_out(orders: OrderList, queue: Queue) -> None:
    numbers = orders.numbers(Waited(), OrderSort.ASKED, down=False)
    queue.complete([1], TODAY, "佐藤", NOW)
    assert [[one.number for one in part] for part in orders.rows(numbers)] == [[3, 2]]
