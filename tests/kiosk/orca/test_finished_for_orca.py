"""From the file of finished visits to ORCA: who is to be received, and that the place outlasts a restart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.assembly.orca import _Finished
from kiosk.assembly.results import opened_results
from kiosk.orca import Arrival, SourceUnavailable
from kiosk.results import EndedVisit, FinishedVisits, NamedMember
from kiosk.settings import ApiSettings, OrcaSettings, Settings
from tests.kiosk.orca.people import NOW

SITE_KEY = bytes(range(32))
PERSON = NamedMember(
    *("133033", "71-0001", "000101", "00", "模擬 花子", "モギ ハナコ"), date(1985, 8, 22), "female", reference="12"
)


class Books:
    """The finished visits of one data_dir, through more than one run of the service."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.begin_anew()

    def begin_anew(self) -> None:
        day = timedelta(hours=24)
        self.results = FinishedVisits(self._folder, api_keep=day, keep=day, now=lambda: NOW)
        self.finished = _Finished(self.results)
        self.results.begin(SITE_KEY)

    def again(self) -> None:
        self.results.stop(5)
        self.begin_anew()

    def end(self, visit: str, usable: str | None = "yes", person: NamedMember | None = PERSON) -> None:
        decision = None if usable is None else {"usable": usable}
        self.results.add(EndedVisit(visit, NOW, 1, json.dumps({"decision": decision}).encode(), person))
        self.results.find(visit)  # it is on disk now


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    made = Books(tmp_path)
    yield made
    made.results.stop(5)


def arrivals(books: Books) -> list[Arrival | None]:
    return [one.arrival for one in books.finished.waiting(100)]


def test_a_person_arrives_with_what_orca_is_asked_for(books: Books) -> None:
    books.end("v-1")
    assert arrivals(books) == [
        Arrival(
            visit="v-1",
            at=NOW,
            name="模擬 花子",
            kana="モギ ハナコ",
            birth_date=date(1985, 8, 22),
            insurer_number="133033",
            symbol="71-0001",
            number="000101",
            branch="00",
            usable=True,
            reference="12",
            label="モ＊＊ ハ＊＊ 様",
        )
    ]


@pytest.mark.parametrize(("usable", "is_usable"), [("yes", True), ("with_declaration", False), ("no", False)])
def test_only_an_insurance_that_can_be_used_today_is_usable(books: Books, usable: str, is_usable: bool) -> None:
    books.end("v-1", usable)
    (arrival,) = arrivals(books)
    assert arrival is not None and arrival.usable is is_usable


def test_a_visit_of_nobody_or_without_an_answer_is_nobodys(books: Books) -> None:
    books.end("v-1", person=None)
    books.end("v-2", usable=None)
    assert arrivals(books) == [None, None]


def test_what_is_done_is_done_after_a_restart_and_what_is_not_waits(books: Books) -> None:
    for visit in ("v-1", "v-2", "v-3"):
        books.end(visit)
    first, second, _ = books.finished.waiting(100)
    first.done()
    second.done()
    books.again()
    assert [arrival and arrival.visit for arrival in arrivals(books)] == ["v-3"]
    assert books.finished.lost == 0


def test_a_file_that_cannot_be_used_is_one_error(books: Books, tmp_path: Path) -> None:
    books.end("v-1")
    (one,) = books.finished.waiting(1)
    books.results.stop(5)
    for path in tmp_path.glob("results.sqlite*"):
        path.unlink()
    (tmp_path / "results.sqlite").mkdir()
    for act in (one.done, lambda: books.finished.waiting(1)):
        with pytest.raises(SourceUnavailable, match=r"results\.sqlite"):
            act()


def test_a_visit_waits_for_orca_all_day_however_short_programs_may_ask_for_it(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret")
    orca = OrcaSettings(url="http://127.0.0.1:1", user="kiosk", password_file=tmp_path / "password", department="01")
    settings = Settings(data_dir=tmp_path, orca=orca, api=ApiSettings(keep_hours=1))
    earlier = datetime.now(UTC) - timedelta(hours=2)
    with opened_results(settings) as results:
        _Finished(results)
        results.begin(SITE_KEY)
        results.add(EndedVisit("v-1", earlier, 1, b'{"decision": {"usable": "yes"}}', PERSON))
    with opened_results(settings) as results:
        finished = _Finished(results)
        results.begin(SITE_KEY)
        assert len(finished.waiting(100)) == 1
