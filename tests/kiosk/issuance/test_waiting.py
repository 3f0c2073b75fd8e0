"""The list of open orders: filtered, sorted and cut by the database, the same in SQLite and PostgreSQL."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.decision import Document
from kiosk.eligibility import MemberId, Registry
from kiosk.issuance import OrderList, OrderSort, Pile, PostBatches, Queue, Waited, WaitingPage

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
    assert [one.number for one in orders.every(wanted, OrderSort.NUMBER, down=False)] == fitting


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
    assert [one.number for one in page(orders, Waited(), sort).rows] == order
    assert [one.number for one in page(orders, Waited(), sort, down=True).rows] == order[::-1]


def test_a_row_says_who_asked_and_which_batch_it_is_in(orders: OrderList) -> None:
    second = page(orders, Waited()).rows[1]
    assert (second.requested_by, second.batch, second.pile, second.document) == (
        "terminal 1", 1, Pile.POST, Document.NOTICE,
    )  # fmt: skip


def test_a_page_is_a_part_of_the_list(orders: OrderList) -> None:
    found = orders.page(Waited(), OrderSort.NUMBER, down=False, first=1, most=1)
    assert ([one.number for one in found.rows], found.fitting) == ([2], 3)


def test_the_oldest_without_papers_are_chosen_first(orders: OrderList) -> None:
    assert orders.oldest(None, None) == [3, 1]
    assert orders.oldest(None, 1) == [3]
    assert orders.oldest(Document.NOTICE, None) == [1]


def test_an_order_that_has_ended_is_not_listed(orders: OrderList, queue: Queue) -> None:
    queue.complete([3], TODAY, "佐藤", NOW)
    assert page(orders, Waited()).whole == 2
