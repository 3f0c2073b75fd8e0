"""「使用を止める」: a file marks this kiosk as out of use, so that a restart does not bring it back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from kiosk.kept_files import keep_directory_entry

__all__ = ["OutOfUse"]

_MARK: Final = os.O_CREAT | os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


class OutOfUse:
    """The mark of one kiosk in ``data_dir``."""

    def __init__(self, data_dir: Path, kiosk_id: str) -> None:
        self._path = data_dir / f"out-of-use-{kiosk_id}"

    @property
    def is_set(self) -> bool:
        """Whether the kiosk is out of use. False if the disk cannot be read: then no visit is served anyway."""
        try:
            return self._path.exists()
        except OSError:
            return False

    def set(self, out: bool) -> None:
        """Put the mark there or take it away. Raises OSError."""
        if out:
            os.close(os.open(self._path, _MARK, 0o600))
        else:
            self._path.unlink(missing_ok=True)
        keep_directory_entry(self._path.parent)
