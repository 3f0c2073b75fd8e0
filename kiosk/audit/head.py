"""Where the journal ended: a small sealed file beside it, written after each line.

A chain alone cannot show that its last lines were cut off. Someone who can put back an old copy of both files can
still hide them: that is what the anchor in the register is for (`anchor`).
"""

import os
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.chain import FIRST_PREVIOUS, MalformedLine, Seal
from kiosk.files import FileError, read_bounded

_MAX_BYTES = 1_024
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Head:
    """The sequence number and hash of a line: the last one that was written, or that a place knows of."""

    sequence: int
    hash: str

    def to_json(self) -> dict[str, object]:
        """What other entries say of it."""
        return {"sequence": self.sequence, "hash": self.hash}


NOTHING = Head(0, FIRST_PREVIOUS)
"""The end of a journal without an entry."""


def head_path(journal: Path) -> Path:
    """Where the head of a journal stands."""
    return journal.with_name(journal.name + ".head")


def read_head(journal: Path, seal: Seal) -> Head | None:
    """The head; None when there is none, or it cannot be read, or is not genuine."""
    try:
        link = seal.read(read_bounded(head_path(journal), _MAX_BYTES))
    except (FileError, MalformedLine):
        return None
    last = link.body.get("last")
    return Head(link.sequence, last) if link.genuine and isinstance(last, str) else None


def write_head(journal: Path, seal: Seal, head: Head) -> None:
    """Replace the head: the old one or the new one is there after a power cut, never half of one. Raises OSError."""
    body = {"kind": "head", "sequence": head.sequence, "previous": FIRST_PREVIOUS, "last": head.hash}
    line, _ = seal.line(body)
    fresh = head_path(journal).with_suffix(".new")
    with open(os.open(fresh, _FLAGS, 0o600), "wb") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, head_path(journal))
