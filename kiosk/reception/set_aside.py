"""Statements of a witness that no longer count, because a wrong clock made them (`kiosk clock accept`).

The command writes them into a file of `data_dir`; the service, which alone may write the journal, believes it once the
journal holds who did so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from kiosk.files import FileError, read_bounded
from kiosk.kept_files import keep_directory_entry, locked, replace_whole

__all__ = ["SetAside", "SetAsideFile", "SetAsides", "Witness"]

_MAX_BYTES = 16_384


class Witness(StrEnum):
    """What knows a time that must be past."""

    BUILD = "build"
    JOURNAL = "journal"
    REGISTER = "register"


@dataclass(frozen=True, slots=True)
class SetAside:
    """Of the witness's statements up to number ``through``, none with a time later than ``after`` (aware) counts.

    ``by`` is the account that decided so, at the instant ``at``; ``said`` is the time that was wrong.
    """

    witness: Witness
    through: int
    after: datetime
    said: datetime
    by: str
    at: datetime
    journaled: bool = False

    def covers(self, number: int, at: datetime) -> bool:
        """Return whether the witness's statement ``number`` with the time ``at`` does not count."""
        return number <= self.through and at > self.after


SetAsides = Mapping[Witness, SetAside]


class SetAsideFile:
    """The file of one ``data_dir``. Raises OSError, and ValueError for a file that holds something else."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "clock-accepted.json"

    def read(self) -> dict[Witness, SetAside]:
        """Return what was set aside; nothing if there is no file."""
        if not self._path.exists():
            return {}
        try:
            listed = json.loads(read_bounded(self._path, _MAX_BYTES))
            found = [_parsed(item) for item in listed]
        except (FileError, TypeError, KeyError, RecursionError, ValueError) as error:
            raise ValueError(f"{self._path} does not hold what was set aside ({error})") from None
        return {each.witness: each for each in found}

    def put(self, *changed: SetAside) -> None:
        """Keep ``changed`` instead of what was kept of the same witnesses."""
        with locked(self._path.with_suffix(".lock")):
            kept = self.read() | {each.witness: each for each in changed}
            self._write([_object(each) for each in kept.values()])

    def mark_journaled(self, each: SetAside) -> None:
        """Keep that the journal holds it."""
        self.put(replace(each, journaled=True))

    def _write(self, listed: list[dict[str, object]]) -> None:
        replace_whole(self._path, json.dumps(listed, indent=1).encode("ascii"))
        keep_directory_entry(self._path.parent)


def _object(each: SetAside) -> dict[str, object]:
    return {
        "witness": each.witness.value,
        "through": each.through,
        "after": each.after.isoformat(),
        "said": each.said.isoformat(),
        "by": each.by,
        "at": each.at.isoformat(),
        "journaled": each.journaled,
    }


def _parsed(item: Mapping[str, object]) -> SetAside:
    through, journaled = item["through"], item["journaled"]
    if type(through) is not int or type(journaled) is not bool:
        raise ValueError("a value of another type")
    after, said, at = (_instant(item[name]) for name in ("after", "said", "at"))
    return SetAside(Witness(str(item["witness"])), through, after, said, str(item["by"]), at, journaled)


def _instant(text: object) -> datetime:
    parsed = datetime.fromisoformat(str(text))
    if parsed.tzinfo is None:
        raise ValueError("an instant without its zone")
    return parsed
