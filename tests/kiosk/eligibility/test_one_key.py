"""One person, one key: every spelling of 記号 and 番号 is the same member's, and is shown as it was given first."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import text

from kiosk.cli.registry_import import say_duplicates
from kiosk.decision import Document
from kiosk.eligibility import DataRefused, KeyQuery, KeyTaken, MemberId, MemberQuery, Registry, Source, read_rows
from kiosk.eligibility.keys import ids_of
from kiosk.eligibility.member_keys import canonical
from kiosk.insurer_number import has_check_digit
from kiosk.issuance import Queue
from kiosk.store.migrate import upgrade
from kiosk.store.transaction import reading, writing

Load = Callable[..., Any]
MakeFile = Callable[..., bytes]
GIVEN = MemberId("133033", "７１－００００", "０００１２９", "00")
PLAIN = MemberId("133033", "71-0000", "000129", "00")
TARO = MemberId("133033", "71-0000", "000001", "00")
NOW = datetime(2026, 6, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("spelled", "one"),
    [
        ("71-0000", "71-0000"),
        ("７１－００００", "71-0000"),
        ("71\u22120000", "71-0000"),
        ("71\u20100000", "71-0000"),
        ("71\u20150000", "71-0000"),
        ("71ー0000", "71ー0000"),
        ("71ｰ0000", "71ー0000"),
        ("ｶﾞ", "ガ"),
        ("\ufa19", "神"),
        ("国　保", "国 保"),
    ],
)
def test_the_one_form_of_all_spellings(spelled: str, one: str) -> None:
    assert canonical(spelled) == one


@pytest.mark.parametrize("number", ["133033", "138057", "00133033", "06139992", "39131016", "01130012"])
def test_right_check_digits(number: str) -> None:
    assert has_check_digit(number)


@pytest.mark.parametrize("number", ["133033", "01130012"])
def test_any_other_last_digit_is_wrong(number: str) -> None:
    right = [last for last in "0123456789" if has_check_digit(number[:-1] + last)]
    assert right == [number[-1]]


def test_every_spelling_is_the_same_member(registry: Registry, load: Load) -> None:
    load({"symbol": GIVEN.symbol, "number": GIVEN.number})
    for spelled in (PLAIN, GIVEN, MemberId("133033", "71\u20120000", "000129", "00")):
        found = registry.member(spelled)
        assert found is not None and found.id == GIVEN
    assert registry.member(MemberId("133033", "71ー0000", "000129", "00")) is None


def test_a_file_that_spells_it_otherwise_changes_nothing(registry: Registry, load: Load) -> None:
    load({"symbol": GIVEN.symbol, "number": GIVEN.number})
    assert load({"number": PLAIN.number}).unchanged == 1
    assert [one.id for one in registry.members()] == [GIVEN]


def test_two_spellings_in_one_file_are_one_member_twice(
    registry: Registry, member_file: MakeFile, source: Callable[..., Source]
) -> None:
    with pytest.raises(DataRefused, match="1 bad line"):
        registry.import_members(read_rows(io.BytesIO(member_file({}, {"number": "０００００１"}))), source())


def test_orders_and_bindings_are_asked_for_in_any_spelling(registry: Registry, load: Load) -> None:
    load({"symbol": GIVEN.symbol, "number": GIVEN.number, "notice_issued_on": ""})
    registry.bind(PLAIN, "a1" * 32, date(2028, 1, 1), "hanako", NOW)
    queue = Queue(registry)
    order = queue.request(PLAIN, Document.NOTICE, reasons=["card_works"], by="hanako", now=NOW)
    assert order.member == GIVEN
    assert [one.number for one in queue.open_orders(PLAIN)] == [order.number]


def test_a_number_in_another_spelling_of_somebody_elses_is_taken(registry: Registry, load: Load) -> None:
    load({}, {"number": "000129"})
    one = registry.member(MemberId("133033", "71-0000", "000001", "00"))
    assert one is not None
    with pytest.raises(KeyTaken):
        registry.take_over(one, {"number": "０００１２９"}, NOW, NOW.date(), "hanako")


@pytest.fixture
def older(database: str, member_file: MakeFile, source: Callable[..., Source]) -> Registry:
    """A register of schema 0006 that has one member in two spellings, and another one in one."""
    with Registry.open(database, migrated=False) as registry, writing(registry.engine) as connection:
        upgrade(connection, "0006")
        connection.execute(text(_BATCH))
        for number, (symbol, branch) in enumerate(
            [("71-0000", "00"), ("７１－００００", "00"), ("７１", "01")], start=1
        ):
            key = {"id": number, "symbol": symbol, "branch": branch, "of": f"133033:{symbol}:000001:{branch}"}
            connection.execute(text(_MEMBER), key)
            connection.execute(text(_VERSION), {"id": number})
    return Registry.at(database)


def test_a_key_from_before_the_alphabet_may_grow_in_its_one_form(database: str) -> None:
    long = "\ufdfa" * 20
    with Registry.open(database, migrated=False) as registry:
        with writing(registry.engine) as connection:
            upgrade(connection, "0007")
            connection.execute(text(_BATCH))
            connection.execute(
                text(_MEMBER), {"id": 1, "symbol": long, "branch": "00", "of": f"133033:{long}:000001:00"}
            )
            connection.execute(text(_VERSION), {"id": 1})
        assert registry.migrate()
        found = registry.member(MemberId("133033", long, "000001", "00"))
        assert found is not None and found.id.symbol == long


_BATCH = """
    INSERT INTO import_batch (recorded_at, valid_from, file_name_sha256, content_sha256, inserted, updated,
        unchanged, refused) VALUES ('2026-05-01 00:00:00', '2026-05-01', '', '', 3, 0, 0, 0)
