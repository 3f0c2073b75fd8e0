"""What every answer is written down with. It may come later than the service: a disk that is not there yet heals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from kiosk.audit import Journal, JournalError
from kiosk.failures import Code, Failure

__all__ = ["Books", "LateBooks", "NotOpen"]


@dataclass(frozen=True, slots=True)
class Books:
    """The journal that every answer is written into, and the key under which that is done."""

    journal: Journal
    site_key: bytes = field(repr=False)


class NotOpen(Exception):
    """The books cannot be opened now, but may be later; ``failure`` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.line)
        self.failure = failure


class LateBooks:
    """The books of a service that may have begun before they can be opened.

    ``books`` are those that are open already. ``open_books`` opens them, or raises NotOpen; None: nothing does.
    """

    def __init__(self, books: Books | None, open_books: Callable[[], Books] | None) -> None:
        self._books, self._open_books = books, open_books
        self._when_open: list[Callable[[], object]] = []
        self._state, self._opening = Lock(), Lock()

    @property
    def are_open(self) -> bool:
        """Whether they are open."""
        return self._books is not None

    @property
    def journal(self) -> Journal:
        """The journal. Raises JournalError while it is not open."""
        return self._require().journal

    @property
    def site_key(self) -> bytes:
        """The key under which certificates are bound. Raises JournalError while the journal is not open."""
        return self._require().site_key

    def when_open(self, act: Callable[[], object]) -> None:
        """Call ``act`` before the books are open to anybody: until then ``data_dir`` may be another service's.

        If they are open already, it is called at once, and else in the thread that opens them.
        """
        with self._state:
            if self._books is None:
                self._when_open.append(act)
                return
        act()

    def open(self) -> Failure | None:
        """Open the books if they are not open yet; return what keeps them closed."""
        with self._opening:
            if self._books is None and self._open_books:
                try:
                    books = self._open_books()
                except NotOpen as error:
                    return error.failure
                self._opened(books)
        return None if self._books else Failure.here(Code.JOURNAL_DOWN, "the journal is not open")

    def _opened(self, books: Books) -> None:
        """Do what has waited, also what came meanwhile, and only then say that the books are open."""
        while True:
            with self._state:
                if not self._when_open:
                    self._books = books
                    return
                act = self._when_open.pop(0)
            act()

    def _require(self) -> Books:
        if self._books is None:
            raise JournalError("the journal is not open yet")
        return self._books
