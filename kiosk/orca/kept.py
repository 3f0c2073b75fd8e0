"""What the connector keeps on disk: how far it came, and what became of the latest visits. No name is in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from kiosk.files import FileError, read_bounded
from kiosk.kept_files import keep_directory_entry, replace_whole
from kiosk.orca.planning import Outcome

__all__ = ["MOST_OUTCOMES", "Handled", "KeptProgress", "Progress"]

MOST_OUTCOMES: Final = 50
"""Outcomes that staff can read back."""

_NAME: Final = "orca-progress.json"
_LARGEST: Final = 64 * 1024


class Handled(BaseModel):
    """What became of one visit. ``at`` is when the person was there."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    visit: str
    at: datetime
    outcome: Outcome


class Progress(BaseModel):
    """How far the connector came: all visits up to ``sequence`` are done. ``handled`` has the newest last."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kiosk: str
    sequence: int
    handled: tuple[Handled, ...] = ()

    def after(self, sequence: int, handled: Handled | None) -> Progress:
        """Return the progress once a visit is done; ``handled`` is None for one that is nobody's."""
        more = (*self.handled, handled) if handled else self.handled
        return Progress(kiosk=self.kiosk, sequence=sequence, handled=more[-MOST_OUTCOMES:])


class KeptProgress:
    """The file in ``data_dir``. Its methods raise OSError where the disk takes or gives nothing."""

    def __init__(self, data_dir: Path, kiosk: str) -> None:
        self._path, self._kiosk = data_dir / _NAME, kiosk

    def read(self) -> Progress | None:
        """Return the progress; None if there is none yet.

        One that cannot be read, or is of another kiosk, begins anew with the oldest visit that is kept: who was
        received already is found so in ORCA.

        Raises:
            OSError: The folder cannot be read.

        """
        if not self._path.exists():
            return None
        try:
            found = Progress.model_validate_json(read_bounded(self._path, _LARGEST))
        except (FileError, ValidationError):
            found = None
        return found if found and found.kiosk == self._kiosk else self.fresh(0)

    def fresh(self, sequence: int) -> Progress:
        """Return the progress of a connector that takes no visit up to that place."""
        return Progress(kiosk=self._kiosk, sequence=sequence)

    def write(self, progress: Progress) -> None:
        """Keep the progress; when this returns it outlasts a kill and a power cut. Raises OSError."""
        replace_whole(self._path, progress.model_dump_json().encode())
        keep_directory_entry(self._path.parent)
