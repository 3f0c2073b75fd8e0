"""Everybody has the day of the file that confirmed them last, and a file that says the same again writes no member."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, text

from kiosk.eligibility import MemberId, Registry
from kiosk.store.limits import StatementLimit
from kiosk.store.migrate import migrate, upgrade
from kiosk.store.transaction import writing

Load = Callable[..., Any]

PEOPLE = [{"number": f"{number:06}"} for number in range(6)]


def days(registry: Registry) -> list[int]:
    """Return the month of the file that confirmed each member last, in the order of their numbers."""
    return [one.confirmed_on.month for one in registry.members()]


def groups(registry: Registry) -> int:
    with registry.engine.connect() as connection:
        return connection.execute(text("SELECT COUNT(DISTINCT freshness_id) FROM member")).scalar_one()


@contextmanager
def statements(registry: Registry) -> Iterator[list[str]]:
    """What is sent to the database in the block."""
    sent: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(registry.engine, "before_cursor_execute", keep)
    yield sent
    event.remove(registry.engine, "before_cursor_execute", keep)


def test_a_file_that_says_the_same_again_confirms_everybody_and_writes_no_member(
    registry: Registry, load: Load
) -> None:
    load(*PEOPLE, day="2026-06-01")
    with statements(registry) as sent:
        load(*PEOPLE, day="2026-07-01")
    assert days(registry) == [7] * 6
    assert not [one for one in sent if one.startswith("UPDATE member ")]
    assert groups(registry) == 1


@pytest.mark.parametrize("named", [1, 2, 3, 5], ids="{} of six".format)
def test_a_file_that_names_some_members_leaves_the_others_as_they_are(
    registry: Registry, load: Load, named: int
) -> None:
    load(*PEOPLE, day="2026-06-01")
    load(*PEOPLE[:named], day="2026-07-01")
    assert days(registry) == [7] * named + [6] * (6 - named)
    assert groups(registry) == 2
    load(*PEOPLE, day="2026-08-01")
    assert days(registry) == [8] * 6


def test_members_who_come_one_after_the_other_each_have_their_own_day(registry: Registry, load: Load) -> None:
    for month in range(1, 7):
        load(*PEOPLE[month - 1 :], day=f"2026-{month:02}-01")
    assert days(registry) == [1, 2, 3, 4, 5, 6]


def test_parts_of_several_groups_with_the_same_files_share_one_row(registry: Registry, load: Load) -> None:
    for month, people in enumerate((PEOPLE[:3], PEOPLE[3:], PEOPLE, PEOPLE[::3]), start=1):
        load(*people, day=f"2026-{month:02}-01")
    assert days(registry) == [4, 3, 3, 4, 3, 3]
    assert groups(registry) <= 4


_FILES = """
    INSERT INTO import_batch
        (id, recorded_at, valid_from, file_name_sha256, content_sha256, inserted, updated, unchanged, refused)
    VALUES ({0}, '2026-0{0}-01 12:00:00.000000', '2026-0{0}-01', '', '', 0, 0, 0, 0)
"""
_MEMBER = """
    INSERT INTO member (id, reference, canonical_key, insurer_number, symbol, number, branch,
                        confirmed_batch_id, confirmed_before_id, named_batch_id)
    VALUES ({0}, '133033:71:{0}:00', '133033:71:{0}:00', '133033', '71', '{0}', '00', {1})
"""
_VERSION = """
    INSERT INTO member_version
        (member_id, version, batch_id, name, kana, birth_date, household_head, postal_code, address, employer,
         acquired_on, limit_class, card, registration, recorded_at, valid_from)
    VALUES ({0}, 1, 1, '土木', 'ドボク', '1980-05-06', '', '', '', '', '2020-04-01', '', 'held', 'registered',
            '2026-01-01 12:00:00.000000', '2026-01-01')
"""


def test_the_migration_keeps_what_each_member_had(database: str) -> None:
    """Two members have the same files, one has others, and one is of a program that kept only the newest."""
    files = ("3, 2, 3", "3, 2, 3", "2, 1, 3", "1, NULL, NULL")
    with Registry.open(database, migrated=False) as registry:
        with writing(registry.engine, StatementLimit.LONG) as connection:
            upgrade(connection, "0009")
            for number in (1, 2, 3):
                connection.execute(text(_FILES.format(number)))
            for number, said in enumerate(files, start=1):
                connection.execute(text(_MEMBER.format(number, said)))
                connection.execute(text(_VERSION.format(number)))
        assert migrate(registry.engine)
        assert days(registry) == [3, 3, 2, 1]
        assert groups(registry) == 3
        found = registry.member(MemberId("133033", "71", "3", "00"))
        assert found is not None and found.confirmed_on == date(2026, 2, 1)
