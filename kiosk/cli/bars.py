"""Bars on standard error while long work is done, if a person watches; into a pipe or a file nothing is written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING, BinaryIO, TypeVar

if TYPE_CHECKING:  # imported when needed: `kiosk --help` must not pay for it
    from rich.progress import Progress, TaskID

__all__ = ["AFTER", "tracked", "tracked_parts", "waiting", "watched"]

Item = TypeVar("Item")

AFTER = 1.0
"""Seconds after which work whose end nobody knows is shown."""


class _Display:
    """The bars of this command, a line each, in one display: two would draw over one another."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open = 0
        self._progress: Progress | None = None

    @contextmanager
    def bar(self, what: str, total: float | None) -> Iterator[tuple[Progress, TaskID]]:
        """Show one more bar for the block; `total` is None if the end is unknown."""
        progress = self._opened()
        task = progress.add_task(what, total=total)
        try:
            yield progress, task
        finally:
            progress.refresh()
            progress.remove_task(task)
            self._close(progress)

    def _opened(self) -> Progress:
        with self._lock:
            self._open += 1
            if self._progress is None:
                self._progress = _progress()
                self._progress.start()
            return self._progress

    def _close(self, progress: Progress) -> None:
        with self._lock:
            self._open -= 1
            if not self._open:
                progress.stop()
                self._progress = None


_display = _Display()


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)


@contextmanager
def watched(source: BinaryIO, what: str) -> Iterator[BinaryIO]:
    """Show how much of ``source`` has been read. There is no bar for a pipe or a terminal: its end is unknown."""
    if not sys.stderr.isatty() or not (size := os.fstat(source.fileno()).st_size):
        yield source
        return
    with _display.bar(what, size) as (progress, task), progress.wrap_file(source, task_id=task) as counted:
        yield counted


def tracked(items: Iterable[Item], total: Callable[[], int], what: str) -> Iterable[Item]:
    """Return the items, with a bar that each makes grow; ``total`` is called only if a person watches."""
    return tracked_parts(items, lambda _: 1, total, what)


def tracked_parts(
    parts: Iterable[Item], size: Callable[[Item], int], total: Callable[[], int], what: str
) -> Iterator[Item]:
    """Yield parts of a work, with the bar of `tracked`: a part makes it grow by its ``size``."""
    if not sys.stderr.isatty():
        yield from parts
        return
    with _display.bar(what, total()) as (progress, task):
        for part in parts:
            yield part
            progress.advance(task, size(part))


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show, from a second on, that work is going on whose end nobody knows, such as one statement of a database."""
    if not sys.stderr.isatty():
        yield
        return
    with ExitStack() as shown:
        timer = Timer(AFTER, lambda: shown.enter_context(_display.bar(what, None)))
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
