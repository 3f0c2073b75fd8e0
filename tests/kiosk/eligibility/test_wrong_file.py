"""A wrong file does no harm: it is previewed, guarded against, reported, and taken back."""

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import select

from kiosk.decision import Document
from kiosk.eligibility import ImportRules, LargeChange, MemberId, OlderFile, Registry, Source, UndoRefused, read_rows
from kiosk.issuance import Queue
from kiosk.store.schema import import_batch
from kiosk.store.transaction import reading

Load = Callable[..., Any]
MakeFile = Callable[..., bytes]
Run = Callable[..., Result]
NOW = datetime(2026, 6, 9, 3, tzinfo=UTC)
TARO = MemberId("133033", "71-0000", "000001", "00")


def people(count: int, first: int = 1, **changed: str) -> list[dict[str, str]]:
    return [{"number": f"{number:06}", **changed} for number in range(first, first + count)]


def key(number: int) -> str:
    return f"133033:71-0000:{number:06}:00"


def everything(registry: Registry) -> list[Any]:
    return list(registry.members())


def test_a_preview_says_what_would_change_and_changes_nothing(registry: Registry, take: Load) -> None:
    take(*people(3))
    before = everything(registry)
    some = [*people(1, name="土木 次郎"), *people(1, 2, lost_on="2026-06-30"), *people(2, 3)]
    said = take(*some, preview=True).to_json()
    assert (said["batch"], said["inserted"], said["updated"], said["unchanged"]) == (None, 1, 2, 1)
    assert (said["changed"], said["lost"]) == ({"name": 1, "lost_on": 1}, 1)
    assert said["examples"] == {"inserted": [key(4)], "name": [key(1)], "lost_on": [key(2)], "lost": [key(2)]}
    assert everything(registry) == before
    assert registry.last_import() == 1


def test_a_file_that_changes_too_many_is_refused_and_writes_nothing(registry: Registry, take: Load) -> None:
    take(*people(100))
    before = everything(registry)
    with pytest.raises(LargeChange, match="21 of 100 members, more than 20 %") as refused:
        take(*people(21, name="土木 次郎"))
    assert refused.value.report.changed == {"name": 21}
    assert everything(registry) == before
    assert take(*people(20, name="土木 次郎")).updated == 20
    assert take(*people(100, name="土木 三郎"), rules=ImportRules()).updated == 100


def test_a_refused_file_is_reported_with_its_encoding_and_characters_and_has_no_number(
    made: Run, member_file: MakeFile
) -> None:
    made("import", "-", input=member_file(*people(100)))
    wrong = member_file(*people(50, name="土木 ●郎")).decode().encode("cp932")
    would = json.loads(made("import", "-", "--json", input=wrong).stdout)["would"]
    assert (would["batch"], would["encoding"], would["doubtful"]) == (None, "cp932", 50)
    assert would["characters"][0]["code"] == "U+25CF"


def test_a_small_register_a_first_file_and_new_members_are_not_guarded(take: Load) -> None:
    assert take(*people(99)).inserted == 99
    assert take(*people(99, name="土木 次郎")).updated == 99
    assert take(*people(200, 100)).inserted == 200


def test_a_complete_file_lists_the_insured_whom_it_leaves_out(registry: Registry, take: Load) -> None:
    take(*people(3), *people(1, 4, lost_on="2026-05-01"), *people(1, 5, lost_on="2026-07-01"))
    before = everything(registry)
    report = take(*people(1), rules=ImportRules(complete=True))
    assert (report.gone, report.missing) == (3, [key(2), key(3), key(5)])
    assert [one.id for one in registry.members()] == [one.id for one in before]


def test_with_a_complete_file_the_missing_count_too(take: Load) -> None:
    take(*people(100))
    with pytest.raises(LargeChange, match="21 of 100"):
        take(*people(79), rules=ImportRules(complete=True, most_changed=20))
    assert take(*people(80), rules=ImportRules(complete=True, most_changed=20)).gone == 20
    assert take(*people(10)).gone is None


def test_undo_takes_back_what_a_file_brought_changed_and_confirmed(registry: Registry, take: Load) -> None:
    take(*people(3), day="2026-06-01")
    before = everything(registry)
    batch = take(*people(1, name="土木 次郎"), *people(3, 2), day="2026-06-08").batch
    assert registry.undo(batch, "hanako", NOW).to_json() == {
        "batch": 3,
        "undone": batch,
        "repeated": [],
        "removed": 1,
        "restored": 1,
        "left": 0,
        "members": [],
    }
    after = everything(registry)
    assert [(one.id, one.name, one.confirmed_on) for one in after] == [
        (one.id, one.name, one.confirmed_on) for one in before
    ]
    assert [one.name for one in registry.history(TARO)] == ["土木 太郎", "土木 次郎", "土木 太郎"]
    found = registry.check()
    assert found is not None and found[0] == 1


