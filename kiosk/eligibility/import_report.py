"""What an import did, or would do: counts, which columns changed, who is lost or missing, with examples."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from kiosk.eligibility.columns import NAMES
from kiosk.eligibility.doubtful import DoubtfulCharacter

EXAMPLES = 5
"""How many members are named for each thing that happened."""

GUARDED_MEMBERS = 100
"""From how many members on a register is guarded against a file that changes too many of them."""

MOST_GONE = 10_000
"""How many missing members are named. All of them are counted."""


@dataclass(slots=True)
class ImportReport:
    """What one file did.

    Attributes:
        inserted: members who are new.
        updated: members with a new version.
        unchanged: members of whom the file says nothing new.
        refused: bad lines.
        batch: the number of the import, for `kiosk registry undo`; 0 if nothing was kept.
        encoding: that of the file.
        members_before: how many members the register had.
        changed: how many members changed in each column.
        lost: members who had no `lost_on`, and have one now.
        gone: insured members whom a complete file does not name; None if it need not name everybody.
        missing: the first of these (MOST_GONE).
        doubtful: how many characters stand for others or cannot be printed.
        characters: the first of these, with line and column.
        examples: members of each kind of change (`inserted`, `lost`, or a column), by their keys.

    """

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    batch: int = 0
    encoding: str = "utf-8"
    members_before: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    gone: int | None = None
    missing: list[str] = field(default_factory=list, repr=False)
    doubtful: int = 0
    characters: list[DoubtfulCharacter] = field(default_factory=list)
    examples: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def counts(self) -> dict[str, int]:
        """Return how many lines were inserted, updated, unchanged and refused."""
        return {
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
        }

    def to_json(self) -> dict[str, Any]:
        """Return the object that `kiosk registry import --json` prints (docs/formats.md)."""
        return {
            "batch": self.batch or None,
            "encoding": self.encoding,
            **self.counts(),
            "changed": {name: self.changed[name] for name in NAMES if name in self.changed},
            "lost": self.lost,
            "gone": self.gone,
            "missing": self.missing,
            "examples": self.examples,
            "doubtful": self.doubtful,
            "characters": [one.to_json() for one in self.characters],
        }

    @property
    def share_changed(self) -> float:
        """How many of the members that the register had are changed or missing, in percent; 0 for an empty register."""
        return 100 * (self.updated + (self.gone or 0)) / self.members_before if self.members_before else 0.0

    def is_large(self, most: int) -> bool:
        """Return whether more than so many percent of a register of GUARDED_MEMBERS or more are changed or missing."""
        return self.members_before >= GUARDED_MEMBERS and self.share_changed > most

    def says_the_same(self, other: "ImportReport") -> bool:
        """Return whether two reports of one file agree in all but the number of the import."""
        return {**self.to_json(), "batch": None} == {**other.to_json(), "batch": None}

    def add_gone(self, key: str) -> None:
        """Count an insured member whom a complete file does not name."""
        self.gone = (self.gone or 0) + 1
        if len(self.missing) < MOST_GONE:
            self.missing.append(key)
