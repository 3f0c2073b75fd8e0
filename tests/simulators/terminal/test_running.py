"""The terminal in its folders: requests disappear, answers come whole, and what a scenario spoils is spoiled."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from simulators.terminal import (
    GivenConsents,
    NobodyElse,
    Options,
    Scenario,
    SimulatedTerminal,
    TerminalFolders,
    read_members,
)
from tests.simulators.terminal.reading import GOLDEN, NOW, question, read_bytes

PERSON = "133033:71-0000:000000:00"
LIMIT = 20.0


@pytest.fixture
def folders(tmp_path: Path) -> TerminalFolders:
    return TerminalFolders.made_in(tmp_path)


@contextmanager
def running(folders: TerminalFolders, scenario: str | None = None, **options: object) -> Iterator[SimulatedTerminal]:
    members = read_members(GOLDEN / "members.csv")
    terminal = SimulatedTerminal(
        folders,
        members,
        scenario=Scenario(scenario) if scenario else None,
        delay=0,
        options=Options(**options),  # type: ignore[arg-type]
        clock=lambda: NOW,
    )
    with terminal:
        yield terminal


def put(folders: TerminalFolders, name: str, content: bytes) -> None:
    """Put a request as a client does: written beside, moved in."""
    beside = folders.req / f"{name}.tmp"
    beside.write_bytes(content)
    beside.rename(folders.req / name)


def until(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + LIMIT
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_request_is_taken_and_answered_under_the_same_suffix(folders: TerminalFolders) -> None:
    with running(folders) as terminal:
        put(folders, "OQSsiquc01req_202611220001.xml", question())
        assert terminal.wait_until_taken(1, LIMIT)
        assert until(lambda: names(folders.res) == ["OQSsiquc01res_202611220001.xml"])
        assert names(folders.req) == []
    assert list(terminal.taken) == ["OQSsiquc01req_202611220001.xml"]
    assert read_bytes((folders.res / "OQSsiquc01res_202611220001.xml").read_bytes()).tag == "XmlMsg"


def test_what_is_no_request_stays(folders: TerminalFolders) -> None:
    others = [
        "OQSsiquc01res_1.xml",
        "OQSsiquc01req_1.xml.tmp",
        "OQSsiqucreq_1.xml",
        "readme.txt",
        "OQSsihvq01req_1.xml",
    ]
    for name in others:
        (folders.req / name).write_bytes(question())
    (folders.req / "OQSsiquc01req_link.xml").symlink_to(folders.req / "readme.txt")
    os.mkfifo(folders.req / "OQSsiquc01req_fifo.xml")
    (folders.req / "OQSsiquc01req_folder.xml").mkdir()
    with running(folders) as terminal:
        put(folders, "OQSsiquc01req_right.xml", question())
        assert until(lambda: names(folders.res) == ["OQSsiquc01res_right.xml"])
    assert list(terminal.taken) == ["OQSsiquc01req_right.xml"]
    assert len(names(folders.req)) == len(others) + 3


def test_an_answer_is_whole_whenever_somebody_looks(folders: TerminalFolders) -> None:
    seen: list[ElementTree.Element] = []
    answer = folders.res / "OQSsiquc01res_1.xml"
    with running(folders):
        for _ in range(30):
            put(folders, "OQSsiquc01req_1.xml", question())
            assert until(lambda: answer.exists())
            seen.append(read_bytes(answer.read_bytes()))
            answer.unlink()
    assert len(seen) == 30
    assert names(folders.res) == []


def test_a_half_written_answer_is_completed(folders: TerminalFolders) -> None:
    answer = folders.res / "OQSsiquc01res_1.xml"
    with running(folders, "half_written"):
        put(folders, "OQSsiquc01req_1.xml", question())
        assert until(lambda: answer.exists() and answer.stat().st_size > 0)
        with pytest.raises(ElementTree.ParseError):
            read_bytes(answer.read_bytes())
        half = answer.stat().st_size
        assert until(lambda: answer.stat().st_size > half)
        assert read_bytes(answer.read_bytes()).tag == "XmlMsg"


def test_a_half_written_answer_is_completed_at_the_end_too(folders: TerminalFolders) -> None:
    answer = folders.res / "OQSsiquc01res_1.xml"
    with running(folders, "half_written"):
        put(folders, "OQSsiquc01req_1.xml", question())
        assert until(answer.exists)
    assert read_bytes(answer.read_bytes()).tag == "XmlMsg"


def test_a_half_that_was_taken_away_is_left_alone(folders: TerminalFolders) -> None:
    answer = folders.res / "OQSsiquc01res_1.xml"
    with running(folders, "half_written") as terminal:
        put(folders, "OQSsiquc01req_1.xml", question())
        assert until(answer.exists)
        answer.unlink()
    assert not answer.exists()
    assert not terminal.troubles


def test_a_broken_answer_stays_broken(folders: TerminalFolders) -> None:
    answer = folders.res / "OQSsiquc01res_1.xml"
    with running(folders, "broken"):
        put(folders, "OQSsiquc01req_1.xml", question())
        assert until(answer.exists)
    with pytest.raises(ElementTree.ParseError):
        read_bytes(answer.read_bytes())


def test_silence_takes_the_request(folders: TerminalFolders) -> None:
    with running(folders, "silent") as terminal:
        put(folders, "OQSsiquc01req_1.xml", question())
        assert terminal.wait_until_taken(1, LIMIT)
        terminal.scenario = None
        put(folders, "OQSsiquc01req_2.xml", question())
        assert until(lambda: names(folders.res) == ["OQSsiquc01res_2.xml"])


def test_slow_lets_others_go_first(folders: TerminalFolders) -> None:
    with running(folders, "slow") as terminal:
        put(folders, "OQSsiquc01req_1.xml", question())
        assert terminal.wait_until_taken(1, LIMIT)
        terminal.scenario = None
        put(folders, "OQSsiquc01req_2.xml", question())
        assert until(lambda: names(folders.res) == ["OQSsiquc01res_2.xml"])
        assert until(lambda: len(names(folders.res)) == 2)


def test_a_face_file(folders: TerminalFolders) -> None:
    with running(folders) as terminal:
        path = terminal.write_face(PERSON, GivenConsents(limit=True, medicine=False))
        earlier = terminal.write_face(PERSON, at=NOW - timedelta(days=1))
        broken = terminal.write_face(PERSON, scenario=Scenario.BROKEN)
        with pytest.raises(KeyError):
            terminal.write_face("133033:71-0000:000000:77")
    assert path.parent == folders.face
    assert path.name.startswith("OQSsiquc01res_face_1312345678") and path.name.endswith("_20261122101503.xml")
    root = read_bytes(path.read_bytes())
    assert root.findtext(".//PharmacistsInfoConsFlg") == "0"
    assert root.findtext(".//ReferenceClassification") == "1"
    assert root.find(".//QualificationConfirmSearchInfo") is None
    assert earlier.name.endswith("_20261121101503.xml")
    with pytest.raises(ElementTree.ParseError):
        read_bytes(broken.read_bytes())


def test_a_wrong_face_file_comes_before_the_answer(folders: TerminalFolders) -> None:
    with running(folders, "wrong_face"):
        put(folders, "OQSsiquc01req_1.xml", question())
        assert until(lambda: names(folders.res) == ["OQSsiquc01res_1.xml"])
    (face,) = folders.face.iterdir()
    assert read_bytes(face.read_bytes()).findtext(".//Birthdate") != "19600405"


def test_without_a_stranger_the_answer_comes_all_the_same(folders: TerminalFolders) -> None:
    members = read_members(GOLDEN / "members.csv")[:1]
    with SimulatedTerminal(folders, members, scenario=Scenario.WRONG_FACE, delay=0, clock=lambda: NOW) as terminal:
        put(folders, "OQSsiquc01req_1.xml", question())
        assert until(lambda: names(folders.res) == ["OQSsiquc01res_1.xml"])
        with pytest.raises(NobodyElse):
            terminal.write_face(PERSON)
    assert names(folders.face) == []
    assert "wrong_face" in terminal.troubles[0]


def test_a_bulk_in_both_steps_and_as_a_zip(folders: TerminalFolders) -> None:
    with running(folders, zipped=True, processing=0):
        put(folders, "OQSmuquc01req_night.xml", (GOLDEN / "OQSmuquc01req_night.xml").read_bytes())
        assert until(lambda: names(folders.res) == ["OQSmuquc01res_night.xml"])
        put(folders, "OQSmuquc02req_done.xml", (GOLDEN / "OQSmuquc02req_done.xml").read_bytes())
        assert until(lambda: "OQSmuquc02res_done.zip" in names(folders.res))
    with ZipFile(folders.res / "OQSmuquc02res_done.zip") as archive:
        assert archive.namelist() == ["OQSmuquc02res_done.xml"]
        assert len(read_bytes(archive.read("OQSmuquc02res_done.xml")).findall(".//BulkConfirmUnit")) == 4


def test_a_folder_that_goes_away_is_told_and_comes_back(folders: TerminalFolders) -> None:
    with running(folders) as terminal:
        folders.res.rmdir()
        put(folders, "OQSsiquc01req_1.xml", question())
        assert until(lambda: bool(terminal.troubles))
        folders.res.mkdir()
        put(folders, "OQSsiquc01req_2.xml", question())
        assert until(lambda: names(folders.res) == ["OQSsiquc01res_2.xml"])
    assert str(folders.res) in terminal.troubles[0]


def test_what_a_killed_terminal_left_is_removed(folders: TerminalFolders) -> None:
    (folders.res / ".OQSsiquc01res_1.xml.part").write_bytes(b"half")
    (folders.res / "OQSsiquc01res_2.xml").write_bytes(b"somebody's")
    with running(folders):
        pass
    assert names(folders.res) == ["OQSsiquc01res_2.xml"]


def test_a_folder_that_is_not_there_is_an_error_at_the_start(tmp_path: Path) -> None:
    terminal = SimulatedTerminal(TerminalFolders(tmp_path / "none", tmp_path, tmp_path), [])
    with pytest.raises(OSError, match="none"):
        terminal.start()
    terminal.stop()


def test_a_fault_of_its_own_is_told(folders: TerminalFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    terminal = SimulatedTerminal(folders, [], on_end=ended.set)
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    monkeypatch.setattr(terminal, "_do_what_is_due", lambda: 1 / 0)
    with terminal:
        assert ended.wait(LIMIT)


def test_a_thousand_requests_leave_nothing_behind(folders: TerminalFolders) -> None:
    with running(folders, "silent") as terminal:
        for number in range(1500):
            put(folders, f"OQSsiquc01req_{number}.xml", question())
        assert terminal.wait_until_taken(1500, LIMIT)
        assert len(terminal.taken) == 1000
    assert names(folders.req) == []
