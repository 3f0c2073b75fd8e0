"""Wait until a folder changes (inotify), or for a while: a share tells nobody what other computers do in it."""

from __future__ import annotations

import ctypes
import os
import select
from pathlib import Path
from typing import Final

__all__ = ["FolderWatch"]

_LIBRARY: Final = ctypes.CDLL(None, use_errno=True)
_COMES: Final = 0x8 | 0x80 | 0x100
"""IN_CLOSE_WRITE, IN_MOVED_TO, IN_CREATE (inotify(7))."""

_LARGEST: Final = 65_536


class FolderWatch:
    """Waits for files that come into one folder. Where the kernel cannot watch it, every wait takes its whole time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._woken = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        made: int = _LIBRARY.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self._changes = [made] if made >= 0 else []

    def renew(self) -> None:
        """Watch the folder that has this path now; it may have been made anew. This may hang on a share."""
        for changes in self._changes:
            _LIBRARY.inotify_add_watch(changes, os.fsencode(self._folder), _COMES)

    def wait(self, seconds: float) -> None:
        """Return when a file has come into the folder, when woken, or after ``seconds``."""
        ready, _, _ = select.select([self._woken, *self._changes], [], [], seconds)
        for descriptor in ready:
            os.read(descriptor, _LARGEST)

    def wake(self) -> None:
        """End the present wait, or the next one. Any thread may call it."""
        os.eventfd_write(self._woken, 1)

    def close(self) -> None:
        """Let go of the folder; nobody may wait any more."""
        for descriptor in (self._woken, *self._changes):
            os.close(descriptor)
