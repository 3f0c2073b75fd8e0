"""The queue: how orders are requested, when they are expected, and how they end."""

import signal
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from kiosk.decision import DEFAULT_POLICY, Confirmation, Document, Policy, Reason
from kiosk.eligibility import MemberId, Registry, UnknownMember
from kiosk.issuance import Order, OrderRefused, OrderState, PlanLine, Queue, plan_lines
from tests.kiosk.half_way import end_half_way

TARO, HANAKO, JIRO = (MemberId("133033", "71-0000", "000001", branch) for branch in ("00", "01", "02"))
NOBODY = MemberId("133033", "71-0000", "999999", "00")
NOTICE = PlanLine(TARO, Document.NOTICE, (Reason.CARD_WORKS,), None)
CONFIRMATION = PlanLine(
    HANAKO,
    Document.CONFIRMATION,
    (Reason.NO_CARD, Reason.NOT_REGISTERED),
    Confirmation(date(2026, 11, 22), date(2031, 11, 21)),
)


@pytest.fixture
def ask(queue: Queue, now: datetime) -> Callable[..., Order]:
    """Request Taro's notice, or another document."""

    def request(member: MemberId = TARO, document: Document = Document.NOTICE, **changed: Any) -> Order:
        told = {"reasons": ["card_works"], "by": "中村", "now": now} | changed
        return queue.request(member, document, **told)

    return request


def numbers(queue: Queue) -> list[int]:
    return [order.number for order in queue.open_orders()]


def test_a_request_is_an_open_order(queue: Queue, ask: Callable[..., Order], now: datetime) -> None:
    order = ask()
    assert order == Order(
        number=1,
        member=TARO,
        document=Document.NOTICE,
        reasons=(Reason.CARD_WORKS,),
        requested_at=now,
        requested_by="中村",
        valid_from=None,
        valid_until=None,
        state=OrderState.OPEN,
        ended_at=None,
        ended_by=None,
        ended_why=None,
        issued_on=None,
        due_earliest=date(2026, 12, 1),
        due_latest=date(2026, 12, 2),
    )
    assert list(queue.open_orders()) == [order]
    assert list(queue.open_orders(TARO)) == [order]
    assert list(queue.open_orders(HANAKO)) == []
    assert "000001" not in repr(order)


def test_asking_again_gives_the_open_order(ask: Callable[..., Order], now: datetime) -> None:
    first = ask()
    assert ask(by="佐藤", reasons=["not_linked_yet"], now=now + timedelta(days=1)) == first
    assert ask(document=Document.CONFIRMATION).number != first.number
    assert ask(HANAKO).number not in (first.number,)


def test_after_its_end_the_same_document_can_be_asked_for_again(
    queue: Queue, ask: Callable[..., Order], now: datetime
) -> None:
    first = ask()
    queue.cancel([first.number], "佐藤", "本人の申出", now)
    second = ask()
    assert second.number != first.number
    assert [order.state for order in queue.history(TARO)] == [OrderState.CANCELLED, OrderState.OPEN]


def test_a_confirmation_asked_for_is_valid_from_that_day_up_to_the_cap(
    registry: Registry, load: Callable[..., Any], ask: Callable[..., Order]
) -> None:
    order = ask(HANAKO, Document.CONFIRMATION)
    assert (order.valid_from, order.valid_until) == (date(2026, 11, 26), date(2031, 11, 25))
    load({"branch": "03", "lost_on": "2027-04-01"})
    leaving = ask(MemberId("133033", "71-0000", "000001", "03"), Document.CONFIRMATION)
    assert leaving.valid_until == date(2027, 3, 31)


