"""`kiosk terminal bulk`: bookings in, one line each out."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import tokyo_day
from kiosk.assembly.site_key import UsesSiteKey
from kiosk.cli.answers import refuse
from kiosk.cli.bars import tracked
from kiosk.cli.register import DATABASE, FILE, REFUSED, private_output
from kiosk.cli.site_key import site_key_for
from kiosk.cli.terminal_run import ERROR, TIMEOUT, opened_terminal
from kiosk.eligibility import Registry, RegistryError, files_of
from kiosk.eligibility.terminal import (
    BulkLine,
    KnownAnswers,
    KnownAnswersError,
    LineRefused,
    Status,
    ask_all,
    read_bookings,
)

if TYPE_CHECKING:
    from kiosk.settings import Settings

__all__ = ["BulkCounts", "check_bookings", "write_answers"]


@dataclass(slots=True)
class BulkCounts:
    """How many answers of each status there were, and how many have changed."""

    by_status: Counter[Status] = field(default_factory=Counter)
    changed: int = 0

    def add(self, line: BulkLine) -> None:
        """Count one answer."""
        self.by_status[line.answer.status] += 1
        self.changed += line.changed

    def to_json(self) -> dict[str, int]:
        """Return the counts for people and programs."""
        return {**{str(status): self.by_status[status] for status in Status}, "changed": self.changed}

    @property
    def status(self) -> int:
        """The exit status of the command."""
        if self.by_status[Status.TIMEOUT]:
            return TIMEOUT
        return ERROR if self.by_status[Status.ERROR] else 0


def check_bookings(settings: Settings, file: Path, on: date) -> int:
    """Return how many bookings a file has; end with status 1 if a line of it is none. Raises OSError."""
    try:
        with file.open("rb") as stream:
            return sum(1 for _ in read_bookings(stream, on, settings.terminal.encoding))
    except LineRefused as error:
        refuse(f"{file}: {error}", REFUSED)


def write_answers(settings: Settings, file: Path, on: date, output: str) -> BulkCounts:
    """Ask about all bookings of a file, and write a line for each in their order; return what was written.

    Raises:
        OSError: A file cannot be read or written.

    """
    counts = BulkCounts()
    today = tokyo_day(datetime.now(UTC))
    key = _site_key(settings)
    try:
        with (
            opened_terminal(settings) as terminal,
            KnownAnswers.opened(settings.data_dir, key, settings.eligibility.keep_days, today) as known,
        ):
            with file.open("rb") as stream, private_output(output) as written:
                read = read_bookings(stream, on, settings.terminal.encoding)
                bookings = tracked(read, lambda: check_bookings(settings, file, on), "terminal bulk")
                for line in ask_all(terminal, bookings, on, known):
                    written.write(json.dumps(line.to_json(), ensure_ascii=False) + "\n")
                    counts.add(line)
            known.keep()  # once the answers are there to be read, not before
    except LineRefused as error:
        refuse(f"{file}: {error}", REFUSED)
    except KnownAnswersError as error:
        refuse(str(error), FILE)
    return counts


class _NoRegister:
    """A clinic that asks the terminal alone has no register, and so nothing in it that needs the site key."""

    def needs_site_key(self) -> bool:
        return False


def _site_key(settings: Settings) -> bytes:
    files = files_of(settings.database)
    registry: UsesSiteKey = _NoRegister()
    if settings.site_key_path.exists() or (files and not any(path.exists() for path in files)):
        return site_key_for(settings, registry)
    try:
        with closing(Registry.at(settings.database)) as registry:
            return site_key_for(settings, registry)
    except RegistryError as error:
        refuse(str(error), DATABASE)