def test_the_file_can_be_imported_again_after_that(registry: Registry, take: Load) -> None:
    take(*people(2))
    again = people(1, name="土木 次郎") + people(1, 3)
    registry.undo(take(*again).batch, "hanako", NOW)
    report = take(*again)
    assert (report.inserted, report.updated) == (1, 1)


def test_undo_refuses_and_names_whom_a_later_file_has_changed(registry: Registry, take: Load) -> None:
    take(*people(2))
    batch = take(*people(2, name="土木 次郎")).batch
    take(*people(1, name="土木 三郎"))
    before = everything(registry)
    with pytest.raises(UndoRefused, match="1 member") as refused:
        registry.undo(batch, "hanako", NOW)
    assert refused.value.members == (key(1),)
    assert everything(registry) == before
    report = registry.undo(batch, "hanako", NOW, leave_changed=True)
    assert (report.restored, report.left, report.members) == (1, 1, [key(1)])
    assert [one.name for one in registry.members()] == ["土木 三郎", "土木 太郎"]


def test_undo_refuses_for_an_issue_an_order_and_a_binding(registry: Registry, take: Load) -> None:
    take(*people(1, notice_issued_on=""))
    batch = take(*people(1, notice_issued_on="", name="土木 次郎"), *people(2, 2, notice_issued_on="")).batch
    queue = Queue(registry)
    order = queue.request(TARO, Document.NOTICE, reasons=["card_works"], by="hanako", now=NOW)
    queue.complete([order.number], NOW.date(), "hanako", NOW)
    queue.request(MemberId.parse(key(2)), Document.NOTICE, reasons=["card_works"], by="hanako", now=NOW)
    registry.bind(MemberId.parse(key(3)), "a1" * 32, date(2028, 1, 1), "hanako", NOW)
    with pytest.raises(UndoRefused) as refused:
        registry.undo(batch, "hanako", NOW)
    assert refused.value.members == (key(1), key(2), key(3))


def test_what_cannot_be_taken_back_is_said(registry: Registry, take: Load) -> None:
    batch = take(*people(1)).batch
    undone = registry.undo(batch, "hanako", NOW)
    for number, why in (
        (batch, "taken back already"),
        (undone.batch, "itself an undoing"),
        (99, "there is no file 99"),
    ):
        with pytest.raises(UndoRefused, match=why):
            registry.undo(number, "hanako", NOW)


def test_each_import_has_its_report_kept(registry: Registry, take: Load) -> None:
    report = take(*people(1))
    kept = registry.kept_report(report.batch)
    assert kept is not None
    assert (kept.kind, kept.undone_by, kept.report) == ("members", None, report.to_json())
    undone = registry.undo(report.batch, "hanako", NOW)
    kept, other = registry.kept_report(report.batch), registry.kept_report(undone.batch)
    assert kept is not None and kept.undone_by == undone.batch
    assert other is not None and other.report == {**undone.to_json(), "by": "hanako"}
    assert registry.kept_report(99) is None


def test_a_kept_report_has_no_number_of_a_member(registry: Registry, take: Load) -> None:
    take(*people(3))
    taken = take(*people(1, 4), rules=ImportRules(complete=True))
    one = registry.member(MemberId.parse(key(1)))
    assert one is not None
    registry.take_over(one, {"number": "000129"}, NOW, NOW.date(), "hanako")
    with reading(registry.engine) as connection:
        kept = "".join(connection.execute(select(import_batch.c.report)).scalars().all())
    assert "71-0000" not in kept
    said = registry.kept_report(taken.batch)
    assert said is not None
    assert said.report["missing"] == [key(129), key(2), key(3)]
    assert said.report["examples"] == {"inserted": [key(4)]}
    registry.undo(taken.batch, "hanako", NOW)
    said = registry.kept_report(taken.batch)
    assert said is not None and said.report["examples"] == {"inserted": []}


def test_a_document_that_the_undone_file_knew_is_unknown_to_the_files_again(registry: Registry, take: Load) -> None:
    take(*people(1, notice_issued_on=""))
    queue = Queue(registry)
    order = queue.request(TARO, Document.NOTICE, reasons=["card_works"], by="hanako", now=NOW)
    queue.complete([order.number], NOW.date(), "hanako", NOW)
    batch = take(*people(1, notice_issued_on=NOW.date().isoformat())).batch
    registry.undo(batch, "hanako", NOW)
    take(*people(1, notice_issued_on=""))
    member = registry.member(TARO)
    assert member is not None and member.notice_issued_on == NOW.date()


