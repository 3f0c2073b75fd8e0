"""Files of `kiosk registry`: member files in and out, bad lines, certificates."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kiosk.cli.answers import tracked
from kiosk.cli.register import opened_input, private_output
from kiosk.eligibility import BadLine, ImportReport, Registry, Source, read_rows, write_rows, write_spreadsheet
from kiosk.spreadsheet import SpreadsheetWriter

__all__ = ["export_members", "import_members"]


def import_members(registry: Registry, file: str, valid_from: date, skip_bad: Path | None) -> ImportReport:
    """Import `file` (`-`: standard input); with `skip_bad` (`-`: standard output) the bad lines go there.

    Raises:
        DataRefused: the header, or a line when `skip_bad` is None; nothing was written.
        RegistryError: the database cannot serve; nothing was written.
        OSError: a file cannot be read or written; nothing was written.

    """
    digest = hashlib.sha256()
    name = hashlib.sha256(Path(file).name.encode("utf-8", "surrogateescape")).hexdigest()
    source = Source(datetime.now(UTC), valid_from, name, digest.hexdigest)
    bad_lines = _bad_lines(skip_bad) if skip_bad else None
    with opened_input(file, "import") as stream:
        return registry.import_members(read_rows(stream, digest.update), source, bad_lines=bad_lines)


def export_members(registry: Registry, file: str, *, for_spreadsheet: bool) -> int:
    """Write every member to `file` (`-`: standard output), whole or not at all; returns how many there were.

    `for_spreadsheet` makes it one for people, which is not read again.

    Raises:
        RegistryError: the database cannot serve.
        OSError: the file cannot be written.

    """
    with private_output(file) as stream:
        return (write_spreadsheet if for_spreadsheet else write_rows)(stream, _counted(registry))


def _counted(registry: Registry) -> Iterable[tuple[Any, ...]]:
    return tracked(registry.rows(), lambda: registry.stats(date.min).members, "export")


@contextmanager
def _bad_lines(path: Path) -> Iterator[Callable[[BadLine], None]]:
    """Open a CSV file of bad lines: number, column, reason, and the line as it was (empty: it held a マイナンバー).

    It is for the person who mends the member file, most likely in a spreadsheet.
    """
    with private_output(path) as stream:
        writer = SpreadsheetWriter(stream)
        writer.writerow(("line", "column", "reason", "text"))
        yield lambda bad: writer.writerow((str(bad.line), bad.column or "", bad.message, bad.text))
