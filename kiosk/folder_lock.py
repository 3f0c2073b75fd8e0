"""One service at a time on one folder: a lock that names who has it."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

__all__ = ["LockedElsewhere", "FolderLock"]

_NAME = "service.lock"
_MAX_BYTES = 1024


class LockedElsewhere(Exception):
    """Another process has the folder; the text names it as well as its lock file does."""


@dataclass(frozen=True, slots=True)
class FolderLock:
    """The folder is ours until `release`, or until this process ends in whatever way."""

    path: Path
    descriptor: int

    @classmethod
    def take(cls, folder: Path, program: str, now: datetime) -> FolderLock:
        """Take the folder, and write down that ``program`` (this process) has had it since ``now``.

        Raises LockedElsewhere, with nothing changed, and OSError.
        """
        path = folder / _NAME
        descriptor = _locked(path)
        said = {"pid": os.getpid(), "program": program, "since": now.isoformat(timespec="seconds")}
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(said).encode("ascii"), 0)
        except OSError:
            os.close(descriptor)
            raise
        return cls(path, descriptor)

    def release(self) -> None:
        """Let go of the folder and leave nothing in it."""
        with suppress(OSError):
            self.path.unlink()
        os.close(self.descriptor)


def _locked(path: Path) -> int:
    """Return the open and locked file at ``path``. Raises LockedElsewhere, OSError."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Its holder may have taken it away since it was opened: a lock on that file keeps nobody out.
            if os.path.samestat(os.fstat(descriptor), os.stat(path)):
                return descriptor
        except BlockingIOError:
            holder = _holder(os.pread(descriptor, _MAX_BYTES, 0))
            os.close(descriptor)
            raise LockedElsewhere(f"{path.parent} is held by {holder}") from None
        except FileNotFoundError:
            pass
        os.close(descriptor)


def _holder(content: bytes) -> str:
    try:
        said = json.loads(content)
        return f"process {int(said['pid'])} ({said['program']}, since {said['since']})"
    except (ValueError, TypeError, KeyError, RecursionError):
        return "another process, which has not said who it is"
