"""The results of the 顔認証付きカードリーダー, as the service keeps them for its visits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kiosk.eligibility.terminal import RECENT, Awaited, OfficialReader, SeveralAnswers
from kiosk.eligibility.terminal import face as face_module
from kiosk.eligibility.terminal.folder_watch import FolderWatch
from kiosk.failures import Code
from tests.kiosk.eligibility.terminal.other_side import INSTITUTION, golden, put

NOW = datetime(2026, 11, 22, 1, 15, tzinfo=UTC)
NUMBERS = ("133033", "71-0000", "000000", "00")
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><XmlMsg>&b;</XmlMsg>'


def named(moment: str = "20261122101500", unique: str = "4da5260a16de5a3d3ad7") -> str:
    return f"OQSsiquc01res_face_{INSTITUTION}{unique}_{moment}.xml"


class Watched:
    """A reader that is running, its folder and clock, and whether it has said that something is new."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now, self.news = folder, NOW, threading.Semaphore(0)
        self.reader = OfficialReader(folder, INSTITUTION, lambda: self.now)

    def put(self, name: str, content: bytes) -> None:
        put(self.folder, name, content)

    def wait(self, count: int = 1) -> None:
        for _ in range(count):
            assert self.news.acquire(timeout=20)

    def waiting(self) -> Awaited:
        return Awaited(self.now, self.now + timedelta(minutes=5), numbers=NUMBERS)


def until(true: Callable[[], object], watched: Watched) -> None:
    """Have the folder looked at until something is true."""
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        watched.news.acquire(timeout=0.05)


@contextmanager
def running(folder: Path) -> Iterator[Watched]:
    watched = Watched(folder)
    watched.reader.start(lambda: watched.news.release())
    try:
        yield watched
    finally:
        watched.reader.stop(10)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "face").mkdir()
    return tmp_path / "face"


@pytest.fixture
def watched(folder: Path) -> Iterator[Watched]:
    with running(folder) as made:
        yield made


def test_a_new_file_is_told_and_fits_the_visit_that_knows_the_person(watched: Watched) -> None:
    watched.put(named(), golden("face"))
    watched.wait()
    (found,) = watched.reader.results()
    assert found.name == named()
    assert watched.reader.result_for(watched.waiting()) == found


def test_a_result_belongs_to_one_visit(watched: Watched) -> None:
    watched.put(named(), golden("face"))
    watched.wait()
    assert watched.reader.take(named())
    assert not watched.reader.take(named())
    assert watched.reader.results() == ()
    assert watched.reader.result_for(watched.waiting()) is None


def test_a_file_whose_content_changes_is_nobodys_any_more(watched: Watched) -> None:
    watched.put(named(), golden("face"))
    watched.wait()
    watched.put(named(), golden("face").replace(b"000000", b"999999"))
    until(lambda: not watched.reader.results(), watched)
    assert watched.reader.result_for(watched.waiting()) is None


def test_a_result_of_somebody_else_fits_nobody(watched: Watched) -> None:
    watched.put(named(), golden("face"))
    watched.wait()
    stranger = Awaited(NOW, NOW, kana="ドボク タロウ", birth_date=date(1960, 4, 5))
    assert watched.reader.result_for(stranger) is None


def test_two_that_fit_are_for_staff(watched: Watched) -> None:
    watched.put(named(), golden("face"))
    watched.put(named("20261122101501"), golden("face"))
    until(lambda: len(watched.reader.results()) == 2, watched)
    with pytest.raises(SeveralAnswers):
        watched.reader.result_for(watched.waiting())
    assert [one.name for one in watched.reader.results()] == [named("20261122101501"), named()]


def test_an_old_result_is_forgotten_and_one_that_was_old_is_never_read(folder: Path) -> None:
    put(folder, named("20261122080000"), BOMB)
    put(folder, named("20261121101500"), BOMB)
    with capture_logs() as logs, running(folder) as watched:
        watched.put(named(), golden("face"))
        watched.wait()
        watched.now += RECENT + timedelta(seconds=1)
        assert watched.reader.results() == ()
        assert not watched.reader.take(named())
    assert logs == []


@pytest.mark.parametrize(
    "content", [BOMB, golden("face")[:-200], b"", b"PK\x03\x04"], ids=["bomb", "half", "empty", "zip"]
)
def test_what_cannot_be_read_is_nobodys_and_the_log_says_why(
    folder: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_module, "_SETTLED", 0.3)
    with capture_logs() as logs, running(folder) as watched:
        watched.put(named(unique="0000000000000000bad0"), content)
        watched.put(named(), golden("face"))
        watched.wait()
        until(lambda: logs, watched)
        assert [one.name for one in watched.reader.results()] == [named()]
    assert [entry["code"] for entry in logs] == [Code.ANSWER_UNREADABLE.value]
    assert "ドボク" not in repr(logs)


def test_a_folder_that_is_gone_is_a_trouble_that_heals(folder: Path) -> None:
    folder.rmdir()
    with running(folder) as watched:
        until(watched.reader.troubles, watched)
        assert [one.code for one in watched.reader.troubles()] == [Code.TERMINAL_FOLDER]
        folder.mkdir()
        watched.put(named(), golden("face"))
        watched.wait()
        assert watched.reader.troubles() == ()


def test_a_reader_that_never_ran_can_be_stopped(folder: Path) -> None:
    OfficialReader(folder, INSTITUTION).stop(1)


def test_the_kernel_ends_a_wait_when_a_file_comes(folder: Path) -> None:
    watch = FolderWatch(folder)
    watch.renew()
    put(folder, named(), golden("face"))
    watch.wait(60)
    watch.wake()
    watch.wait(60)
    watch.close()
