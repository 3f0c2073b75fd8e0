"""Small files that the program keeps in ``data_dir``: replaced whole, and changed by one process at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["keep_directory_entry", "locked", "replace_whole"]

# Neither a link nor a pipe that was put in the place of a draft is written to or waited for.
_DRAFT = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
_LOCK = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


def replace_whole(path: Path, content: bytes) -> None:
    """Replace a file (mode 0600). After a power cut it has the old content or the new, never a part of one.

    Raises:
        OSError: The file cannot be written. It is as it was.

    """
    draft = path.with_suffix(".new")
    try:
        with open(os.open(draft, _DRAFT, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file ``path`` for the block; wait while another process holds it.

    Raises:
        OSError: The file cannot be made.

    """
    descriptor = os.open(path, _LOCK, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def keep_directory_entry(folder: Path) -> None:
    """Have what was made, renamed or removed in a folder outlast a power cut.

    Raises:
        OSError: The folder cannot be synced.

    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
