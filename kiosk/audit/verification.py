"""Reading a journal from its first line to its last, and saying where it was first tampered with."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from kiosk.audit.chain import FIRST_PREVIOUS, LONGEST_LINE, Link, MalformedLine, Seal
from kiosk.audit.head import Head, read_head


class ProblemKind(StrEnum):
    """What was done to a journal."""

    EDITED = "edited"
    REMOVED = "removed"
    REORDERED = "reordered"
    MALFORMED = "malformed"
    END_REMOVED = "end_removed"


@dataclass(frozen=True, slots=True)
class Problem:
    """The first thing that is wrong.

    Attributes:
        line: in which line of the file, from 1; one past the last when the end is missing.
        kind: what was done.
        message: the same in words.

    """

    line: int
    kind: ProblemKind
    message: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a journal is worth.

    Attributes:
        entries: how many lines were found good, up to the problem if there is one.
        recovered: in how many of them a kiosk says that it started after a power cut.
        torn: whether the last line is unfinished: being written now, or cut off by a power cut.
        problem: None when nothing was tampered with.

    """

    entries: int
    recovered: int
    torn: bool
    problem: Problem | None

    @property
    def ok(self) -> bool:
        """Whether every entry stands as it was written."""
        return self.problem is None

    def to_json(self) -> dict[str, object]:
        """The object of `kiosk audit verify --json`."""
        problem = self.problem
        return {
            "ok": self.ok,
            "entries": self.entries,
            "recovered": self.recovered,
            "torn": self.torn,
            "problem": problem and {"line": problem.line, "kind": str(problem.kind), "message": problem.message},
        }


@dataclass(slots=True)
class _Reading:
    seal: Seal
    head: Head | None
    end: Head = Head(0, FIRST_PREVIOUS)
    entries: int = 0
    recovered: int = 0
    torn: bool = False

    def through(self, file: BinaryIO) -> Problem | None:
        while line := file.readline(LONGEST_LINE + 1):
            if not line.endswith(b"\n") and len(line) <= LONGEST_LINE:
                self.torn = True
                break
            if problem := self._problem(line):
                return problem
        return self._end_problem()

    def _problem(self, line: bytes) -> Problem | None:
        number = self.entries + 1
        try:
            link = self.seal.read(line)
        except MalformedLine:
            return Problem(number, ProblemKind.MALFORMED, "is not an entry of a journal")
        if found := _kind(link, self.end, self.head):
            return Problem(number, *found)
        self.entries += 1
        self.recovered += link.body.get("kind") == "recovered"
        self.end = Head(link.sequence, link.hash)
        return None

    def _end_problem(self) -> Problem | None:
        if self.head is None and self.entries > 1:
            return Problem(
                self.entries + 1, ProblemKind.END_REMOVED, "the file that says where the journal ended is missing"
            )
        if self.head is not None and self.head.sequence > self.end.sequence:
            lost = f"entries {self.end.sequence + 1} to {self.head.sequence} are missing at the end"
            return Problem(self.entries + 1, ProblemKind.END_REMOVED, lost)
        return None


def verify(path: Path, key: bytes) -> Verification:
    """Check every line of the journal at `path` against the site key, in constant memory; writes nothing.

    May run while the kiosk writes.

    Raises:
        OSError: the journal cannot be read.

    """
    seal = Seal.of(key)
    head = read_head(path, seal)
    reading = _Reading(seal, head)
    with path.open("rb") as file:
        problem = reading.through(file)
    return Verification(reading.entries, reading.recovered, reading.torn, problem)


def _kind(link: Link, end: Head, head: Head | None) -> tuple[ProblemKind, str] | None:
    """What is wrong with a line that follows `end`; None: nothing."""
    if not link.genuine:
        return ProblemKind.EDITED, "was changed, or written under another site key"
    if link.sequence > end.sequence + 1:
        return ProblemKind.REMOVED, f"entries {end.sequence + 1} to {link.sequence - 1} are missing before it"
    if link.sequence <= end.sequence:
        return ProblemKind.REORDERED, f"is entry {link.sequence} but follows entry {end.sequence}"
    if link.previous != end.hash:
        return ProblemKind.REMOVED, "does not follow the entry before it: another one stood there"
    if head is not None and head.sequence == link.sequence and head.hash != link.hash:
        return ProblemKind.REMOVED, "is not the entry that was written in this place"
    if link.body.get("head_missing") is True:
        return ProblemKind.END_REMOVED, "the file that says where the journal ended was missing when this was written"
    return None
