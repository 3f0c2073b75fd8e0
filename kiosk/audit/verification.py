"""Read a journal from its first line to its last and report where it was first tampered with."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from kiosk.audit.chain import LONGEST_LINE, ChainLink, MalformedLine, Seal
from kiosk.audit.clock import ClockJump, jumped
from kiosk.audit.head import NOTHING, Head, read_head
from kiosk.files import open_regular

_MOST_JUMPS = 100


class ProblemKind(StrEnum):
    """What was done to a journal."""

    EDITED = "edited"
    REMOVED = "removed"
    REORDERED = "reordered"
    MALFORMED = "malformed"
    END_REMOVED = "end_removed"


@dataclass(frozen=True, slots=True)
class JournalProblem:
    """The first thing that is wrong with a journal.

    Attributes:
        line: The number of the line in the file, from 1; one more than the last if the end is missing.
        kind: What was done.
        message: The same in words.

    """

    line: int
    kind: ProblemKind
    message: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of checking a journal.

    Attributes:
        entries: How many lines are good, up to the problem if there is one.
        recovered: How many of them say that a kiosk started after a power cut.
        torn: Whether the last line is unfinished: it is being written now, or a power cut stopped it.
        problem: The first thing that is wrong; None if nothing was tampered with.
        jumps: The first hundred jumps of the clock.

    """

    entries: int
    recovered: int
    torn: bool
    problem: JournalProblem | None
    jumps: tuple[ClockJump, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether every entry is as it was written."""
        return self.problem is None

    def to_json(self) -> dict[str, object]:
        """Return the object for ``kiosk audit verify --json``."""
        problem = self.problem
        return {
            "ok": self.ok,
            "entries": self.entries,
            "recovered": self.recovered,
            "torn": self.torn,
            "problem": problem and {"line": problem.line, "kind": str(problem.kind), "message": problem.message},
            "clock_jumps": [jump.to_json() for jump in self.jumps],
        }


@dataclass(slots=True)
class _Reading:
    seal: Seal
    head: Head | None
    anchor: Head | None
    end: Head = NOTHING
    at: str = ""
    jumps: list[ClockJump] = field(default_factory=list)
    entries: int = 0
    recovered: int = 0
    torn: bool = False

    def through(self, file: BinaryIO) -> JournalProblem | None:
        while line := file.readline(LONGEST_LINE + 1):
            if not line.endswith(b"\n") and len(line) <= LONGEST_LINE:
                self.torn = True
                break
            if problem := self._problem(line):
                return problem
        return self._end_problem()

    def _problem(self, line: bytes) -> JournalProblem | None:
        number = self.entries + 1
        try:
            link = self.seal.read(line)
        except MalformedLine:
            return JournalProblem(number, ProblemKind.MALFORMED, "is not an entry of a journal")
        if found := _kind(link, self.end, filter(None, (self.head, self.anchor))):
            return JournalProblem(number, *found)
        self.entries += 1
        self.recovered += link.body.get("kind") == "recovered"
        self.end = Head(link.sequence, link.hash)
        self._note_clock(link)
        return None

    def _note_clock(self, link: ChainLink) -> None:
        before, self.at = self.at, str(link.body.get("at", self.at))
        if before and len(self.jumps) < _MOST_JUMPS and jumped(before, self.at):
            self.jumps.append(ClockJump(link.sequence, before, self.at))

    def _end_problem(self) -> JournalProblem | None:
        if found := self._end_kind():
            return JournalProblem(self.entries + 1, ProblemKind.END_REMOVED, found)
        return None

    def _end_kind(self) -> str | None:
        """Return what is missing at the end; None if nothing is."""
        known = max((self.head or NOTHING, self.anchor or NOTHING), key=lambda head: head.sequence)
        if known.sequence > self.end.sequence:
            return f"entries {self.end.sequence + 1} to {known.sequence} are missing at the end"
        if self.head is None and self.entries > 1:
            return "the file that says where the journal ended is missing"
        if not self.entries and not self.torn:
            return "the journal is empty: not even a start is written there"
        return None


def verify(path: Path, key: bytes, anchor: Head | None = None) -> Verification:
    """Check every line of the journal at ``path`` against the site key, in constant memory, without writing.

    The kiosk may be writing to the journal meanwhile.

    Args:
        path: The journal's file.
        key: The site key.
        anchor: The last entry that another place knows of.

    Raises:
        FileError: The file is not a regular one, or cannot be read.

    """
    seal = Seal.of(key)
    reading = _Reading(seal, read_head(path, seal), anchor)
    with os.fdopen(open_regular(path), "rb") as file:
        problem = reading.through(file)
    return Verification(reading.entries, reading.recovered, reading.torn, problem, tuple(reading.jumps))


def _kind(link: ChainLink, end: Head, known: Iterable[Head]) -> tuple[ProblemKind, str] | None:
    """Return what is wrong with a line that follows ``end``; None if nothing is."""
    if not link.genuine:
        return ProblemKind.EDITED, "was changed, or written under another site key"
    if link.sequence > end.sequence + 1:
        return ProblemKind.REMOVED, f"entries {end.sequence + 1} to {link.sequence - 1} are missing before it"
    if link.sequence <= end.sequence:
        return ProblemKind.REORDERED, f"is entry {link.sequence} but follows entry {end.sequence}"
    if link.previous != end.hash:
        return ProblemKind.REMOVED, "does not follow the entry before it: another one stood there"
    if any(each.sequence == link.sequence and each.hash != link.hash for each in known):
        return ProblemKind.REMOVED, "is not the entry that was written in this place"
    if link.body.get("before_missing") is True:
        return ProblemKind.REMOVED, f"says that entry {_before_of(link)}, written before it, is not in this file"
    if link.body.get("head_missing") is True:
        return ProblemKind.END_REMOVED, "the file that says where the journal ended was missing when this was written"
    return None


def _before_of(link: ChainLink) -> object:
    before = link.body.get("before")
    return before.get("sequence") if isinstance(before, dict) else None
