"""Where output may go: to a new file, or in the place of a regular one that the same work does not read.

Whatever replaces a file by its name would else replace a device (`/dev/null`), a FIFO or a link as well, and where the
output is an input too, the data would be lost.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from errno import EEXIST, EISDIR
from pathlib import Path

__all__ = ["STANDARD", "input_behind", "require_replaceable"]

STANDARD = "-"
"""In the place of a file's name: standard input or output."""

_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
}

_Identity = tuple[int, int]


def require_replaceable(path: Path) -> None:
    """Pass when `path` is new or a regular file. Raises OSError, which names `path`."""
    try:
        kind = stat.S_IFMT(path.lstat().st_mode)
    except FileNotFoundError:
        return
    if kind == stat.S_IFDIR:
        raise OSError(EISDIR, os.strerror(EISDIR), str(path))
    if kind != stat.S_IFREG:
        what = _KINDS.get(kind, "no file")
        raise OSError(EEXIST, f"is {what}: output goes to a new or a regular file, or to - (standard output)", path)


def input_behind(output: str | Path, inputs: Iterable[str | Path]) -> str | None:
    """Return the name of the input that is the same file as ``output``, by whatever path or link; None if none is.

    ``-`` is standard output as an output, standard input as an input. An input that is a folder means its files.
    """
    identity = next(_identities(output, standard=1), None)
    if identity is None:
        return None
    return next((str(name) for name in inputs if identity in _identities(name, standard=0)), None)


def _identities(name: str | Path, standard: int) -> Iterator[_Identity]:
    """Device and inode of the regular files that a name means; what is not there has none."""
    with suppress(OSError, ValueError):
        if str(name) == STANDARD:
            yield from _regular(os.fstat(standard))
        elif (path := Path(name)).is_dir():
            for file in path.iterdir():
                yield from _identities(file, standard) if file.is_file() else ()
        else:
            yield from _regular(path.stat())


def _regular(state: os.stat_result) -> Iterator[_Identity]:
    if stat.S_ISREG(state.st_mode):
        yield state.st_dev, state.st_ino
