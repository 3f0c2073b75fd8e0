"""A small table in a file of its own: read again whenever it has changed, and changed by one process at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

from kiosk.files import FileError, read_guarded
from kiosk.kept_files import keep_directory_entry, locked, replace_whole

__all__ = ["KeptTable", "Named", "TableForm"]

_MAX_FILE: Final = 256 * 1024


class Named(Protocol):
    """A line of a table; no two lines have one name."""

    @property
    def name(self) -> str:
        """The name."""


LineT = TypeVar("LineT", bound=Named)


@dataclass(frozen=True, slots=True)
class TableForm(Generic[LineT]):
    """How the lines are written.

    Attributes:
        parse: Returns the lines of a file's content; raises ValueError, TypeError, KeyError or RecursionError if it
            holds something else.
        write: Returns the content for lines.
        holds: What the lines are, for messages, such as "the accounts of staff".
        error: The exception that is raised for a file that cannot be read or changed.

    """

    parse: Callable[[bytes], Iterable[LineT]]
    write: Callable[[Iterable[LineT]], bytes]
    holds: str
    error: type[Exception]


class KeptTable(Generic[LineT]):
    """The table of one file, which another process may change at any time. Its lines are in the order of names."""

    def __init__(self, path: Path, form: TableForm[LineT]) -> None:
        self._path, self._form = path, form
        self._seen: tuple[int, ...] | None = None
        self._lines: Mapping[str, LineT] = {}

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def current(self) -> Mapping[str, LineT]:
        """Return the lines by name, as the file has them now; none if there is no file.

        Raises:
            Exception: The form's error: the file cannot be read, or has another form.

        """
        seen = self._stamp()
        if seen != self._seen:
            self._lines, self._seen = self._read(), seen
        return self._lines

    def change(self, change: Callable[[Mapping[str, LineT]], Mapping[str, LineT]]) -> None:
        """Replace the lines by what ``change`` makes of them, in one step, while no other process does the same.

        Raises:
            Exception: The form's error: the file cannot be read or replaced.

        """
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(self._path.with_suffix(".lock")):
                self._write(change(self._read()))
        except OSError as error:
            raise self._form.error(f"{self._path}: {error.strerror}") from None

    def _stamp(self) -> tuple[int, ...] | None:
        """Return a value that changes with the file; None if there is no file."""
        try:
            state = self._path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._form.error(f"{self._path}: {error.strerror}") from None
        return state.st_ino, state.st_mtime_ns, state.st_size, state.st_mode

    def _read(self) -> Mapping[str, LineT]:
        if self._stamp() is None:
            return {}
        try:
            lines = sorted(self._form.parse(read_guarded(self._path, _MAX_FILE)), key=lambda line: line.name)
        except FileError as error:
            raise self._form.error(f"{self._path}: {error}") from None
        except (ValueError, TypeError, KeyError, RecursionError):
            raise self._form.error(f"{self._path}: does not hold {self._form.holds}") from None
        return {line.name: line for line in lines}

    def _write(self, lines: Mapping[str, LineT]) -> None:
        """Replace the file: what was removed does not come back with a power cut. Raises OSError."""
        replace_whole(self._path, self._form.write([line for _, line in sorted(lines.items())]))
        keep_directory_entry(self._path.parent)