def test_a_confirmation_beyond_the_years_of_the_register_is_refused(
    registry: Registry, queue: Queue, now: datetime
) -> None:
    lasting = Queue(registry, Policy(confirmation_years=900, late_elderly_age=900))
    with pytest.raises(OrderRefused, match="beyond the year 2199"):
        lasting.request(HANAKO, Document.CONFIRMATION, reasons=["no_card"], by="中村", now=now)
    assert numbers(queue) == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"reasons": []}, "must have 1 to"),
        ({"reasons": ["mood"]}, "must be a reason code of a decision"),
        ({"document": Document.CARD}, "issues only notice and confirmation"),
        ({"by": ""}, "must have 1 to 64"),
        ({"by": " "}, "must have 1 to 64"),
        ({"by": "x" * 65}, "must have 1 to 64"),
        ({"by": "desk\n1"}, "must have 1 to 64"),
        ({"by": "desk 123456789018"}, "マイナンバー"),
        ({"member": JIRO}, "not insured today"),
    ],
)
def test_a_request_that_cannot_be_is_refused(
    queue: Queue, ask: Callable[..., Order], changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(OrderRefused, match=message) as refused:
        ask(**changed)
    assert "123456789018" not in str(refused.value)
    assert numbers(queue) == []


def test_before_birth_nothing_is_issued(load: Callable[..., Any], ask: Callable[..., Order]) -> None:
    load({"branch": "04", "birth_date": "2026-12-01", "acquired_on": "2026-12-01"})
    with pytest.raises(OrderRefused, match="not insured today"):
        ask(MemberId("133033", "71-0000", "000001", "04"))


def test_a_document_for_somebody_unknown_is_refused(queue: Queue, ask: Callable[..., Order]) -> None:
    with pytest.raises(UnknownMember):
        ask(NOBODY)
    assert list(queue.open_orders(NOBODY)) == []


def test_a_plan_becomes_orders_and_may_be_repeated(queue: Queue, registry: Registry, now: datetime) -> None:
    lines = list(plan_lines(registry.members(), date(2026, 11, 22), DEFAULT_POLICY))
    first, again = (queue.enqueue_plan(lines, "中村", now) for _ in range(2))
    assert (first.added, first.already_open) == (2, 0)
    assert (again.added, again.already_open) == (0, 2)
    kept = [
        PlanLine(
            order.member,
            order.document,
            order.reasons,
            Confirmation(order.valid_from, order.valid_until) if order.valid_from and order.valid_until else None,
        )
        for order in queue.open_orders()
    ]
    assert kept == lines


def test_an_order_asked_for_before_is_not_asked_for_again_by_a_plan(
    queue: Queue, ask: Callable[..., Order], now: datetime
) -> None:
    ask(by="佐藤")
    report = queue.enqueue_plan([NOTICE, CONFIRMATION, NOTICE], "中村", now)
    assert (report.added, report.already_open) == (1, 2)
    assert [order.requested_by for order in queue.open_orders()] == ["佐藤", "中村"]


def test_a_plan_that_names_somebody_unknown_is_refused_whole(queue: Queue, now: datetime) -> None:
    with pytest.raises(OrderRefused, match="^line 3: there is no such member in the register$"):
        queue.enqueue_plan([NOTICE, CONFIRMATION, PlanLine(NOBODY, *NOTICE_OF_NOBODY)], "中村", now)
    assert numbers(queue) == []


NOTICE_OF_NOBODY = (Document.NOTICE, (Reason.CARD_WORKS,), None)


def test_a_plan_that_breaks_off_is_refused_whole(queue: Queue, now: datetime) -> None:
    def broken() -> Iterator[PlanLine]:
        yield from [NOTICE, CONFIRMATION]
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        queue.enqueue_plan(broken(), "中村", now)
    assert numbers(queue) == []


@pytest.mark.parametrize(
    ("asked", "earliest", "latest"),
    [
        ("2026-11-26T00:30:00+09:00", "2026-12-01", "2026-12-02"),
        ("2026-11-20T12:00:00+09:00", "2026-11-26", "2026-11-27"),
        ("2026-11-20T15:00:00+00:00", "2026-11-26", "2026-11-27"),
        ("2026-12-25T12:00:00+09:00", "2027-01-05", "2027-01-06"),
    ],
    ids=["an ordinary week", "a holiday on Monday", "Saturday in Tokyo", "the year-end closure"],
)
def test_a_document_is_expected_on_the_third_to_fourth_business_day(
    ask: Callable[..., Order], asked: str, earliest: str, latest: str
) -> None:
    order = ask(now=datetime.fromisoformat(asked))
    assert (str(order.due_earliest), str(order.due_latest)) == (earliest, latest)
    assert not order.overdue(date.fromisoformat(latest))
    assert order.overdue(date.fromisoformat(latest) + timedelta(days=1))


def test_the_days_are_those_of_the_policy(registry: Registry, ask: Callable[..., Order]) -> None:
    ask()
    (order,) = Queue(registry, Policy(linkage_days=(1, 10))).open_orders()
    assert (order.due_earliest, order.due_latest) == (date(2026, 11, 27), date(2026, 12, 10))


def test_what_is_done_is_never_overdue(queue: Queue, ask: Callable[..., Order], now: datetime) -> None:
    (done,) = queue.complete([ask().number], date(2026, 11, 26), "佐藤", now)
    assert not done.overdue(date(2030, 1, 1))


def test_a_done_order_says_when_and_by_whom(queue: Queue, ask: Callable[..., Order], now: datetime) -> None:
    later = now + timedelta(days=4)
    (done,) = queue.complete([ask().number], date(2026, 11, 30), "佐藤", later)
    assert (done.state, done.ended_at, done.ended_by, done.issued_on) == (
        OrderState.DONE,
        later,
        "佐藤",
        date(2026, 11, 30),
    )
    assert done.ended_why is None
    assert queue.history(TARO) == [done]
    assert numbers(queue) == []


def test_a_cancelled_order_says_why_and_leaves_the_register(
    queue: Queue, registry: Registry, ask: Callable[..., Order], now: datetime
) -> None:
    (cancelled,) = queue.cancel([ask().number], "佐藤", "本人の申出", now)
    assert (cancelled.state, cancelled.ended_by, cancelled.ended_why) == (OrderState.CANCELLED, "佐藤", "本人の申出")
    assert len(registry.history(TARO)) == 1


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("", "the reason must have 1 to"),
        ("x" * 201, "the reason must have 1 to"),
        ("a\x00b", "the reason must have 1 to"),
        ("123456789018", "マイナンバー"),
    ],
)
def test_a_cancellation_needs_a_reason_that_may_be_kept(
    queue: Queue, ask: Callable[..., Order], now: datetime, reason: str, message: str
) -> None:
    number = ask().number
    with pytest.raises(OrderRefused, match=message):
        queue.cancel([number], "佐藤", reason, now)
    assert numbers(queue) == [number]


