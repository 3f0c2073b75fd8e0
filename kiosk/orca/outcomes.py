"""What became of the latest visits, kept on disk for staff to read after a restart. No name is in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from kiosk.files import FileError, read_bounded
from kiosk.kept_files import keep_directory_entry, replace_whole
from kiosk.orca.planning import Outcome

__all__ = ["MOST_OUTCOMES", "Handled", "KeptOutcomes"]

MOST_OUTCOMES: Final = 50
"""Outcomes that staff can read back."""

_NAME: Final = "orca-outcomes.json"
_LARGEST: Final = 64 * 1024


class Handled(BaseModel):
    """What became of one visit. ``at`` is when the person was there."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    visit: str
    at: datetime
    outcome: Outcome


_FORM = TypeAdapter(tuple[Handled, ...])


class KeptOutcomes:
    """The file in ``data_dir``."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / _NAME

    def read(self) -> tuple[Handled, ...]:
        """Return the outcomes, the newest last; none if there is no file, or one that cannot be read."""
        try:
            return _FORM.validate_json(read_bounded(self._path, _LARGEST))
        except (FileError, ValidationError):
            return ()

    def write(self, handled: tuple[Handled, ...]) -> None:
        """Keep the outcomes; when this returns they outlast a kill and a power cut. Raises OSError."""
        replace_whole(self._path, _FORM.dump_json(handled))
        keep_directory_entry(self._path.parent)
