"""The names of the face files of a day in one folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from kiosk.eligibility.terminal.file_names import face_day
from kiosk.eligibility.terminal.folders import unusable

__all__ = ["POLL", "SCAN", "FaceNames"]

POLL: Final = 0.02
"""Seconds between two looks at the folder's time of change."""

SCAN: Final = 0.9
"""Seconds after which its names are read even if it seems unchanged: a share's times are coarse, and may be cached."""


class FaceNames:
    """Reads the names in one folder when it has changed, or may have. No file is opened or asked for."""

    def __init__(self, setting: str, folder: Path, before_scan: Callable[[], None] = lambda: None) -> None:
        """Prepare; ``setting`` is the folder's name in the settings, for errors."""
        self.folder = folder
        self._setting = setting
        self._before_scan = before_scan
        self._day: date | None = None
        self._changed = -1
        self._scan_at = 0.0

    def new(self, day: date, now: float) -> list[str]:
        """Return the names of the face files of a day, if the folder may have others than at the last call.

        Raises:
            FolderUnusable: The folder is gone, or cannot be read.

        """
        try:
            changed = os.stat(self.folder).st_mtime_ns
            if (day, changed) == (self._day, self._changed) and now < self._scan_at:
                return []
            # A file that comes while the names are read may leave the same time behind: look at them once more.
            self._scan_at = now + (SCAN if changed == self._changed else POLL)
            self._day, self._changed = day, changed
            self._before_scan()
            with os.scandir(self.folder) as entries:
                days = f"_{day:%Y%m%d}"
                return [entry.name for entry in entries if days in entry.name and face_day(entry.name) == day]
        except OSError as error:
            raise unusable(self._setting, error) from None

    def has(self, name: str) -> bool:
        """Return whether a file of this name is there now."""
        return os.path.lexists(self.folder / name)
