"""Importing a member file: all lines, none, or all but the bad ones; and what a second file changes."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.decision import CardStatus, Certificate, Registration
from kiosk.eligibility import (
    BadLine,
    CsvRow,
    ImportRefused,
    MemberId,
    Registry,
    RegistryError,
    Relationship,
    Sex,
    Source,
    read_rows,
    write_rows,
)
from kiosk.eligibility.columns import MAY_BE_LEFT_OUT, NAMES
from kiosk.eligibility.importer import REPORTED

Load = Callable[..., Any]
MakeFile = Callable[..., bytes]
MakeSource = Callable[..., Source]
SOMEBODY = MemberId("133033", "71-0000", "000001", "00")


def written(registry: Registry) -> str:
    text = io.StringIO()
    write_rows(text, registry.rows())
    return text.getvalue()


def test_new_members_are_inserted(registry: Registry, load: Load) -> None:
    assert load({}, {"branch": "01"}).counts() == {"inserted": 2, "updated": 0, "unchanged": 0, "refused": 0}
    member = registry.member(SOMEBODY)
    assert member is not None
    assert (member.name, member.birth_date, member.card) == ("土木 太郎", date(1980, 5, 6), CardStatus.HELD)


def test_an_unknown_member_is_none(registry: Registry, load: Load) -> None:
    load({})
    assert registry.member(MemberId("133033", "71-0000", "000001", "01")) is None
    assert registry.history(MemberId("133033", "71-0000", "000001", "01")) == []


def test_the_same_file_again_writes_no_version(registry: Registry, load: Load) -> None:
    load({}, {"branch": "01"})
    assert load({}, {"branch": "01"}).counts() == {"inserted": 0, "updated": 0, "unchanged": 2, "refused": 0}
    assert registry.stats(date(2026, 6, 1)).versions == 2


def test_a_change_makes_a_further_version_and_keeps_the_one_before(registry: Registry, load: Load) -> None:
    load({}, day="2026-06-01")
    assert load({"name": "土木 次郎"}, day="2026-07-01").updated == 1
    before, after = registry.history(SOMEBODY)
    assert (before.name, after.name) == ("土木 太郎", "土木 次郎")
    assert before.recorded_at == datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert (after.recorded_at, after.valid_from) == (datetime(2026, 7, 1, 12, tzinfo=UTC), date(2026, 7, 1))
    current = registry.member(SOMEBODY)
    assert current is not None and current.name == "土木 次郎"


def test_a_value_that_comes_back_is_a_third_version(registry: Registry, load: Load) -> None:
    for name in ("土木 太郎", "土木 次郎", "土木 太郎"):
        load({"name": name})
    assert [version.name for version in registry.history(SOMEBODY)] == ["土木 太郎", "土木 次郎", "土木 太郎"]


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("registration", "unknown"),
        ("pays_in_full", "true"),
        ("stay_until", "2027-01-31"),
        ("lost_on", "2026-05-31"),
        ("certificate", ""),
        ("my_number_reported", ""),
        ("copay_percent", ""),
        ("kana", "ド"),
    ],
)
def test_every_kind_of_column_counts_as_a_change(load: Load, name: str, cell: str) -> None:
    load({})
    assert load({name: cell}).updated == 1
    assert load({name: cell}).unchanged == 1


def test_a_file_that_says_the_same_renews_the_day_of_the_feed(registry: Registry, load: Load) -> None:
    load({}, day="2026-06-01")
    load({}, day="2026-07-01")
    member = registry.member(SOMEBODY)
    assert member is not None
    assert (member.valid_from, member.confirmed_on) == (date(2026, 6, 1), date(2026, 7, 1))


def test_one_bad_line_refuses_the_whole_file(registry: Registry, load: Load) -> None:
    load({})
    with pytest.raises(ImportRefused) as refused:
        load({"name": "土木 次郎"}, {"branch": "1"}, {"branch": "02"})
    assert (refused.value.refused, str(refused.value.first[0])) == (
        1,
        "line 3, branch: must be two characters, such as 00",
    )
    assert registry.stats(date(2026, 6, 1)).versions == 1
    assert registry.stats(date(2026, 6, 1)).imports == 1


def test_all_bad_lines_are_counted_and_the_first_are_named(load: Load) -> None:
    with pytest.raises(ImportRefused) as refused:
        load(*[{"card": "none"}] * (REPORTED + 5))
    assert refused.value.refused == REPORTED + 5
    assert [bad.line for bad in refused.value.first] == list(range(2, REPORTED + 2))


def test_bad_lines_can_be_left_out(registry: Registry, member_file: MakeFile, source: MakeSource) -> None:
    bad: list[BadLine] = []
    data = member_file({}, {"branch": "1"}, {"branch": "02"})
    report = registry.import_members(read_rows(io.BytesIO(data)), source(), bad_lines=nullcontext(bad.append))
    assert report.counts() == {"inserted": 2, "updated": 0, "unchanged": 0, "refused": 1}
    assert [line.line for line in bad] == [3]


def test_when_the_bad_lines_cannot_be_kept_no_member_is_taken(
    registry: Registry, member_file: MakeFile, source: MakeSource
) -> None:
    @contextmanager
    def full_disk() -> Iterator[Callable[[BadLine], object]]:
        yield [].append
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        registry.import_members(read_rows(io.BytesIO(member_file({}))), source(), bad_lines=full_disk())
    assert registry.member(SOMEBODY) is None


@pytest.mark.parametrize("between", [0, 1_500], ids=["in one chunk", "in different chunks"])
def test_a_member_named_twice_in_one_file_is_a_bad_line(
    registry: Registry, member_file: MakeFile, source: MakeSource, between: int
) -> None:
    bad: list[BadLine] = []
    others = [{"number": f"9{index:05}"} for index in range(between)]
    data = member_file({}, *others, {"name": "土木 次郎"})
    report = registry.import_members(read_rows(io.BytesIO(data)), source(), bad_lines=nullcontext(bad.append))
    assert (report.inserted, report.refused) == (between + 1, 1)
    assert (bad[0].line, bad[0].message) == (
        between + 3,
        "is about a member that an earlier line of this file is about",
    )
    assert "土木 次郎" in bad[0].text
    member = registry.member(SOMEBODY)
    assert member is not None and member.name == "土木 太郎"


def test_a_member_that_an_unchanged_line_names_twice_is_a_bad_line_too(
    load: Load,
) -> None:
    others = [{"number": f"9{index:05}"} for index in range(1_500)]
    load({}, *others)
    with pytest.raises(ImportRefused):
        load({}, *others, {})


def test_members_come_in_the_order_of_the_four_columns_as_strings(registry: Registry, load: Load) -> None:
    symbols = (("71", "2"), ("71-0", "1"), ("71", "10"), ("あ", "1"), ("A", "1"), ("a", "1"), ("", "1"))
    keys = [(symbol, number, branch) for symbol, number in symbols for branch in ("01", "00")]
    load(*[{"symbol": symbol, "number": number, "branch": branch} for symbol, number, branch in keys])
    ids = [member.id for member in registry.members()]
    assert ids == sorted(ids)
    assert len(ids) == len(keys)


def test_an_import_that_fails_half_way_writes_nothing(
    registry: Registry, member_file: MakeFile, source: MakeSource
) -> None:
    def broken() -> Iterator[CsvRow | BadLine]:
        yield from read_rows(io.BytesIO(member_file(*[{"number": f"{index:06}"} for index in range(1_200)])))
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        registry.import_members(broken(), source())
    assert registry.stats(date(2026, 6, 1)).versions == 0


def test_a_value_that_facts_cannot_be_made_from_is_refused_by_the_database_too(
    registry: Registry, member_file: MakeFile, source: MakeSource
) -> None:
    (row,) = read_rows(io.BytesIO(member_file({})))
    assert isinstance(row, CsvRow)
    values = list(row.values)
    values[NAMES.index("lost_on")] = date(2019, 1, 1)
    with pytest.raises(RegistryError) as refused:
        registry.import_members([CsvRow(2, tuple(values))], source())
    assert "土木" not in str(refused.value)


def test_statistics_count(registry: Registry, load: Load) -> None:
    load({}, {"branch": "01", "card": "lost", "certificate": ""}, {"branch": "02", "lost_on": "2026-06-01"})
    load({"card": "returned"})
    counted = registry.stats(date(2026, 6, 1))
    assert (counted.members, counted.versions, counted.imports, counted.insured) == (3, 4, 2, 2)
    assert counted.card == {"returned": 1, "lost": 1, "held": 1}
    assert counted.certificate == {"unset": 1, "valid": 2}
    assert counted.last_import_at == datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_the_batch_keeps_digests_and_counts(one_registry: Registry, member_file: MakeFile, source: MakeSource) -> None:
    one_registry.import_members(read_rows(io.BytesIO(member_file({}))), source())
    with one_registry._engine.connect() as connection:
        (batch,) = connection.exec_driver_sql(
            "SELECT file_name_sha256, content_sha256, inserted, valid_from FROM import_batch"
        ).all()
    assert tuple(map(str, batch)) == ("a" * 64, "b" * 64, "1", "2026-06-01")


def _texts(longest: int) -> st.SearchStrategy[str]:
    letters = st.sampled_from("土木太郎髙﨑𠮷ドボクabc ,\"'-ー〇々\ufa19")
    return st.text(letters, max_size=longest)


_DAYS = st.dates(date(1868, 1, 1), date(2199, 12, 31))
_MAYBE_DAY = st.none() | _DAYS
_BOOLEAN = st.none() | st.booleans()


@st.composite
def rows(draw: st.DrawFn) -> tuple[Any, ...]:
    """Return a strategy for the values of a member that a file may have."""
    birth, acquired, lost = sorted(draw(st.tuples(_DAYS, _DAYS, _DAYS)))
    first, last = sorted(draw(st.tuples(_DAYS, _DAYS)))
    confirmation = draw(st.sampled_from([(None, None), (first, last)]))
    valid_until = draw(_MAYBE_DAY)
    certificates: list[Certificate | None] = [None, Certificate.VALID, Certificate.REVOKED, Certificate.UNKNOWN]
    return (
        draw(st.sampled_from(["133033", "01130012"])),
        draw(st.sampled_from(["", "71-0000", "あ"])),
        f"{draw(st.integers(0, 999_999)):06}",
        f"{draw(st.integers(0, 99)):02}",
        draw(_texts(20)), draw(_texts(20)), birth, draw(st.none() | st.sampled_from(Sex)),
        draw(st.none() | st.sampled_from(Relationship)), draw(_texts(20)),
        draw(st.sampled_from(["", "102-0093", "1020093"])), draw(_texts(40)), draw(_texts(40)), acquired,
        draw(st.sampled_from([None, lost])), draw(st.none() | st.integers(0, 30)), draw(_texts(5)), draw(_MAYBE_DAY),
        draw(_BOOLEAN), draw(_MAYBE_DAY), draw(st.sampled_from(CardStatus)),
        draw(st.sampled_from([*certificates, Certificate.EXPIRED] if valid_until else certificates)), valid_until,
        draw(st.sampled_from(Registration)), draw(_MAYBE_DAY), draw(_BOOLEAN), draw(_MAYBE_DAY), *confirmation,
        draw(_MAYBE_DAY), *(draw(st.booleans()) for _ in range(4)), draw(_MAYBE_DAY),
    )  # fmt: skip


@given(st.lists(rows(), max_size=8, unique_by=lambda values: values[:4]))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_export_then_import_changes_nothing_and_the_bytes_are_the_same(
    one_registry: Registry, source: MakeSource, people: list[tuple[Any, ...]]
) -> None:
    text = io.StringIO()
    write_rows(text, people)
    lines = list(read_rows(io.BytesIO(text.getvalue().encode())))
    assert [line.values for line in lines if isinstance(line, CsvRow)] == people
    one_registry.import_members(lines, source())
    exported = written(one_registry)
    again = one_registry.import_members(read_rows(io.BytesIO(exported.encode())), source())
    assert (again.inserted, again.updated, again.refused) == (0, 0, 0)
    assert written(one_registry) == exported


def test_the_round_trip_holds_in_both_databases(registry: Registry, load: Load, source: MakeSource) -> None:
    load({}, {"branch": "01", "name": '"髙﨑, ""𠮷"""', "certificate": "", "my_number_reported": "", "symbol": ""})
    exported = written(registry)
    assert registry.import_members(read_rows(io.BytesIO(exported.encode())), source()).unchanged == 2
    assert written(registry) == exported


