"""Reading files and folders from outside: regular files only, bounded in size and number."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["FileError", "files_under", "is_der", "open_regular", "read_bounded", "read_guarded"]


_LONG_SEQUENCES = tuple(bytes([0x30, 0x80 | count]) for count in range(1, 5))


class FileError(Exception):
    """A file cannot be used. The text says why, without the path."""


def read_bounded(path: Path, limit: int) -> bytes:
    """Return the content of a regular file of at most ``limit`` bytes. Raises FileError."""
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise FileError(error.strerror or "cannot be read") from None
    if len(content) > limit:
        raise FileError(f"larger than {limit} bytes")
    return content


def read_guarded(path: Path, limit: int) -> bytes:
    """Return the content as `read_bounded` does, of a file that says who may come in: only its owner may write it.

    Raises FileError.
    """
    try:
        if path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise FileError("others may write it; look whom it lets in, then give it mode 0600")
    except OSError as error:
        raise FileError(error.strerror or "cannot be read") from None
    return read_bounded(path, limit)


def open_regular(path: Path) -> int:
    """Return a descriptor to read a regular file with, which the caller closes. Raises FileError."""
    try:
        # A FIFO opened without O_NONBLOCK would wait for its writer for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FileError(error.strerror or "cannot be read") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileError("not a regular file")
    return descriptor


def is_der(content: bytes) -> bool:
    """Return whether the content is DER rather than PEM: a certificate and a CRL are each one SEQUENCE.

    None has less than 128 bytes, so its length is never of one byte; a text before PEM may begin with ``0`` too.
    """
    return content.startswith(_LONG_SEQUENCES)


def files_under(path: Path, limit: int, wanted: Callable[[Path], bool]) -> Sequence[Path]:
    """Return ``path`` itself or, for a folder, what is wanted and visible in it but its folders, in order of name.

    A link that leads nowhere or a FIFO is among them: to read it fails, and says so. Raises FileError.
    """
    try:
        if not path.is_dir():
            return [path]
        found = sorted(item for item in path.iterdir() if _is_visible(item) and wanted(item))
    except OSError as error:
        raise FileError(error.strerror or "cannot be read") from None
    if len(found) > limit:
        raise FileError(f"holds more than {limit} files")
    return found


def _is_visible(path: Path) -> bool:
    return not path.name.startswith(".") and not path.is_dir()
