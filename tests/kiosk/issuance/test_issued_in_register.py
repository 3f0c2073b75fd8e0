"""An issued document is in the register at once, and an outdated member file does not remove it."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kiosk.decision import DEFAULT_POLICY, Document
from kiosk.eligibility import Member, MemberId, Registry, RegistryFull, Source, read_rows, write_rows
from kiosk.issuance import Order, Queue, line_for

TARO, HANAKO = (MemberId("133033", "71-0000", "000001", branch) for branch in ("00", "01"))
NOTICE_WAS_NONE = {"notice_issued_on": ""}
CONFIRMATION_WAS_NONE = {"branch": "01", "card": "never_issued", "notice_issued_on": ""}
TODAY = date(2026, 11, 26)
Load = Callable[..., Any]


@pytest.fixture
def issue(queue: Queue, now: datetime) -> Callable[..., Order]:
    """Request a document and finish the order at once."""

    def at_once(member: MemberId = TARO, document: Document = Document.NOTICE, day: int = 0) -> Order:
        asked = queue.request(member, document, reasons=["card_works"], by="中村", now=now + timedelta(days=day))
        (done,) = queue.complete([asked.number], TODAY + timedelta(days=day), "佐藤", now + timedelta(days=day))
        return done

    return at_once


def current(registry: Registry, whose: MemberId = TARO) -> Member:
    member = registry.member(whose)
    assert member is not None
    return member


def test_a_notice_is_a_version_of_its_own(registry: Registry, issue: Callable[..., Order], now: datetime) -> None:
    before = current(registry)
    issue()
    first, second = registry.history(TARO)
    assert (first.notice_issued_on, second.notice_issued_on) == (None, TODAY)
    assert (second.recorded_at, second.valid_from) == (now, TODAY)
    assert second.name == first.name
    assert current(registry).confirmed_on == before.confirmed_on


def test_a_confirmation_is_written_with_the_validity_that_was_ordered(
    registry: Registry, issue: Callable[..., Order]
) -> None:
    order = issue(HANAKO, Document.CONFIRMATION)
    member = current(registry, HANAKO)
    assert (member.confirmation_valid_from, member.confirmation_valid_until) == (order.valid_from, order.valid_until)
    assert member.notice_issued_on is None


def test_both_documents_of_one_member_make_one_version(registry: Registry, queue: Queue, now: datetime) -> None:
    for document in (Document.NOTICE, Document.CONFIRMATION):
        queue.request(HANAKO, document, reasons=["no_card"], by="中村", now=now)
    queue.complete([order.number for order in queue.open_orders()], TODAY, "佐藤", now)
    assert len(registry.history(HANAKO)) == 2
    member = current(registry, HANAKO)
    assert (member.notice_issued_on, member.confirmation_valid_from) == (TODAY, TODAY)


def test_an_issue_that_fails_half_way_leaves_order_and_register_as_they_were(
    registry: Registry, queue: Queue, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise RegistryFull("there is no room left on the disk of the register")

    asked = queue.request(TARO, Document.NOTICE, reasons=["card_works"], by="中村", now=now)
    monkeypatch.setattr("kiosk.issuance.table.update_orders", full)
    with pytest.raises(RegistryFull):
        queue.complete([asked.number], TODAY, "佐藤", now)
    assert len(registry.history(TARO)) == 1
    assert list(queue.open_orders()) == [asked]


@pytest.mark.parametrize("document", [Document.NOTICE, Document.CONFIRMATION])
def test_what_was_issued_is_no_longer_owed(registry: Registry, issue: Callable[..., Order], document: Document) -> None:
    whose = TARO if document is Document.NOTICE else HANAKO
    owed = line_for(current(registry, whose), TODAY, DEFAULT_POLICY)
    assert owed is not None and owed.issue is document
    issue(whose, document)
    assert line_for(current(registry, whose), TODAY, DEFAULT_POLICY) is None


def test_more_orders_than_one_statement_takes_are_written_back(
    registry: Registry, queue: Queue, load: Load, now: datetime
) -> None:
    load(*[{"number": f"9{number:05}", "notice_issued_on": ""} for number in range(1_100)])
    lines = [line for member in registry.members() if (line := line_for(member, TODAY, DEFAULT_POLICY))]
    queue.enqueue_plan(lines, "中村", now)
    done = queue.complete([order.number for order in queue.open_orders()], TODAY, "佐藤", now)
    assert len(done) == len(lines) == 1_102
    assert [member for member in registry.members() if line_for(member, TODAY, DEFAULT_POLICY)] == []


@pytest.mark.parametrize(
    ("whose", "document", "behind"),
    [
        (TARO, Document.NOTICE, NOTICE_WAS_NONE),
        (HANAKO, Document.CONFIRMATION, CONFIRMATION_WAS_NONE),
    ],
    ids=["notice", "confirmation"],
)
def test_a_file_that_lacks_the_issue_keeps_it(
    registry: Registry, load: Load, issue: Callable[..., Order],
    whose: MemberId, document: Document, behind: dict[str, str],
) -> None:  # fmt: skip
    issue(whose, document)
    issued = current(registry, whose)
    assert load(behind, day="2026-12-01").unchanged == 1
    assert load(behind, day="2026-12-02").unchanged == 1
    kept = current(registry, whose)
    assert (kept.notice_issued_on, kept.confirmation_valid_from) == (
        issued.notice_issued_on,
        issued.confirmation_valid_from,
    )
    assert kept.confirmed_on == date(2026, 12, 2)


def test_what_else_such_a_file_says_is_taken(registry: Registry, load: Load, issue: Callable[..., Order]) -> None:
    issue()
    assert load(NOTICE_WAS_NONE | {"name": "土木 次郎"}).updated == 1
    member = current(registry)
    assert (member.name, member.notice_issued_on) == ("土木 次郎", TODAY)


def test_a_file_that_still_has_an_earlier_notice_is_behind_too(
    registry: Registry, load: Load, issue: Callable[..., Order]
) -> None:
    load({"notice_issued_on": "2020-03-01"})
    issue()
    assert load({"notice_issued_on": "2020-03-01"}).unchanged == 1
    assert current(registry).notice_issued_on == TODAY


def test_a_file_with_another_day_is_taken_at_its_word(
    registry: Registry, load: Load, issue: Callable[..., Order]
) -> None:
    issue()
    assert load({"notice_issued_on": "2026-11-27"}).updated == 1
    assert current(registry).notice_issued_on == date(2026, 11, 27)


def test_once_a_file_told_of_the_issue_files_are_believed_again(
    registry: Registry, load: Load, issue: Callable[..., Order]
) -> None:
    issue()
    assert load({"notice_issued_on": TODAY.isoformat()}).unchanged == 1
    assert load(NOTICE_WAS_NONE).updated == 1
    assert current(registry).notice_issued_on is None


def test_of_two_issues_a_file_that_knows_the_first_only_is_behind(
    registry: Registry, load: Load, issue: Callable[..., Order]
) -> None:
    issue()
    issue(day=1)
    assert load({"notice_issued_on": TODAY.isoformat()}).unchanged == 1
    assert current(registry).notice_issued_on == TODAY + timedelta(days=1)


def test_the_documents_are_told_of_one_by_one(registry: Registry, load: Load, issue: Callable[..., Order]) -> None:
    issue(HANAKO)
    order = issue(HANAKO, Document.CONFIRMATION)
    assert load(CONFIRMATION_WAS_NONE | {"notice_issued_on": "2026-11-27"}).updated == 1
    assert load(CONFIRMATION_WAS_NONE).updated == 1
    member = current(registry, HANAKO)
    assert (member.notice_issued_on, member.confirmation_valid_until) == (None, order.valid_until)


def test_a_cancelled_order_keeps_nothing(registry: Registry, load: Load, queue: Queue, now: datetime) -> None:
    asked = queue.request(TARO, Document.NOTICE, reasons=["card_works"], by="中村", now=now)
    queue.cancel([asked.number], "佐藤", "本人の申出", now)
    load({"notice_issued_on": "2026-11-27"})
    assert load(NOTICE_WAS_NONE).updated == 1
    assert current(registry).notice_issued_on is None


def test_export_then_import_changes_nothing_after_an_issue(
    registry: Registry, issue: Callable[..., Order], source: Callable[..., Source]
) -> None:
    issue()
    issue(HANAKO, Document.CONFIRMATION)
    text = io.StringIO()
    write_rows(text, registry.rows())
    report = registry.import_members(read_rows(io.BytesIO(text.getvalue().encode())), source())
    assert (report.unchanged, report.updated) == (3, 0)