_ADDED = {"information_withheld": "true", "pays_in_full": "true", "stay_until": "2027-01-31"}


def older(data: bytes) -> bytes:
    """Return a member file with the thirty columns of before the third edition of the decision."""
    return "".join(",".join(line.split(",")[:30]) + "\n" for line in data.decode().splitlines()).encode()


def test_a_file_of_thirty_columns_leaves_the_others_as_they_are(
    registry: Registry, load: Load, member_file: MakeFile, source: MakeSource
) -> None:
    load(_ADDED)
    data = older(member_file({"name": "土木 次郎"}, {"branch": "01"}))
    report = registry.import_members(read_rows(io.BytesIO(data)), source())
    assert report.counts() == {"inserted": 1, "updated": 1, "unchanged": 0, "refused": 0}
    known, new = registry.members()
    assert (known.name, known.information_withheld, known.pays_in_full) == ("土木 次郎", True, True)
    assert known.stay_until == date(2027, 1, 31)
    assert (new.information_withheld, new.special_consideration, new.pays_in_full) == (False, False, False)
    assert (new.card_without_pin, new.stay_until) == (False, None)


def test_a_file_of_thirty_columns_that_says_the_same_writes_no_version(
    registry: Registry, load: Load, member_file: MakeFile, source: MakeSource
) -> None:
    load(_ADDED)
    assert registry.import_members(read_rows(io.BytesIO(older(member_file({})))), source()).unchanged == 1


