"""The lines of a plan as orders: which one counts where several mean the same member."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from kiosk.decision import Confirmation, Document, Reason
from kiosk.eligibility import MemberId, Registry, RegistryError
from kiosk.issuance import OrderRefused, PlanLine, PlanMoved, Queue, enqueuing
from kiosk.store.bulk import fill, working_table
from kiosk.store.transaction import writing

NOW = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
DAYS = Confirmation(date(2026, 11, 22), date(2031, 11, 21))


def line(number: str, document: Document = Document.NOTICE, reason: Reason = Reason.CARD_WORKS) -> PlanLine:
    validity = DAYS if document is Document.CONFIRMATION else None
    return PlanLine(MemberId("133033", "71-0000", number, "00"), document, (reason,), validity)


@pytest.fixture
def queue(registry: Registry, load: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Queue:
    """The queue of a register with five members, which takes the lines of a plan two at a time."""
    monkeypatch.setattr(enqueuing, "LINES_AT_ONCE", 2)
    load(*({"number": f"{number:06}"} for number in range(1, 6)))
    return Queue(registry)


def test_orders_are_numbered_in_the_order_of_the_lines(queue: Queue) -> None:
    numbers = ["000004", "000002", "000005", "000001", "000003"]
    report = queue.enqueue_plan(map(line, numbers), "中村", NOW)
    assert (report.added, report.already_open) == (5, 0)
    orders = list(queue.open_orders())
    assert [(one.number, one.member.number) for one in orders] == list(enumerate(numbers, start=1))
    assert {(one.requested_at, one.requested_by, one.reasons) for one in orders} == {
        (NOW, "中村", (Reason.CARD_WORKS,))
    }


@pytest.mark.parametrize("between", [[], [line("000005")]], ids=["in one statement", "in two statements"])
def test_the_first_of_several_lines_for_one_document_counts(queue: Queue, between: list[PlanLine]) -> None:
    lines = [line("000001"), *between, line("０００００１", reason=Reason.NOT_LINKED_YET)]
    lines += [line("000001", Document.CONFIRMATION), line("000001", Document.CONFIRMATION)]
    report = queue.enqueue_plan(lines, "中村", NOW)
    assert (report.added, report.already_open) == (2 + len(between), 2)
    mine = queue.history(MemberId("133033", "71-0000", "000001", "00"))
    assert [(one.document, one.reasons) for one in mine] == [
        (Document.NOTICE, (Reason.CARD_WORKS,)),
        (Document.CONFIRMATION, (Reason.CARD_WORKS,)),
    ]
    assert (mine[1].valid_from, mine[1].valid_until) == (DAYS.valid_from, DAYS.valid_until)


@pytest.mark.parametrize("place", range(1, 6))
def test_the_first_line_for_somebody_unknown_is_named(queue: Queue, place: int) -> None:
    lines = [line(f"{number:06}") for number in range(1, 6)]
    lines.insert(place - 1, line("999999"))
    with pytest.raises(OrderRefused, match=f"^line {place}: there is no such member in the register$"):
        queue.enqueue_plan([*lines, line("999998")], "中村", NOW)
    assert list(queue.open_orders()) == []
    assert queue.enqueue_plan([line("000001")], "中村", NOW).added == 1  # nothing is left of the one before


def test_an_empty_plan_adds_nothing(queue: Queue) -> None:
    report = queue.enqueue_plan([], "中村", NOW)
    assert (report.added, report.already_open) == (0, 0)


def test_rows_that_the_server_refuses_are_an_error_of_the_register(postgresql_url: str) -> None:
    numbers = Table("numbers", MetaData(), Column("number", Integer), prefixes=["TEMPORARY"])
    with (
        Registry.open(postgresql_url, migrated=False) as registry,
        pytest.raises(RegistryError, match="invalid input syntax"),
        writing(registry.engine) as connection,
        working_table(connection, numbers),
    ):
        fill(connection, numbers, [["x"]])


def test_a_preview_says_what_a_plan_would_add_and_adds_nothing(queue: Queue) -> None:
    queue.enqueue_plan([line("000001")], "中村", NOW)
    seen = queue.preview_plan([line("000001"), line("000002")], NOW)
    assert (seen.added, seen.already_open, len([*queue.open_orders()])) == (1, 1, 1)
    assert queue.enqueue_plan([line("000001"), line("000002")], "中村", NOW, previewed=seen) == seen


def test_a_plan_that_would_do_something_else_than_was_seen_does_nothing(queue: Queue) -> None:
    lines = [line("000001"), line("000002")]
    seen = queue.preview_plan(lines, NOW)
    queue.enqueue_plan(lines[:1], "中村", NOW)
    with pytest.raises(PlanMoved) as moved:
        queue.enqueue_plan(lines, "中村", NOW, previewed=seen)
    assert (moved.value.report.added, moved.value.report.already_open, len([*queue.open_orders()])) == (1, 1, 1)


def test_a_plan_that_would_add_as_many_orders_for_others_does_nothing(queue: Queue) -> None:
    lines = [line("000001"), line("000002")]
    queue.enqueue_plan(lines[:1], "中村", NOW)
    seen = queue.preview_plan(lines, NOW)
    (done,) = queue.open_orders()
    queue.cancel([done.number], "中村", "asked for twice", NOW)
    queue.enqueue_plan(lines[1:], "terminal 1", NOW)
    with pytest.raises(PlanMoved) as moved:
        queue.enqueue_plan(lines, "中村", NOW, previewed=seen)
    assert (moved.value.report.added, moved.value.report.already_open) == (seen.added, seen.already_open) == (1, 1)
    assert queue.enqueue_plan(lines, "中村", NOW, previewed=moved.value.report).added == 1
