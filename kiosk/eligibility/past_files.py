"""The files that a register has taken, as a list for officers: numbers and days, and nothing of a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from kiosk.store.schema import UNDO, import_batch

__all__ = ["MOST_FILES", "PastFile", "past_files"]

MOST_FILES = 1000
"""How many files are listed, the newest ones."""


@dataclass(frozen=True, slots=True)
class PastFile:
    """One file, or the taking back of one.

    Attributes:
        batch: its number.
        kind: `members`, `undo`, or the kind of a feed.
        recorded_at: when it was (UTC).
        valid_from: the day from which its data hold (Asia/Tokyo).
        inserted: how many members it brought.
        updated: how many it changed, or got the data from before.
        unchanged: of how many it said nothing new.
        undone_by: the number of what took it back; None if nothing did.
        reported: whether its report is kept, without which it cannot be taken back.

    """

    batch: int
    kind: str
    recorded_at: datetime
    valid_from: date
    inserted: int
    updated: int
    unchanged: int
    undone_by: int | None
    reported: bool

    @property
    def undoable(self) -> bool:
        """Whether it can be taken back."""
        return self.reported and self.kind != UNDO and self.undone_by is None


def past_files(connection: Connection) -> Sequence[PastFile]:
    """Return the newest MOST_FILES, the newest first."""
    return [PastFile(*row) for row in connection.execute(_NEWEST)]


_NEWEST = (
    select(
        import_batch.c.id,
        import_batch.c.kind,
        import_batch.c.recorded_at,
        import_batch.c.valid_from,
        import_batch.c.inserted,
        import_batch.c.updated,
        import_batch.c.unchanged,
        import_batch.c.undone_by_id,
        import_batch.c.report.is_not(None),
    )
    .order_by(import_batch.c.id.desc())
    .limit(MOST_FILES)
)
