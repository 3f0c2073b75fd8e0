"""Folders that are gone, full, closed or hanging: one code, in bounded time and threads."""

from __future__ import annotations

import os
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import (
    Enquiry,
    Exchange,
    Folders,
    Status,
    Terminal,
    TerminalError,
)
from kiosk.eligibility.terminal.bounded import Bounded
from kiosk.eligibility.terminal.errors import FolderUnusable
from kiosk.failures import Code
from tests.kiosk.eligibility.terminal.exchanging import Start
from tests.kiosk.eligibility.terminal.other_side import (
    INSTITUTION,
)


@pytest.mark.parametrize("gone", ["req", "res"])
def test_a_folder_that_is_not_there_is_one_code(tmp_path: Path, folders: Folders, enquiry: Enquiry, gone: str) -> None:
    paths = {"req": folders.req, "res": folders.res} | {gone: tmp_path / "gone"}
    with closing(Exchange(Folders(**paths), 10)) as exchange:
        begun = time.monotonic()
        answer = Terminal(exchange, INSTITUTION).ask(enquiry)
    assert (answer.status, answer.code) == (Status.ERROR, "N-11")
    assert time.monotonic() - begun < 2


def test_a_folder_that_goes_while_we_wait_is_one_code(
    terminal: Terminal, folders: Folders, other_side: Start, enquiry: Enquiry
) -> None:
    def goes(request: str, _: bytes) -> list[tuple[str, bytes]]:
        folders.res.rmdir()
        return []

    other_side(goes)
    assert terminal.ask(enquiry).code == "N-11"


def test_a_folder_that_cannot_be_written_is_one_code(
    folders: Folders, terminal: Terminal, enquiry: Enquiry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write everywhere, so the system's answer is given here."""

    def refuses(path: object, flags: int, *_: object, **__: object) -> int:
        raise OSError(30, "Read-only file system", path)

    monkeypatch.setattr("kiosk.eligibility.terminal.folders.os.open", refuses)
    assert terminal.ask(enquiry).code == "N-11"


def test_a_share_that_hangs_is_one_code_in_bounded_time_and_threads(
    folders: Folders, enquiry: Enquiry, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()

    def hangs(*_: object) -> None:
        released.wait()

    monkeypatch.setattr("kiosk.eligibility.terminal.exchange.find_answer", hangs)
    with closing(Exchange(folders, 0.2)) as exchange:
        terminal = Terminal(exchange, INSTITUTION)
        begun = time.monotonic()
        codes = [terminal.ask(enquiry).code for _ in range(20)]
        assert set(codes) == {"N-11"}
        assert time.monotonic() - begun < 5
        assert [thread.name for thread in threading.enumerate()].count("terminal-exchange") == 1
        released.set()


def test_a_request_that_a_share_takes_too_late_is_not_put(
    terminal: Terminal, folders: Folders, enquiry: Enquiry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for its answer, and the same question may be asked again meanwhile."""
    released, sync = threading.Event(), os.fsync
    monkeypatch.setattr("kiosk.eligibility.terminal.exchange._HANGS", 0.1)
    monkeypatch.setattr(
        "kiosk.eligibility.terminal.folders.os.fsync", lambda descriptor: released.wait() and sync(descriptor)
    )
    assert terminal.ask(enquiry).failure is Code.TERMINAL_FOLDER
    assert [path.name[0] for path in folders.req.iterdir()] == ["."]
    released.set()
    deadline = time.monotonic() + 10
    while [*folders.req.iterdir()] and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    assert not [*folders.req.iterdir()]


def test_file_work_is_possible_again_once_it_no_longer_hangs() -> None:
    released, done = threading.Event(), threading.Event()
    with closing(Bounded("test")) as files:
        with pytest.raises(FolderUnusable):
            files.do(released.wait, 0.05)
        with pytest.raises(FolderUnusable):
            files.do(done.set, 5)
        released.set()
        deadline = time.monotonic() + 10
        while not done.is_set() and time.monotonic() < deadline:
            with suppress(FolderUnusable):
                files.do(done.set, 5)
    assert done.is_set()


def test_an_error_of_file_work_reaches_its_caller() -> None:
    def expires() -> None:
        raise TimeoutError(110, "Connection timed out")

    with closing(Bounded("test")) as files, pytest.raises(TimeoutError, match="Connection timed out"):
        files.do(expires, 5)


def test_folders_that_can_be_used_pass(terminal: Terminal) -> None:
    terminal.check()


@pytest.mark.parametrize("name", ["req", "res"])
def test_a_folder_that_is_not_there_is_told_at_a_look(terminal: Terminal, folders: Folders, name: str) -> None:
    (folders.req.parent / name).rmdir()
    with pytest.raises(TerminalError, match=f"terminal.{name} is no folder"):
        terminal.check()