End = Callable[[Queue, list[int], datetime], list[Order]]
ENDS = {
    "done": lambda queue, which, now: queue.complete(which, date(2026, 11, 26), "佐藤", now),
    "cancelled": lambda queue, which, now: queue.cancel(which, "佐藤", "本人の申出", now),
}


@pytest.mark.parametrize("second", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize(("state", "first"), ENDS.items(), ids=ENDS.keys())
def test_what_has_ended_cannot_end_again(
    queue: Queue, ask: Callable[..., Order], now: datetime, state: str, first: End, second: End
) -> None:
    number = ask().number
    first(queue, [number], now)
    with pytest.raises(OrderRefused, match=f"^order {number} is not open: 佐藤 set it to {state} on 2026-11-26$"):
        second(queue, [number], now)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize(
    ("more", "message"),
    [
        ([99], "^there is no order 99$"),
        ([0], "^there is no order 0$"),
        ([-1], "^there is no order -1$"),
        ([2**31], f"^there is no order {2**31}$"),
        ([1], "^order 1 is given twice$"),
        (range(2, 200_000), "^more than 100,000 orders are given at once$"),
    ],
    ids=["unknown", "zero", "negative", "larger than any", "twice", "too many"],
)
def test_of_several_orders_all_end_or_none(
    queue: Queue, ask: Callable[..., Order], now: datetime, end: End, more: list[int], message: str
) -> None:
    number = ask().number
    with pytest.raises(OrderRefused, match=message):
        end(queue, [number, *more], now)
    assert numbers(queue) == [number]


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_no_order_named_is_refused(queue: Queue, now: datetime, end: End) -> None:
    with pytest.raises(OrderRefused, match="no order is given"):
        end(queue, [], now)


@pytest.mark.parametrize(
    ("issued_on", "message"),
    [(date(2026, 11, 27), "must not lie after today"), (date(2026, 11, 25), "order 1 was asked for after that day")],
)
def test_the_day_of_issue_lies_between_the_request_and_today(
    queue: Queue, ask: Callable[..., Order], now: datetime, issued_on: date, message: str
) -> None:
    number = ask().number
    with pytest.raises(OrderRefused, match=message):
        queue.complete([number], issued_on, "佐藤", now)
    assert numbers(queue) == [number]


def test_of_two_clerks_at_once_one_is_told_that_the_other_was_first(
    queue: Queue, database: str, ask: Callable[..., Order], now: datetime
) -> None:
    number, both, told = ask().number, Barrier(2), list[str]()

    def clerk(name: str) -> None:
        with Registry.open(database) as registry:
            both.wait()
            try:
                Queue(registry).complete([number], date(2026, 11, 26), name, now)
            except OrderRefused as refused:
                told.append(str(refused))

    clerks = [Thread(target=clerk, args=(name,)) for name in ("中村", "佐藤")]
    for thread in clerks:
        thread.start()
    for thread in clerks:
        thread.join()
    (order,) = queue.history(TARO)
    assert told == [f"order {number} is not open: {order.ended_by} set it to done on 2026-11-26"]


def test_two_who_ask_at_once_get_the_same_order(queue: Queue, database: str, now: datetime) -> None:
    both, given = Barrier(2), list[int]()

    def clerk() -> None:
        with Registry.open(database) as registry:
            both.wait()
            order = Queue(registry).request(TARO, Document.NOTICE, reasons=["card_works"], by="中村", now=now)
            given.append(order.number)

    clerks = [Thread(target=clerk) for _ in range(2)]
    for thread in clerks:
        thread.start()
    for thread in clerks:
        thread.join()
    assert len(given) == 2
    assert set(given) == set(numbers(queue))


_ENQUEUE_AND_WAIT = """
import sys
from datetime import UTC, datetime
from kiosk.eligibility import MemberId, Registry
from kiosk.decision import Document, Reason
from kiosk.issuance import PlanLine, Queue

def lines():
    for number in range(1_500):
        member = MemberId("133033", "71-0000", f"{number:06}", "00")
        yield PlanLine(member, Document.NOTICE, (Reason.CARD_WORKS,), None)
    print("half way", flush=True)
    sys.stdin.read()

with Registry.open(sys.argv[1]) as registry:
    Queue(registry).enqueue_plan(lines(), "x", datetime.now(UTC))
"""


def test_a_program_killed_while_it_enqueues_leaves_nothing(
    registry: Registry, database: str, load: Callable[..., Any], now: datetime
) -> None:
    load(*[{"number": f"{number:06}", "notice_issued_on": ""} for number in range(1_500)])
    end_half_way(_ENQUEUE_AND_WAIT, [database], signal.SIGKILL)
    queue = Queue(registry)
    assert numbers(queue) == []
    lines = plan_lines(registry.members(), date(2026, 11, 22), DEFAULT_POLICY)
    assert queue.enqueue_plan(lines, "中村", now).added == 1_500
    assert len(numbers(queue)) == 1_500
