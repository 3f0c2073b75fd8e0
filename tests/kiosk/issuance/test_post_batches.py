"""Batches of papers: no order is in two of them, and all of a batch is finished at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from kiosk.decision import Document
from kiosk.eligibility import MemberId, Registry
from kiosk.issuance import (
    BatchEnded,
    NoSuchBatch,
    OrderRefused,
    OrderState,
    PapersWithheld,
    Pile,
    PostBatches,
    Queue,
    Taken,
)
from kiosk.store.schema import member, member_version

TARO, HANAKO = (MemberId("133033", "71-0000", "000001", branch) for branch in ("00", "01"))
NOW = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)


@pytest.fixture
def batches(registry: Registry, queue: Queue) -> PostBatches:
    """Two open orders: 1 is Taro's notice, 2 is Hanako's confirmation."""
    for whose, document in ((TARO, Document.NOTICE), (HANAKO, Document.CONFIRMATION)):
        queue.request(whose, document, reasons=["no_card"], by="terminal 1", now=NOW)
    return PostBatches(registry)


def take(batches: PostBatches, *post: int, aside: tuple[int, ...] = (), by: str = "佐藤") -> Taken:
    with batches.taking(post, aside, TODAY, by, NOW) as taken:
        return taken


def test_a_batch_has_a_number_and_its_orders(batches: PostBatches, queue: Queue) -> None:
    assert take(batches, 1, aside=(2,)) == Taken(post=1, aside=2)
    aside, post = batches.all()
    assert (post.number, post.pile, post.made_by, post.issued_on) == (1, Pile.POST, "佐藤", TODAY)
    assert (aside.number, aside.pile, aside.orders, aside.open) == (2, Pile.ASIDE, 1, 1)
    assert [order.batch for order in queue.open_orders()] == [1, 2]
    assert (batches.numbered(1), batches.open_orders(1)) == (post, [1])


def test_a_pile_without_orders_is_no_batch(batches: PostBatches) -> None:
    assert take(batches) == Taken(None, None)
    assert batches.all() == []


def test_what_is_in_a_batch_is_not_offered_again(batches: PostBatches) -> None:
    assert (batches.choice().free, str(batches.choice())) == ([1, 2], "")
    take(batches, 1)
    assert (batches.choice().free, str(batches.choice())) == ([2], "order 1 in batch 1 (佐藤, 2026-11-26)")


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ([2, 1], "papers were made already: order 1 in batch 1 (佐藤, 2026-11-26)"),
        ([3], "there is no order 3"),
        ([10**12], "there is no order 1000000000000"),
    ],
)
def test_what_cannot_be_chosen_is_named(batches: PostBatches, chosen: list[int], says: str) -> None:
    take(batches, 1)
    with pytest.raises(OrderRefused) as refused:
        batches.choice(chosen)
    assert str(refused.value) == says


def test_the_second_of_two_officers_takes_nothing(batches: PostBatches, queue: Queue) -> None:
    """Both began with the same orders; one was ready first."""
    take(batches, 1)
    with pytest.raises(OrderRefused, match="already: order 1 in batch 1"):
        take(batches, 2, aside=(1,), by="中村")
    assert [order.batch for order in queue.open_orders()] == [1, None]
    assert [batch.made_by for batch in batches.all()] == ["佐藤"]


def test_an_order_that_has_ended_meanwhile_is_not_taken(batches: PostBatches, queue: Queue) -> None:
    queue.cancel([2], "中村", "asked for twice", NOW)
    with pytest.raises(OrderRefused, match="order 2 is not open: 中村 set it to cancelled"):
        take(batches, 1, 2)
    assert batches.all() == []


def test_what_fails_in_the_block_leaves_no_batch(batches: PostBatches) -> None:
    with pytest.raises(OSError, match="full"), batches.taking([1], [2], TODAY, "佐藤", NOW):
        raise OSError("the disk is full")
    assert (batches.all(), batches.choice().free) == ([], [1, 2])


def test_a_batch_is_done_at_once_on_the_day_of_its_papers(
    batches: PostBatches, queue: Queue, registry: Registry
) -> None:
    take(batches, 1, 2)
    done = batches.complete(1, None, "佐藤", NOW + timedelta(days=1))
    assert (done.done, done.issued_on, done.ended_before, done.batch.open) == (2, TODAY, [], 0)
    taro, hanako = registry.member(TARO), registry.member(HANAKO)
    assert taro is not None and taro.notice_issued_on == TODAY
    assert hanako is not None and hanako.confirmation_valid_from == TODAY
    assert [order.state for whose in (TARO, HANAKO) for order in queue.history(whose)] == [OrderState.DONE] * 2


def test_what_ended_before_is_named_and_stays(batches: PostBatches, queue: Queue) -> None:
    take(batches, 1, 2)
    queue.cancel([2], "中村", "has left", NOW)
    done = batches.complete(1, None, "佐藤", NOW)
    assert (done.done, done.ended_before) == (1, [2])
    assert queue.history(HANAKO)[0].state is OrderState.CANCELLED


def test_papers_of_somebody_whose_data_are_withheld_since_keep_the_batch_open(
    registry: Registry, batches: PostBatches, queue: Queue
) -> None:
    take(batches, 1, 2)
    other = queue.request(TARO, Document.CONFIRMATION, reasons=["no_card"], by="terminal 1", now=NOW)
    queue.complete([other.number], TODAY, "佐藤", NOW)  # so Taro has a second version, and Hanako the first alone
    withhold_hanakos_data(registry)
    assert (batches.withheld(1), batches.withheld_among([1, 2])) == ([2], [2])
    with pytest.raises(OrderRefused, match="order 2: the data are withheld since the batch was made; cancel first"):
        batches.complete(1, None, "佐藤", NOW)
    assert [order.number for order in queue.open_orders()] == [1, 2]
    queue.cancel([2], "佐藤", "withheld", NOW)
    assert batches.complete(1, None, "佐藤", NOW).done == 1


def withhold_hanakos_data(registry: Registry) -> None:
    with registry.engine.begin() as connection:
        hanakos = member_version.c.member_id == select(member.c.id).where(member.c.branch == "01").scalar_subquery()
        connection.execute(update(member_version).where(hanakos).values(information_withheld=True))


def test_such_a_paper_is_not_finished_by_its_number_either(
    registry: Registry, batches: PostBatches, queue: Queue
) -> None:
    take(batches, 1, 2)
    withhold_hanakos_data(registry)
    with pytest.raises(PapersWithheld, match="order 2: the data are withheld since the batch was made; cancel first"):
        queue.complete([1, 2], TODAY, "佐藤", NOW)
    assert [order.number for order in queue.open_orders()] == [1, 2]
    assert [order.number for order in queue.complete([1], TODAY, "佐藤", NOW)] == [1]


@pytest.mark.parametrize("aside", [True, False], ids=["set aside", "in no batch"])
def test_papers_that_were_not_made_for_the_post_are_finished(
    registry: Registry, batches: PostBatches, queue: Queue, aside: bool
) -> None:
    take(batches, 1, aside=(2,) if aside else ())
    withhold_hanakos_data(registry)
    assert batches.withheld_among([1, 2]) == []
    assert [order.state for order in queue.complete([2], TODAY, "佐藤", NOW)] == [OrderState.DONE]


def test_papers_that_were_made_are_spoilt_by_a_cancellation(batches: PostBatches, queue: Queue) -> None:
    take(batches, 1, 2)
    assert batches.spoilt(batches.numbered(1), [1, 2]) == []
    queue.complete([1], TODAY, "佐藤", NOW)
    assert batches.spoilt(batches.numbered(1), [1, 2]) == []
    queue.cancel([2], "佐藤", "has left", NOW)
    assert batches.spoilt(batches.numbered(1), [1, 2]) == [2]
    assert batches.spoilt(batches.numbered(1), [1]) == [], "they were made again without it"
    with pytest.raises(NoSuchBatch):
        batches.spoilt(batches.numbered(2), [1])


def test_papers_that_were_made_are_spoilt_by_data_that_are_withheld_since(
    registry: Registry, batches: PostBatches, queue: Queue
) -> None:
    take(batches, 1, 2)
    withhold_hanakos_data(registry)
    assert batches.spoilt(batches.numbered(1), [1, 2]) == [2]
    queue.cancel([2], "佐藤", "withheld", NOW)
    assert batches.spoilt(batches.numbered(1), [1, 2]) == [2], "its page is there still"


def test_papers_of_somebody_whose_data_are_withheld_after_they_were_posted_are_spoilt(
    registry: Registry, batches: PostBatches, queue: Queue
) -> None:
    take(batches, 1, 2)
    queue.complete([2], TODAY, "佐藤", NOW)
    withhold_hanakos_data(registry)
    assert (batches.withheld(1), batches.spoilt(batches.numbered(1), [1, 2])) == ([], [2])


def test_papers_that_are_set_aside_have_no_address_that_could_spoil_them(
    registry: Registry, batches: PostBatches
) -> None:
    withhold_hanakos_data(registry)
    take(batches, aside=(2,))
    assert batches.spoilt(batches.numbered(1), [2]) == []


def again(batches: PostBatches, batch: int, *left_out: int) -> Taken:
    with batches.making_again(batches.numbered(batch), left_out) as taken:
        return taken


def test_what_is_left_out_when_a_batch_is_made_again_waits_for_another_one(
    batches: PostBatches, queue: Queue, registry: Registry
) -> None:
    take(batches, 1, 2)
    assert again(batches, 1, 2) == Taken(post=1, aside=None)
    assert (batches.choice().free, batches.open_orders(1)) == ([2], [1])
    assert batches.spoilt(batches.numbered(1), [1, 2]) == [2], "another kiosk has the first print still"
    assert batches.complete(1, None, "佐藤", NOW).done == 1
    hanako = registry.member(HANAKO)
    assert hanako is not None and hanako.confirmation_valid_from is None
    assert [order.state for order in queue.history(HANAKO)] == [OrderState.OPEN]


def test_an_order_that_has_ended_or_is_in_another_batch_is_not_released(batches: PostBatches, queue: Queue) -> None:
    take(batches, 1)
    take(batches, 2)
    queue.cancel([1], "佐藤", "has left", NOW)
    again(batches, 1, 1, 2)
    assert [order.batch for order in queue.numbered([1, 2])] == [1, 2]


def test_what_fails_while_a_batch_is_made_again_releases_nothing(batches: PostBatches) -> None:
    take(batches, 1, 2)
    with pytest.raises(OSError, match="full"), batches.making_again(batches.numbered(1), [2]):
        raise OSError("the disk is full")
    assert batches.open_orders(1) == [1, 2]


def test_a_batch_all_of_which_was_left_out_is_at_an_end(batches: PostBatches) -> None:
    take(batches, 1, 2)
    again(batches, 1, 1, 2)
    with pytest.raises(BatchEnded, match="is open any more: all were left out of it"):
        batches.complete(1, None, "佐藤", NOW)


def test_an_order_is_finished_on_the_day_of_its_papers_and_one_without_a_batch_today(
    batches: PostBatches, queue: Queue, registry: Registry
) -> None:
    take(batches, 1)
    other = queue.request(TARO, Document.CONFIRMATION, reasons=["no_card"], by="terminal 1", now=NOW)
    tomorrow = NOW + timedelta(days=1)
    done = queue.complete([1, 2, other.number], None, "佐藤", tomorrow)
    assert [order.issued_on for order in done] == [TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=1)]
    taro = registry.member(TARO)
    assert taro is not None and (taro.notice_issued_on, taro.confirmation_valid_from) == (TODAY, TODAY)


def done_twice(batches: PostBatches) -> None:
    batches.complete(1, None, "中村", NOW)
    batches.complete(1, None, "佐藤", NOW)


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (done_twice, "no order of batch 1 (佐藤, 2026-11-26) is open any more: 中村 ended the last one on 2026-11-26"),
        (lambda batches: batches.complete(9, None, "佐藤", NOW), "there is no batch 9"),
        (lambda batches: batches.complete(10**12, None, "佐藤", NOW), "there is no batch 1000000000000"),
        (lambda batches: batches.complete(1, date(2026, 11, 27), "佐藤", NOW), "the day of issue must not lie after"),
        (lambda batches: batches.complete(1, None, "", NOW), "must have 1 to 64 printable characters"),
        (lambda batches: batches.numbered(2), "there is no batch 2"),
        (lambda batches: batches.open_orders(0), "there is no batch 0"),
    ],
)
def test_what_cannot_be_is_one_sentence(batches: PostBatches, act: Callable[[PostBatches], Any], says: str) -> None:
    take(batches, 1, 2)
    with pytest.raises(OrderRefused) as refused:
        act(batches)
    assert says in str(refused.value)


def test_a_day_that_fits_only_some_of_them_finishes_none(batches: PostBatches, queue: Queue) -> None:
    take(batches, 1, 2)
    with pytest.raises(OrderRefused, match="order 1 was asked for after"):
        batches.complete(1, date(2026, 11, 25), "佐藤", NOW)
    assert [order.number for order in queue.open_orders()] == [1, 2]


def test_of_two_who_finish_a_batch_at_the_same_time_one_does(batches: PostBatches) -> None:
    take(batches, 1, 2)

    def finish(by: str) -> str:
        try:
            return f"{by} finished {batches.complete(1, None, by, NOW).done}"
        except OrderRefused as error:
            return f"{by}: {error}"

    with ThreadPoolExecutor(2) as officers:
        said = sorted(officers.map(finish, ("佐藤", "中村")), key=len)
    first = said[0].split()[0]
    assert said[0] == f"{first} finished 2"
    assert f"is open any more: {first} ended the last one on 2026-11-26" in said[1]
