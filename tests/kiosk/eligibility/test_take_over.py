"""Taking over single values into the register: the next version, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from kiosk.decision import Document
from kiosk.eligibility import CsvRow, Member, MemberChanged, MemberId, Registry, Source, UnknownMember
from kiosk.eligibility.sources import enquiry_of, member_of
from kiosk.eligibility.terminal import Qualification
from kiosk.eligibility.version_sources import CORRECTED
from kiosk.issuance import Queue
from kiosk.store.schema import import_batch
from kiosk.store.transaction import writing

ID = MemberId("133033", "71-0000", "000101", "00")
IMPORTED = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)
NOW = IMPORTED + timedelta(days=20)
TODAY = date(2026, 11, 21)
BY = "hanako"


@pytest.fixture
def registry(database: str) -> Iterator[Registry]:
    with Registry.open(database, migrated=False) as opened:
        opened.migrate()
        enquiry = enquiry_of(ID, date(1980, 4, 1), TODAY)
        result = Qualification(name="土木 太郎", kana="ドボク タロウ", acquired_on=date(2020, 4, 1))
        row = CsvRow.of(member_of(result, enquiry, TODAY, NOW))
        opened.import_members([row], Source(IMPORTED, date(2026, 11, 1), "0" * 64, lambda: "0" * 64))
        yield opened


def seen(registry: Registry) -> Member:
    found = registry.member(ID)
    assert found is not None
    return found


def test_one_value_changes_and_the_rest_stays(registry: Registry) -> None:
    before = seen(registry)
    registry.take_over(before, {"address": "東京都港区"}, NOW, TODAY, BY)
    after = seen(registry)
    assert (after.address, after.name, after.kana) == ("東京都港区", before.name, before.kana)
    assert (after.recorded_at, after.valid_from) == (NOW, TODAY)
    assert len(registry.history(ID)) == 2


def test_the_age_of_the_insurers_data_stays(registry: Registry) -> None:
    registry.take_over(seen(registry), {"address": "東京都港区"}, NOW, TODAY, BY)
    assert seen(registry).confirmed_on == date(2026, 11, 1)


def test_a_member_who_has_changed_meanwhile_is_left_alone(registry: Registry) -> None:
    before = seen(registry)
    registry.take_over(before, {"address": "東京都港区"}, NOW, TODAY, BY)
    with pytest.raises(MemberChanged):
        registry.take_over(before, {"address": "大阪府"}, NOW, TODAY, BY)
    assert seen(registry).address == "東京都港区"


def test_nobody_is_made_by_it(registry: Registry) -> None:
    enquiry = enquiry_of(MemberId("133033", "1", "2", "00"), date(1980, 4, 1), TODAY)
    stranger = member_of(Qualification(), enquiry, TODAY, NOW)
    with pytest.raises(UnknownMember):
        registry.take_over(stranger, {"address": "東京都"}, NOW, TODAY, BY)


def test_who_took_the_file_has_not_made_the_correction_after_it(registry: Registry) -> None:
    """A correction at the desk still comes from the file for all that it does not change, and so has its number."""
    with writing(registry.engine) as connection:
        connection.execute(update(import_batch).values(report='{"by": "yuko"}'))
    registry.take_over(seen(registry), {"address": "東京都港区"}, NOW, TODAY, BY)
    queue = Queue(registry)
    order = queue.request(ID, Document.NOTICE, reasons=["not_linked_yet"], by=BY, now=NOW)
    queue.complete([order.number], TODAY, "jiro", NOW)
    registry.take_over(seen(registry), {"address": "東京都千代田区"}, NOW, TODAY, BY)
    sources = [(one.version, one.batch, one.kind, one.by) for one in registry.version_sources(ID)]
    assert sources == [
        (1, 1, "members", "yuko"),
        (2, 1, CORRECTED, None),
        (3, 1, "members", "jiro"),
        (4, 1, CORRECTED, None),
    ]