def test_a_file_with_empty_cells_takes_back_what_was_said(registry: Registry, load: Load) -> None:
    load(_ADDED)
    assert load(dict.fromkeys(MAY_BE_LEFT_OUT, "")).updated == 1
    (member,) = registry.members()
    assert (member.information_withheld, member.pays_in_full, member.stay_until) == (False, False, None)


def test_an_export_has_every_column(registry: Registry, load: Load, source: MakeSource) -> None:
    load(_ADDED, {"branch": "01"})
    exported = written(registry)
    header, withheld, other = exported.splitlines()
    assert header.split(",")[30:] == list(MAY_BE_LEFT_OUT)
    assert withheld.split(",")[30:] == ["true", "false", "true", "false", "2027-01-31"]
    assert other.split(",")[30:] == ["false", "false", "false", "false", ""]
    assert registry.import_members(read_rows(io.BytesIO(exported.encode())), source()).unchanged == 2


def test_what_a_file_said_of_people_is_counted_but_not_whose_data_are_withheld(registry: Registry, load: Load) -> None:
    load(_ADDED, {"branch": "01", "special_consideration": "true", "pays_in_full": "true", "card_without_pin": "true"})
    counted = asdict(registry.stats(date(2026, 6, 1)))
    names = ("special_consideration", "pays_in_full", "card_without_pin", "stay")
    assert [counted[name] for name in names] == [1, 2, 1, 1]
    assert "information_withheld" not in counted
