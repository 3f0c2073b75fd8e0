"""Taking a wrong file back: what a later file says is kept, and several wrong files go newest first."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Dialect, text
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.decision import CardStatus, Document
from kiosk.eligibility import FEEDS, FeedKind, ImportRules, Member, MemberId, Registry, Source, UndoRefused, read_rows
from kiosk.eligibility.undone_members import COLLECT, collect
from kiosk.issuance import Queue
from kiosk.store.transaction import writing

Load = Callable[..., Any]
NOW = datetime(2026, 6, 30, 3, tzinfo=UTC)
TARO = MemberId("133033", "71-0000", "000001", "00")
JIRO = {"name": "土木 次郎"}
SABURO = {"name": "土木 三郎"}


@pytest.fixture
def feed(registry: Registry, cells: Callable[..., dict[str, str]], source: Callable[..., Source]) -> Load:
    """Take a feed of one kind about the first member."""

    def taken(kind: FeedKind, day: str = "2026-06-08", **changed: str) -> Any:
        columns = FEEDS[kind].columns
        names = columns.required
        lines = [",".join(names), ",".join(cells(**changed)[name] for name in names)]
        rows = read_rows(io.BytesIO("\n".join(lines).encode()), columns=columns)
        rules = ImportRules(kind=kind.value, confirms=FEEDS[kind].confirms)
        origin = replace(source(day), content_sha256=lambda: kind.value)
        return registry.import_members(rows, origin, rules=rules)

    return taken


def taro(registry: Registry) -> Member:
    found = registry.member(TARO)
    assert found is not None
    return found


def undo(registry: Registry, *batches: int, **options: bool) -> None:
    for batch in batches:
        registry.undo(batch, "hanako", NOW, **options)


def refused(registry: Registry, batch: int) -> tuple[str, ...]:
    with pytest.raises(UndoRefused) as error:
        registry.undo(batch, "hanako", NOW)
    return error.value.members


def test_what_a_later_file_says_again_is_not_taken_back(registry: Registry, take: Load) -> None:
    take({})
    wrong = take(JIRO, {"number": "000002"}).batch
    take({"number": "000002"}, JIRO)
    assert refused(registry, wrong) == (str(TARO), "133033:71-0000:000002:00")
    undo(registry, wrong, leave_changed=True)
    assert [one.name for one in registry.members()] == ["土木 次郎", "土木 太郎"]


def test_a_later_file_that_was_taken_back_says_nothing(registry: Registry, take: Load) -> None:
    take({})
    wrong = [take(JIRO, {"number": "000002"}, {"number": number}).batch for number in ("000003", "000004")]
    undo(registry, *reversed(wrong))
    assert [one.name for one in registry.members()] == ["土木 太郎"]


def test_the_same_file_again_says_nothing_more_and_goes_with_it(registry: Registry, take: Load) -> None:
    take({}, day="2026-06-01")
    first, again = (take(JIRO, {"number": "000002"}, day=f"2026-06-{day}").batch for day in ("08", "15"))
    done = registry.undo(first, "hanako", NOW)
    assert (done.repeated, done.removed, done.restored) == ([again], 1, 1)
    assert (taro(registry).name, taro(registry).confirmed_on) == ("土木 太郎", date(2026, 6, 1))
    kept = registry.kept_report(again)
    assert kept is not None and kept.undone_by == done.batch


def test_a_later_feed_keeps_what_it_says(registry: Registry, take: Load, feed: Load) -> None:
    take({})
    wrong = take({"card": "lost"}).batch
    feed(FeedKind.CARD, card="lost")
    feed(FeedKind.CERTIFICATE)
    assert refused(registry, wrong) == (str(TARO),)
    undo(registry, wrong, leave_changed=True)
    assert taro(registry).card is CardStatus.LOST


def test_a_later_feed_about_something_else_keeps_nothing(registry: Registry, take: Load, feed: Load) -> None:
    take({})
    wrong = take(JIRO).batch
    feed(FeedKind.CERTIFICATE)
    feed(FeedKind.CARD)
    undo(registry, wrong)
    assert taro(registry).name == "土木 太郎"


def test_a_member_of_whom_a_later_feed_speaks_is_not_removed(registry: Registry, take: Load, feed: Load) -> None:
    wrong = take({}).batch
    feed(FeedKind.CARD)
    assert refused(registry, wrong) == (str(TARO),)


def test_two_wrong_files_are_taken_back_newest_first(registry: Registry, take: Load) -> None:
    take({})
    first, second = take(JIRO, {"number": "000002"}).batch, take(SABURO, {"number": "000002"} | SABURO).batch
    undo(registry, second)
    assert taro(registry).name == "土木 次郎"
    undo(registry, first)
    assert [one.name for one in registry.members()] == ["土木 太郎"]


def test_a_file_whose_change_was_left_is_not_what_another_one_goes_back_to(registry: Registry, take: Load) -> None:
    take({})
    first, second = take(JIRO, {"number": "000002"}).batch, take(SABURO, {"number": "000002"} | SABURO).batch
    undo(registry, first, leave_changed=True)
    undo(registry, second)
    assert [one.name for one in registry.members()] == ["土木 太郎"]


@pytest.mark.parametrize("undone_before", [False, True])
def test_a_paper_issued_since_counts_though_the_file_after_it_was_taken_back(
    undone_before: bool, registry: Registry, take: Load
) -> None:
    take({"notice_issued_on": ""})
    first, second = (take({"notice_issued_on": ""} | name).batch for name in (JIRO, SABURO))
    if undone_before:
        undo(registry, second)
    queue = Queue(registry)
    order = queue.request(TARO, Document.NOTICE, reasons=["card_works"], by="hanako", now=NOW)
    queue.complete([order.number], NOW.date(), "hanako", NOW)
    if not undone_before:
        undo(registry, second, leave_changed=True)
    assert refused(registry, first) == (str(TARO),)


def test_data_never_look_newer_than_what_says_them(registry: Registry, take: Load) -> None:
    take({}, day="2026-06-01")
    second = take({}, day="2026-06-08").batch
    third = take(JIRO, day="2026-06-15").batch
    undo(registry, third, second)
    assert (taro(registry).confirmed_on, taro(registry).valid_from) == (date(2026, 6, 1), date(2026, 6, 1))


def test_what_nothing_else_says_keeps_its_day(registry: Registry, take: Load) -> None:
    wrong = take({}, day="2026-06-08").batch
    registry.bind(TARO, "a1" * 32, date(2028, 1, 1), "hanako", NOW)
    undo(registry, wrong, leave_changed=True)
    assert taro(registry).confirmed_on == date(2026, 6, 8)


def test_all_who_are_left_are_counted_and_the_first_are_named(
    registry: Registry, take: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.eligibility.undo.MOST_LEFT", 2)
    people = [{"number": f"{number:06}"} for number in range(3)]
    wrong = take(*people).batch
    take(*reversed(people))
    done = registry.undo(wrong, "hanako", NOW, leave_changed=True).to_json()
    assert (done["left"], done["members"]) == (3, [f"133033:71-0000:{number:06}:00" for number in range(2)])


def plan_of_collecting(registry: Registry, explain: str, dialect: Dialect) -> list[str]:
    compiled = COLLECT.compile(dialect=dialect)
    with writing(registry.engine) as connection:
        collect(connection, 1, 2)
        plain = re.sub("::[A-Z]+", "", str(compiled))  # a cast after a parameter hides it from text()
        plan = connection.execute(text(f"{explain} {plain}"), compiled.construct_params({"undoing": 2})).all()
    return [str(row[-1]).strip() for row in plan]


def test_undo_finds_the_members_of_a_file_by_an_index(sqlite_registry: Registry) -> None:
    steps = plan_of_collecting(sqlite_registry, "EXPLAIN QUERY PLAN", sqlite.dialect(paramstyle="named"))
    assert any("version_batch (batch_id=?)" in step for step in steps)
    assert {step for step in steps if step.startswith("SCAN")} <= {"SCAN made", "SCAN import_batch"}


def test_undo_never_looks_through_a_file_for_each_of_its_members(
    postgresql_url: str, member_file: Callable[..., bytes], source: Callable[..., Source]
) -> None:
    people = [{"number": f"{number:06}"} for number in range(1_000)]
    with Registry.open(postgresql_url, migrated=False) as registry:
        registry.migrate()
        registry.import_members(read_rows(io.BytesIO(member_file(*people))), source())
        steps = plan_of_collecting(registry, "EXPLAIN", postgresql.dialect(paramstyle="named"))
    assert any("version_batch" in step for step in steps)
    assert not [step for step in steps if "version_batch on member_version earlier" in step]


def test_a_document_that_a_later_file_has_too_stays_known_to_the_files(registry: Registry, take: Load) -> None:
    """The insurer can then take it back by the value from before the issue."""
    take({"notice_issued_on": ""})
    queue = Queue(registry)
    order = queue.request(TARO, Document.NOTICE, reasons=["card_works"], by="hanako", now=NOW)
    queue.complete([order.number], NOW.date(), "hanako", NOW)
    issued = {"notice_issued_on": NOW.date().isoformat()}
    wrong = take(issued).batch
    take(issued, {"number": "000002"}, day="2026-06-08")
    undo(registry, wrong)
    assert take({"notice_issued_on": ""}, day="2026-06-15").updated == 1
