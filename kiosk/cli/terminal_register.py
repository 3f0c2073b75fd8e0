"""`kiosk terminal register --from`: 照会番号 in, one line each out."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.cli.answers import refuse
from kiosk.cli.bars import tracked
from kiosk.cli.register import REFUSED, private_output
from kiosk.cli.terminal_run import ERROR, TIMEOUT, opened_terminal
from kiosk.eligibility.terminal import LineRefused, read_registrations, register_all

if TYPE_CHECKING:
    from kiosk.settings import Settings

__all__ = ["RegisteredCounts", "check_registrations", "write_registered"]

_STATUSES: Final = ("done", "error", "timeout")


@dataclass(slots=True)
class RegisteredCounts:
    """How many registrations have come to each status."""

    by_status: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, int]:
        """Return the counts for people and programs."""
        return {status: self.by_status[status] for status in _STATUSES}

    @property
    def status(self) -> int:
        """The exit status of the command."""
        if self.by_status["timeout"]:
            return TIMEOUT
        return ERROR if self.by_status["error"] else 0


def check_registrations(settings: Settings, file: Path) -> int:
    """Return how many registrations a file has; end with status 1 if a line of it is none. Raises OSError."""
    try:
        with file.open("rb") as stream:
            return sum(1 for _ in read_registrations(stream, settings.terminal.encoding))
    except LineRefused as error:
        refuse(f"{file}: {error}", REFUSED)


def write_registered(settings: Settings, file: Path, output: str) -> RegisteredCounts:
    """Register all of a file, and write a line for each in their order; return what was written.

    Raises:
        OSError: A file cannot be read or written.

    """
    counts = RegisteredCounts()
    try:
        with opened_terminal(settings) as terminal, file.open("rb") as stream, private_output(output) as written:
            read = read_registrations(stream, settings.terminal.encoding)
            lines = tracked(read, lambda: check_registrations(settings, file), "terminal register")
            for line in register_all(terminal, lines):
                written.write(json.dumps(line.to_json(), ensure_ascii=False) + "\n")
                counts.by_status[line.registered.status] += 1
    except LineRefused as error:
        refuse(f"{file}: {error}", REFUSED)
    return counts
