"""Put files into folders as the 連携アプリ does, or as it should not: whole, in two halves, or cut off."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulators.terminal.answering import Manner
from simulators.terminal.file_names import ExchangeFileName
from simulators.terminal.questions import MOST_BYTES

__all__ = ["TerminalFolders", "put", "requests_in", "take"]

_PART: Final = ".part"


@dataclass(frozen=True, slots=True)
class TerminalFolders:
    """The three folders that a clinic's programs share with the terminal."""

    req: Path
    res: Path
    face: Path

    @classmethod
    def made_in(cls, folder: Path) -> TerminalFolders:
        """Return ``req``, ``res`` and ``face`` in a folder; they are made if missing."""
        folders = cls(folder / "req", folder / "res", folder / "face")
        for path in (folders.req, folders.res, folders.face):
            path.mkdir(parents=True, exist_ok=True)
        return folders

    def clean(self) -> None:
        """Remove what a terminal that was killed left half-written beside. Raises OSError."""
        for folder in (self.res, self.face):
            for left in folder.glob(f".OQS*{_PART}"):
                left.unlink(missing_ok=True)


def requests_in(folder: Path) -> Iterator[tuple[Path, ExchangeFileName]]:
    """Yield the files whose names are those of requests. Raises OSError."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = ExchangeFileName.parse(entry.name)
            if name is not None and entry.is_file(follow_symlinks=False):
                yield Path(entry.path), name


def take(path: Path) -> bytes:
    """Return the content of a request, of at most one byte too many, and remove the file. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(MOST_BYTES + 1)
    path.unlink()
    return content


def put(path: Path, content: Iterable[bytes], manner: Manner) -> Callable[[], None] | None:
    """Write a file; return what writes its second half, if it is to come in two. Raises OSError."""
    match manner:
        case Manner.WHOLE:
            _move_in(path, content)
        case Manner.BROKEN:
            whole = b"".join(content)
            _move_in(path, [whole[: len(whole) * 2 // 3]])
        case Manner.HALVES:
            whole = b"".join(content)
            middle = len(whole) // 2
            path.write_bytes(whole[:middle])
            return lambda: _append(path, whole[middle:])
    return None


def _move_in(path: Path, content: Iterable[bytes]) -> None:
    beside = path.with_name(f".{path.name}{_PART}")
    try:
        with beside.open("wb") as file:
            file.writelines(content)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _append(path: Path, rest: bytes) -> None:
    """Write the rest, unless somebody has taken the first half away meanwhile. Raises OSError."""
    with suppress(FileNotFoundError), os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as file:
        file.write(rest)
