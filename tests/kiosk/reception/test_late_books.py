"""Books that are opened late: what waits for them is done once, before anybody reads that they are open."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from types import FrameType

import pytest

from kiosk.audit import Journal
from kiosk.reception.books import Books, LateBooks


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    key, now = b"k" * 32, datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
    with Journal.open(tmp_path / "journal-1.jsonl", "1", key, now=now) as journal:
        yield Books(journal, key)


def in_a_thread(late: LateBooks, done: list[str], name: str) -> None:
    thread = Thread(target=lambda: late.when_open(lambda: done.append(name)))
    thread.start()
    thread.join(5)
    assert not thread.is_alive(), "nobody waits for what is done now"


def test_what_waits_is_done_before_the_books_are_said_to_be_open(books: Books) -> None:
    """It removes what is left over; an upload that sees open books earlier would be removed with it."""
    late, done, were_open = LateBooks(None, lambda: books), list[str](), list[bool]()
    late.when_open(lambda: were_open.append(late.are_open))
    late.when_open(lambda: in_a_thread(late, done, "meanwhile"))
    assert late.open() is None and late.are_open
    assert (were_open, done) == ([False], ["meanwhile"])
    late.when_open(lambda: done.append("after"))
    assert late.open() is None and done == ["meanwhile", "after"], "each is done once"


@pytest.mark.parametrize("line", [1, 2, 3, 4])
def test_what_comes_while_the_books_open_is_done_wherever_the_other_thread_comes_between(
    books: Books, line: int
) -> None:
    late, done, seen = LateBooks(None, lambda: books), list[str](), list[int]()
    opener = Thread(target=late.open)

    def open_between(frame: FrameType, event: str, _: object) -> Callable[..., object] | None:
        if frame.f_code is not LateBooks.when_open.__code__:
            return None
        seen.extend([frame.f_lineno] if event == "line" else [])
        if len(seen) == line and not opener.ident:
            opener.start()
            opener.join(0.05)  # it waits if it has to
        return open_between

    def wait_for_them() -> None:
        sys.settrace(open_between)
        late.when_open(lambda: done.append("done"))

    waiting = Thread(target=wait_for_them)
    waiting.start()
    waiting.join(5)
    if not opener.ident:
        opener.start()
    opener.join(5)
    assert done == ["done"] and late.are_open
