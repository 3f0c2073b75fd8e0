"""Files of `kiosk registry`: member files in and out, bad lines, certificates."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from kiosk.cli.bars import tracked, waiting
from kiosk.cli.register import opened_input, private_output
from kiosk.eligibility import (
    MEMBER_FILE,
    BadLine,
    Decoder,
    FileColumns,
    FileEncoding,
    ImportReport,
    ImportRules,
    Registry,
    Source,
    read_parts,
    write_rows,
    write_spreadsheet,
)
from kiosk.spreadsheet import SpreadsheetWriter

__all__ = ["FileOptions", "export_members", "import_members"]

Step = TypeVar("Step")


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How a file about members is read.

    Attributes:
        file: its path; `-` for standard input.
        valid_from: the day (Asia/Tokyo) from which its data hold.
        skip_bad: where bad lines go (`-`: standard output); None: one refuses the file.
        encoding: `auto`, `utf-8` or `cp932`.
        preview: whether nothing is written into the register.
        columns: the columns of its kind.

    """

    file: str
    valid_from: date
    skip_bad: Path | None
    encoding: str
    preview: bool
    columns: FileColumns = MEMBER_FILE


def import_members(registry: Registry, options: FileOptions, rules: ImportRules) -> ImportReport:
    """Import a file about members.

    Raises:
        DataRefused: the header, or a line when `skip_bad` is None, or the whole change; nothing was written.
        RegistryError: the database cannot serve; nothing was written.
        OSError: a file cannot be read or written; nothing was written.

    """
    from kiosk.documents import what_is_writable

    digest, decoder = hashlib.sha256(), Decoder(FileEncoding(options.encoding))
    name = hashlib.sha256(Path(options.file).name.encode("utf-8", "surrogateescape")).hexdigest()
    source = Source(datetime.now(UTC), options.valid_from, name, digest.hexdigest, decoder.in_words)
    bad_lines = _bad_lines(options.skip_bad) if options.skip_bad else None
    with (
        opened_input(options.file, "import") as stream,
        closing(read_parts(stream, digest.update, decoder, options.columns, what_is_writable())) as parts,
    ):
        return registry.import_parts(
            parts, source, bad_lines=bad_lines, rules=rules, preview=options.preview, shown=_merging, waiting=waiting
        )


def _merging(steps: list[Step]) -> Iterable[Step]:
    """Show the steps that follow on the reading of the file."""
    return tracked(steps, lambda: len(steps), "merge")


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
