"""The folder of drafts: files that a browser has sent, readable by the service alone, until they are taken or not."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.reception.office_folder import remove_left, require_space

__all__ = ["MOST_BYTES", "DraftFolder", "NewDraft", "TooLarge"]

MOST_BYTES: Final = 2**29
"""The largest file that is taken: about 2,000,000 members."""

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class TooLarge(Exception):
    """The file is larger than MOST_BYTES."""


@dataclass(slots=True)
class NewDraft:
    """A draft that is being written."""

    path: Path
    descriptor: int
    size: int = 0

    def write(self, piece: bytes) -> None:
        """Add bytes.

        Raises:
            TooLarge: There are too many.
            OSError: The disk is full but for the journal's part, or fails.

        """
        self.size += len(piece)
        if self.size > MOST_BYTES:
            raise TooLarge
        require_space(self.path.parent)
        left = memoryview(piece)
        while left:
            left = left[os.write(self.descriptor, left) :]


class DraftFolder:
    """The folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def remove_left(self) -> None:
        """Remove what an earlier run has left."""
        remove_left(self._path)

    @contextmanager
    def new(self) -> Iterator[NewDraft]:
        """Make a draft, which is removed if the block raises. Raises OSError."""
        self._path.mkdir(mode=0o700, exist_ok=True)
        path = self._path / f"{secrets.token_hex(16)}.draft"
        draft = NewDraft(path, os.open(path, _NEW, 0o600))
        try:
            yield draft
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(draft.descriptor)
