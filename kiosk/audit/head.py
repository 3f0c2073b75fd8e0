"""Record where the journal ends, in a small sealed file beside it that is written after each line.

A chain alone cannot show that its last lines were cut off. Somebody who can put back an old copy of both files can
still hide that; the anchor in the register (``anchor``) is there to detect it.
"""

from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.chain import FIRST_PREVIOUS, MalformedLine, Seal
from kiosk.files import FileError, read_bounded
from kiosk.kept_files import replace_whole

_MAX_BYTES = 1_024


@dataclass(frozen=True, slots=True)
class Head:
    """The sequence number and hash of a line, usually the last one that was written."""

    sequence: int
    hash: str

    def to_json(self) -> dict[str, object]:
        """Return the object by which other entries refer to this line."""
        return {"sequence": self.sequence, "hash": self.hash}


NOTHING = Head(0, FIRST_PREVIOUS)
"""The end of a journal that has no entry."""


def head_path(journal: Path) -> Path:
    """Return the path of a journal's head file."""
    return journal.with_name(journal.name + ".head")


def read_head(journal: Path, seal: Seal) -> Head | None:
    """Return the head; None if there is none, if it cannot be read, or if it is not genuine."""
    try:
        link = seal.read(read_bounded(head_path(journal), _MAX_BYTES))
    except (FileError, MalformedLine):
        return None
    last = link.body.get("last")
    return Head(link.sequence, last) if link.genuine and isinstance(last, str) else None


def write_head(journal: Path, seal: Seal, head: Head) -> None:
    """Replace the head. After a power cut the file has the old head or the new one, never a part of one.

    Raises:
        OSError: The head cannot be written.

    """
    body = {"kind": "head", "sequence": head.sequence, "previous": FIRST_PREVIOUS, "last": head.hash}
    line, _ = seal.line(body)
    replace_whole(head_path(journal), line)