def test_undo_leaves_nothing_that_refers_to_a_removed_member(sqlite_registry: Registry, member_file: MakeFile) -> None:
    source = Source(NOW, NOW.date(), "a" * 64, lambda: "b" * 64)
    report = sqlite_registry.import_members(read_rows(io.BytesIO(member_file(*people(3)))), source)
    sqlite_registry.undo(report.batch, "hanako", NOW)
    with reading(sqlite_registry.engine) as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM member_version").scalar() == 0


OLD = ImportRules(older=False)


def test_an_older_file_replaces_nothing_newer_unasked(registry: Registry, take: Load) -> None:
    newer = take(*people(2), day="2026-06-30").batch
    before = everything(registry)
    with pytest.raises(OlderFile, match=f"from 2026-05-31, and file {newer} of the same kind from 2026-06-30"):
        take(*people(1, name="土木 次郎"), rules=OLD, day="2026-05-31")
    assert everything(registry) == before
    assert take(*people(1, 3), rules=OLD, day="2026-05-31").inserted == 1
    assert take(*people(1, name="土木 次郎"), rules=ImportRules(), day="2026-05-31").updated == 1


def test_a_newer_file_of_another_kind_or_taken_back_hinders_nobody(registry: Registry, take: Load) -> None:
    take(*people(1), day="2026-05-01")
    undone = take(*people(1, name="土木 次郎"), day="2026-06-30").batch
    registry.undo(undone, "hanako", NOW)
    take(*people(1, name="土木 三郎"), rules=ImportRules(kind="card"), day="2026-06-30")
    assert take(*people(1), rules=OLD, day="2026-05-31").updated == 1


def test_last_months_feed_is_refused(made: Run, member_file: MakeFile) -> None:
    made("import", "-", "--valid-from", "2026-01-01", input=member_file({}))
    lines = b"insurer_number,symbol,number,branch,card\n133033,71-0000,000001,00,%s\n"
    assert made("feed", "card", "-", "--valid-from", "2026-06-30", input=lines % b"lost").exit_code == 0
    stale = ("feed", "card", "-", "--valid-from", "2026-05-31")
    refused = made(*stale, "--json", input=lines % b"held")
    assert refused.exit_code == 1 and "--allow-older" in refused.stderr
    assert json.loads(refused.stdout)["would"]["changed"] == {"card": 1}
    assert made(*stale, "--allow-older", input=lines % b"held").exit_code == 0


def test_a_complete_file_leaves_no_line_out(made: Run, member_file: MakeFile, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    done = made("import", "-", "--complete", "--skip-bad", str(bad), "--json", input=member_file({}))
    assert done.exit_code == 2 and "--skip-bad" in json.loads(done.stdout)["error"]["message"]
    assert not bad.exists()


def test_the_commands(made: Run, member_file: MakeFile) -> None:
    first = json.loads(made("import", "-", "--json", input=member_file(*people(100))).stdout)
    wrong = member_file(*people(50, name="土木 次郎"))
    refused = made("import", "-", "--json", input=wrong)
    assert refused.exit_code == 1 and "--allow-large-change" in refused.stderr
    would = json.loads(refused.stdout)["would"]
    assert (would["batch"], would["changed"]) == (None, {"name": 50})
    preview = made("import", "-", "--preview", "--allow-large-change", "--json", input=wrong)
    assert (preview.exit_code, json.loads(preview.stdout)["preview"]) == (0, True)
    assert "nothing was changed" in preview.stderr and "50 changed in name" in preview.stderr
    taken = json.loads(made("import", "-", "--allow-large-change", "--json", input=wrong).stdout)
    assert taken["batch"] > first["batch"]  # PostgreSQL gives no number twice, that of a preview neither
    undone = made("undo", str(taken["batch"]), "--by", "hanako", "--json")
    assert (undone.exit_code, json.loads(undone.stdout)["restored"]) == (0, 50)
    assert made("undo", str(taken["batch"]), "--by", "hanako").exit_code == 1
    kept = json.loads(made("report", str(taken["batch"]), "--json").stdout)
    assert (kept["undone_by"], kept["report"]["updated"]) == (json.loads(undone.stdout)["batch"], 50)
    assert made("report", "99").exit_code == 1
    assert json.loads(made("duplicates", "--json").stdout) == {"duplicates": []}
