"""Importing a member file: a chunk of lines at a time, in one transaction, in constant memory.

A line that changes nothing writes no version. It only sets the member's `confirmed_batch_id`, because a file that says
the same again makes the insurer's data newer (docs/decision.md, `feed_valid_days`). That column also shows that this
file has named the member before, so a repeated key is found without keeping all keys in memory; the second line is bad.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from kiosk.eligibility.columns import KEY_COLUMNS, NAMES
from kiosk.eligibility.csv_io import CsvRow
from kiosk.eligibility.errors import BadLine, ImportRefused
from kiosk.store.chunks import chunks
from kiosk.store.issued import with_issued
from kiosk.store.schema import import_batch, member
from kiosk.store.versions import CurrentVersion, NewVersion, current_versions, write_versions

REPORTED = 20
"""How many bad lines an ImportRefused names. All of them are counted."""

_KEY_NAMES = NAMES[:KEY_COLUMNS]


@dataclass(frozen=True, slots=True)
class Source:
    """The origin of a member file.

    Attributes:
        recorded_at: the instant of the import (UTC).
        valid_from: the day (Asia/Tokyo) from which its data hold.
        file_name_sha256: hex digest of the file's name; the name itself could reveal something.
        content_sha256: returns the hex digest of the file's bytes; called after the file has been read to its end.

    """

    recorded_at: datetime
    valid_from: date
    file_name_sha256: str
    content_sha256: Callable[[], str]


@dataclass(slots=True)
class ImportReport:
    """How many lines were inserted, updated, unchanged or refused."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0

    def to_json(self) -> dict[str, int]:
        """Return the object that `kiosk registry import --json` prints (docs/formats.md)."""
        return {
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
        }


@dataclass(slots=True)
class Import:
    """The import of one file; call `run` once.

    Args:
        connection: a writing transaction.
        source: the origin of the lines.
        on_bad: called with every bad line, which is then left out. None: one bad line refuses the whole file.

    """

    connection: Connection
    source: Source
    on_bad: Callable[[BadLine], object] | None = None
    report: ImportReport = field(default_factory=ImportReport)
    _first_bad: list[BadLine] = field(default_factory=list)
    _batch_id: int = 0

    def run(self, lines: Iterable[CsvRow | BadLine]) -> ImportReport:
        """Write what is new or changed.

        Raises:
            ImportRefused: a line is bad and `on_bad` is None. The caller must roll back the transaction.

        """
        self._batch_id = self._open_batch()
        for chunk in chunks(lines):
            self._take_chunk(chunk)
        if self._first_bad:
            raise ImportRefused(self.report.refused, tuple(self._first_bad))
        self._close_batch()
        return self.report

    def _open_batch(self) -> int:
        values = {
            "recorded_at": self.source.recorded_at,
            "valid_from": self.source.valid_from,
            "file_name_sha256": self.source.file_name_sha256,
            "content_sha256": "",
            **self.report.to_json(),
        }
        made = self.connection.execute(insert(import_batch).values(values).returning(import_batch.c.id))
        return int(made.scalar_one())

    def _close_batch(self) -> None:
        done = {"content_sha256": self.source.content_sha256(), **self.report.to_json()}
        self.connection.execute(update(import_batch).where(import_batch.c.id == self._batch_id).values(done))

    def _refuse(self, line: BadLine) -> None:
        self.report.refused += 1
        if self.on_bad is not None:
            self.on_bad(line)
        elif len(self._first_bad) < REPORTED:
            self._first_bad.append(line)

    def _take_chunk(self, chunk: Sequence[CsvRow | BadLine]) -> None:
        rows, bad = _sorted_out(chunk)
        known = current_versions(self.connection, rows.keys())
        named_before = [key for key, found in known.items() if found.confirmed_batch_id == self._batch_id]
        bad += [_repeated(rows.pop(key)) for key in named_before]
        for line in sorted(bad, key=attrgetter("line")):
            self._refuse(line)
        completed = {key: row.completed(known[key].details if key in known else None) for key, row in rows.items()}
        self._write(self._with_issued(completed, known), known)

    def _with_issued(self, rows: Mapping[str, CsvRow], known: Mapping[str, CurrentVersion]) -> dict[str, CsvRow]:
        in_file = {key: _details(row) for key, row in rows.items() if key in known}
        corrected = with_issued(self.connection, in_file, known, self._batch_id)
        return {key: row.with_details(corrected[key]) if key in corrected else row for key, row in rows.items()}

    def _write(self, rows: Mapping[str, CsvRow], known: Mapping[str, CurrentVersion]) -> None:
        new = [row for key, row in rows.items() if key not in known]
        changed = [row for key, row in rows.items() if key in known and known[key].details != _details(row)]
        self._write_members(new)
        self._write_versions([known[_key(row)].next(_details(row), self._batch_id) for row in changed])
        self._confirm([known[key].member_id for key in rows if key in known])
        self.report.inserted += len(new)
        self.report.updated += len(changed)
        self.report.unchanged += len(rows) - len(new) - len(changed)

    def _write_members(self, rows: Sequence[CsvRow]) -> None:
        if not rows:
            return
        values = [
            {
                "reference": _key(row),
                **dict(zip(_KEY_NAMES, row.values[:KEY_COLUMNS], strict=True)),
                "confirmed_batch_id": self._batch_id,
            }
            for row in rows
        ]
        made = self.connection.execute(insert(member).returning(member.c.reference, member.c.id), values)
        ids = {reference: id_ for reference, id_ in made}
        self._write_versions([NewVersion(ids[_key(row)], 1, self._batch_id, _details(row)) for row in rows])

    def _write_versions(self, versions: Sequence[NewVersion]) -> None:
        write_versions(self.connection, versions, self.source.recorded_at, self.source.valid_from)

    def _confirm(self, ids: Sequence[int]) -> None:
        if ids:
            self.connection.execute(_CONFIRM, {"ids": list(ids), "batch": self._batch_id})


_CONFIRM = (
    update(member)
    .where(member.c.id.in_(bindparam("ids", expanding=True)))
    .values(confirmed_batch_id=bindparam("batch"))
)


def _sorted_out(chunk: Sequence[CsvRow | BadLine]) -> tuple[dict[str, CsvRow], list[BadLine]]:
    """Return the first good line of each key, and all other lines."""
    rows: dict[str, CsvRow] = {}
    bad: list[BadLine] = []
    for line in chunk:
        if isinstance(line, BadLine):
            bad.append(line)
        elif rows.setdefault(_key(line), line) is not line:
            bad.append(_repeated(line))
    return rows, bad


def _key(row: CsvRow) -> str:
    return str(row.key)


def _details(row: CsvRow) -> tuple[Any, ...]:
    return row.values[KEY_COLUMNS:]


def _repeated(row: CsvRow) -> BadLine:
    return BadLine(row.line, None, "is about a member that an earlier line of this file is about", row.text)
