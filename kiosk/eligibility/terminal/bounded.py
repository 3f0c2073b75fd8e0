"""File work that may hang: on a share whose server is gone, even `stat` returns minutes later or never."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

from kiosk.eligibility.terminal.errors import FolderUnusable

__all__ = ["Bounded"]

T = TypeVar("T")


class Bounded:
    """One thread that does file work, one piece at a time, and whose callers wait for a bounded time.

    While it hangs every further piece is refused at once: threads never pile up. It is usable again as soon as the
    piece that hung has returned. The thread begins with the first piece, and does not keep the program from ending.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._begun = False
        self._idle: Callable[[], bool] = lambda: True

    def do(self, work: Callable[[], T], seconds: float) -> T:
        """Return what ``work`` returns, or raise what it raises.

        Raises:
            FolderUnusable: It did not end within ``seconds``, or an earlier piece still hangs.

        """
        future: Future[T] = Future()
        with self._lock:
            if not self._idle():
                raise FolderUnusable("the folder does not respond")
            self._begin()
            self._queue.put(lambda: _run(work, future))
        try:
            return future.result(max(seconds, 0))
        except TimeoutError:
            if future.done():  # a TimeoutError of the work itself: ETIMEDOUT of a share
                return future.result()
            self._idle = future.done
            raise FolderUnusable("the folder does not respond") from None

    def close(self) -> None:
        """End the thread once it has nothing left to do."""
        self._queue.put(None)

    def _begin(self) -> None:
        if not self._begun:
            threading.Thread(target=self._serve, name=self._name, daemon=True).start()
            self._begun = True

    def _serve(self) -> None:
        while piece := self._queue.get():
            piece()


def _run(work: Callable[[], T], future: Future[T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)