"""
_MEMBER = """
    INSERT INTO member (id, reference, insurer_number, symbol, number, branch, confirmed_batch_id)
    VALUES (:id, :of, '133033', :symbol, '000001', :branch, 1)
"""
_VERSION = """
    INSERT INTO member_version (member_id, version, batch_id, name, kana, birth_date, household_head, postal_code,
        address, employer, acquired_on, limit_class, card, registration, recorded_at, valid_from)
    VALUES (:id, 1, 1, '', '', '1980-05-06', '', '', '', '', '2020-04-01', '', 'held', 'registered',
        '2026-05-01 00:00:00', '2026-05-01')
"""
TWINS = ["133033:71-0000:000001:00", "133033:７１－００００:000001:00"]


def test_the_migration_names_twins_and_merges_nothing(older: Registry) -> None:
    with older:
        assert older.migrate()
        assert older.duplicates() == [TWINS]
        assert len(list(older.members())) == 3
        for reference in TWINS:
            found = older.member(MemberId.parse(reference))
            assert found is not None and str(found.id) == reference
        assert older.member(MemberId("133033", "７1－0000", "000001", "00")) is None
        alone = older.member(MemberId("133033", "71", "000001", "01"))
        assert alone is not None and alone.id.symbol == "７１"


_KEYLESS = "UPDATE member SET canonical_key = NULL, twin_key = NULL WHERE id = :id"
_KEYED = "UPDATE member SET canonical_key = reference, twin_key = NULL WHERE id = :id"


def change(registry: Registry, statement: str, member_id: int) -> None:
    with writing(registry.engine) as connection:
        connection.execute(text(statement), {"id": member_id})


def test_a_member_without_a_canonical_key_whose_number_nobody_shares_is_no_twin(older: Registry) -> None:
    alone = MemberId("133033", "71", "000001", "01")
    with older:
        older.migrate()
        change(older, _KEYLESS, 3)
        assert older.duplicates() == [TWINS]
        with pytest.raises(KeyTaken):
            older.renumber(MemberId.parse(TWINS[0]), alone, "hanako", NOW)


def test_twins_are_named_also_if_one_of_them_has_the_canonical_key(older: Registry) -> None:
    with older:
        older.migrate()
        change(older, _KEYED, 1)
        assert older.duplicates() == [TWINS]


def test_the_first_twins_are_named_and_all_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    say_duplicates([[f"{number}", f"{number}x"] for number in range(1_000)], most=2)
    assert capsys.readouterr().err.splitlines() == [
        "one number, spelled in 2 ways: 0, 0x",
        "one number, spelled in 2 ways: 1, 1x",
        "1,000 such numbers in all; `kiosk registry duplicates` names them",
    ]


def test_an_officer_gives_the_wrong_twin_another_number(older: Registry) -> None:
    right, wrong = map(MemberId.parse, TWINS)
    aside = replace(right, number="000001重複")
    with older:
        older.migrate()
        with pytest.raises(KeyTaken):
            older.renumber(wrong, replace(right, symbol="７1－0000"), "hanako", NOW)
        older.renumber(wrong, aside, "hanako", NOW)
        assert older.duplicates() == []
        assert [one.id for one in older.former_keys(aside)] == [wrong]
        found = older.member(wrong)
        assert found is not None and found.id == right


@pytest.mark.parametrize(
    ("to", "status", "why"),
    [
        ("133033:71-0000:000002:00", 1, "another member has this number"),
        ("133033:71-0000:０００００２:00", 1, "another member has this number"),
        ("01130012:71-0000:000009:00", 1, "same insurer"),
        ("133033:71-0000:=9:00", 1, "same insurer"),
        ("133033:71-0000", 2, "--to: a member is written"),
        ("133033:71-0000:000009:00", 0, "133033:71-0000:000009:00"),
    ],
)
def test_a_member_gets_another_number_at_the_command_line(
    to: str, status: int, why: str, made: Callable[..., Result], member_file: MakeFile
) -> None:
    made("import", "-", input=member_file({}, {"number": "000002"}))
    done = made("renumber", "--member", str(TARO), "--to", to, "--by", "hanako")
    assert (done.exit_code, why in done.stderr) == (status, True)
    assert (made("show", "--member", str(TARO)).exit_code == 0) is (status != 0)


def test_show_names_the_numbers_that_a_member_had_and_who_took_the_next_one_over(
    made: Callable[..., Result], member_file: MakeFile
) -> None:
    made("import", "-", input=member_file({}))
    made("renumber", "--member", str(TARO), "--to", "133033:71-0000:000009:00", "--by", "hanako")
    shown = json.loads(made("show", "--member", "133033:71-0000:000009:00", "--json").stdout)
    assert [(one["member"], one["ended_by"]) for one in shown["former_keys"]] == [(str(TARO), "hanako")]
    assert datetime.fromisoformat(shown["former_keys"][0]["ended_at"]).tzinfo is not None


def test_a_number_that_the_member_has_changes_nothing(made: Callable[..., Result], member_file: MakeFile) -> None:
    made("import", "-", input=member_file({}))
    done = made("renumber", "--member", str(TARO), "--to", str(TARO), "--by", "hanako", "--json")
    assert json.loads(done.stdout) == {"member": str(TARO), "changed": False}
    assert made("renumber", "--member", str(PLAIN), "--to", str(TARO), "--by", "hanako").exit_code == 1


def test_a_file_reaches_twins_by_their_own_spelling_alone(
    older: Registry, member_file: MakeFile, source: Callable[..., Source]
) -> None:
    with older:
        older.migrate()
        taken = older.import_members(read_rows(io.BytesIO(member_file({}))), source())
        assert (taken.inserted, taken.updated) == (0, 1)
        with pytest.raises(DataRefused, match="1 bad line"):
            older.import_members(read_rows(io.BytesIO(member_file({"symbol": "７1－0000"}))), source())
        assert older.duplicates() == [TWINS]


@pytest.mark.parametrize("typed", ["71-0000", "７１－００００", "710000"])
def test_a_look_up_finds_both_twins_however_it_is_typed_and_says_which_is_which(older: Registry, typed: str) -> None:
    with older:
        older.migrate()
        query = MemberQuery.of("133033", typed, "000001", date(1980, 5, 6))
        assert sorted(str(one.id) for one in older.find(query)) == TWINS
        key = KeyQuery.of("133033", typed, "000001", "00")
        assert sorted(str(one.id) for one in older.find_by_key(key)) == TWINS


def test_who_is_a_twin_no_more_is_found_alone(older: Registry) -> None:
    with older:
        older.migrate()
        wrong = older.member(MemberId.parse(TWINS[1]))
        assert wrong is not None
        older.take_over(wrong, {"number": "000777"}, NOW, NOW.date(), "hanako")
        for number, reference in (("000001", TWINS[0]), ("000777", "133033:７１－００００:000777:00")):
            found = older.find(MemberQuery.of("133033", "71-0000", number, date(1980, 5, 6)))
            assert [str(one.id) for one in found] == [reference]


def test_once_one_has_another_number_both_have_one_of_their_own(older: Registry) -> None:
    with older:
        older.migrate()
        wrong = older.member(MemberId.parse(TWINS[1]))
        assert wrong is not None
        older.take_over(wrong, {"number": "000777"}, NOW, NOW.date(), "hanako")
        assert older.duplicates() == []
        right = older.member(MemberId("133033", "７1－0000", "000001", "00"))
        assert right is not None and str(right.id) == TWINS[0]


def test_each_of_two_twins_is_itself_when_both_are_asked_for(older: Registry) -> None:
    with older:
        older.migrate()
        twins = [MemberId.parse(reference) for reference in TWINS]
        with reading(older.engine) as connection:
            assert ids_of(connection, twins) == {twins[0]: 1, twins[1]: 2}
