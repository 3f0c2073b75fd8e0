"""Importing a file about members: a chunk of lines at a time, in one transaction, in constant memory.

A line that changes nothing writes no version. It only sets the member's `confirmed_batch_id`, because a file that says
the same again makes the insurer's data newer (docs/decision.md, `feed_valid_days`). `named_batch_id` shows that this
file has named the member before, so a repeated key is found without keeping all keys in memory; the second line is bad.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from kiosk.eligibility.columns import KEY_COLUMNS, NAMES
from kiosk.eligibility.csv_io import CsvRow
from kiosk.eligibility.doubtful import CharacterCheck
from kiosk.eligibility.encodings import Decoder, FileEncoding
from kiosk.eligibility.errors import BadLine, ImportRefused, LargeChange
from kiosk.eligibility.import_report import ImportReport
from kiosk.eligibility.kept_reports import without_keys
from kiosk.eligibility.older_files import refuse_older_file
from kiosk.eligibility.twins import SpelledTwice, Twins, key_of, settled, sorted_keys
from kiosk.store.chunks import chunks
from kiosk.store.issued import with_issued
from kiosk.store.schema import IS_CURRENT, MEMBERS, import_batch, member, member_version
from kiosk.store.versions import (
    CurrentVersion,
    NewVersion,
    current_versions,
    current_versions_by_canonical_key,
    write_versions,
)

REPORTED = 20
"""How many bad lines an ImportRefused names. All of them are counted."""

GUARDED_MEMBERS = 100
"""From how many members on a register is guarded against a file that changes too many of them."""

_KEY_NAMES = NAMES[:KEY_COLUMNS]


@dataclass(frozen=True, slots=True)
class Source:
    """The origin of a member file.

    Attributes:
        recorded_at: the instant of the import (UTC).
        valid_from: the day (Asia/Tokyo) from which its data hold.
        file_name_sha256: hex digest of the file's name; the name itself could reveal something.
        content_sha256: returns the hex digest of the file's bytes; called after the file has been read to its end.
        encoding: returns the file's encoding; called after the file has been read to its end.
        characters: looks at the characters of its lines; None: nothing does.

    """

    recorded_at: datetime
    valid_from: date
    file_name_sha256: str
    content_sha256: Callable[[], str]
    encoding: Callable[[], FileEncoding] = Decoder(FileEncoding.UTF_8).in_words
    characters: CharacterCheck | None = None


@dataclass(frozen=True, slots=True)
class ImportRules:
    """What a file may do.

    Attributes:
        kind: MEMBERS, or a kind of feed, which changes members and brings none.
        confirms: whether the file makes the insurer's data about a member newer.
        complete: whether the file names everybody who is insured.
        most_changed: how many percent of the members it may change; None: all of them.
        older: whether it may hold from an earlier day than a file of its kind that was taken already.

    """

    kind: str = MEMBERS
    confirms: bool = True
    complete: bool = False
    most_changed: int | None = None
    older: bool = True


EVERY_CHANGE = ImportRules()
"""The rules of a member file that may change everybody."""


@dataclass(slots=True)
class Import:
    """The import of one file; call `run` once.

    Args:
        connection: a writing transaction.
        source: the origin of the lines.
        on_bad: called with every bad line, which is then left out. None: one bad line refuses the whole file.
        rules: what the file may do.

    """

    connection: Connection
    source: Source
    on_bad: Callable[[BadLine], object] | None = None
    rules: ImportRules = EVERY_CHANGE
    report: ImportReport = field(default_factory=ImportReport)
    _first_bad: list[BadLine] = field(default_factory=list)
    _twins: Twins = field(default_factory=dict)

    def run(self, lines: Iterable[CsvRow | BadLine]) -> ImportReport:
        """Write what is new or changed.

        Raises:
            ImportRefused: a line is bad and `on_bad` is None. The caller must roll back the transaction.
            ChangeRefused: the file changes more than it may, or is an older one. The caller must roll back.

        """
        self._twins = settled(self.connection)
        self.report.members_before = self.connection.execute(select(func.count(member.c.id))).scalar_one()
        self._open_batch()
        looked_at = self.source.characters.rows(lines) if self.source.characters else lines
        for chunk in chunks(looked_at):
            self._take_chunk(chunk)
        if self._first_bad:
            raise ImportRefused(self.report.refused, tuple(self._first_bad))
        if self.rules.complete:
            self._find_missing()
        self._refuse_large_change()
        if not self.rules.older:
            refuse_older_file(self.connection, self.rules.kind, self.source.valid_from, self.report)
        self._close_batch()
        return self.report

    def _open_batch(self) -> None:
        values = {
            "recorded_at": self.source.recorded_at,
            "valid_from": self.source.valid_from,
            "file_name_sha256": self.source.file_name_sha256,
            "content_sha256": "",
            "kind": self.rules.kind,
            **self.report.counts(),
        }
        made = self.connection.execute(insert(import_batch).values(values).returning(import_batch.c.id))
        self.report.batch = int(made.scalar_one())

    def _close_batch(self) -> None:
        self.report.encoding = str(self.source.encoding())
        if (seen := self.source.characters) is not None:
            self.report.doubtful, self.report.characters = seen.count, seen.first
        done = {
            "content_sha256": self.source.content_sha256(),
            "encoding": self.report.encoding,
            "report": json.dumps(without_keys(self.connection, self.report.to_json()), ensure_ascii=False),
            **self.report.counts(),
        }
        self.connection.execute(update(import_batch).where(import_batch.c.id == self.report.batch).values(done))

    def _find_missing(self) -> None:
        self.report.gone = 0
        asked = {"batch": self.report.batch, "day": self.source.valid_from}
        for (key,) in self.connection.execute(_MISSING, asked):
            self.report.add_gone(key)

    def _refuse_large_change(self) -> None:
        most, report = self.rules.most_changed, self.report
        if most is not None and report.members_before >= GUARDED_MEMBERS and report.share_changed > most:
            raise LargeChange(report.updated + (report.gone or 0), report.members_before, most, report)

    def _refuse(self, line: BadLine) -> None:
        self.report.refused += 1
        if self.on_bad is not None:
            self.on_bad(line)
        elif len(self._first_bad) < REPORTED:
            self._first_bad.append(line)

    def _take_chunk(self, chunk: Sequence[CsvRow | BadLine]) -> None:
        rows, bad = self._sorted_out(chunk)
        known = self._known(rows)
        completed: dict[str, CsvRow] = {}
        for key, row in rows.items():
            if (fault := self._fault(row, known.get(key))) is not None:
                bad.append(fault)
            else:
                completed[key] = row.completed(known[key].details if key in known else None)
        if self.rules.kind != MEMBERS:  # the lines of a member file are whole, and were looked at when they were read
            bad += [completed.pop(key).as_bad_line() for key in list(completed) if completed[key].fault is not None]
        for line in sorted(bad, key=attrgetter("line")):
            self._refuse(line)
        self._write(self._with_issued(completed, known), known)

    def _sorted_out(self, chunk: Sequence[CsvRow | BadLine]) -> tuple[dict[str, CsvRow], list[BadLine]]:
        """Return the first good line of each key, and all other lines."""
        rows: dict[str, CsvRow] = {}
        bad: list[BadLine] = []
        for line in chunk:
            if isinstance(line, BadLine):
                bad.append(line)
                continue
            try:
                if rows.setdefault(key_of(line.key, self._twins), line) is not line:
                    bad.append(_repeated(line))
            except SpelledTwice as error:
                bad.append(BadLine(line.line, "number", str(error), line.text))
        return rows, bad

    def _known(self, rows: Iterable[str]) -> dict[str, CurrentVersion]:
        keys, as_given = sorted_keys(rows, self._twins)
        known = current_versions_by_canonical_key(self.connection, keys)
        return known | current_versions(self.connection, as_given) if as_given else known

    def _fault(self, row: CsvRow, known: CurrentVersion | None) -> BadLine | None:
        if known is None:
            brings_none = self.rules.kind != MEMBERS
            unknown = "is about a member whom the register does not have"
            return BadLine(row.line, None, unknown, row.text) if brings_none else None
        return _repeated(row) if known.named_batch_id == self.report.batch else None

    def _with_issued(self, rows: Mapping[str, CsvRow], known: Mapping[str, CurrentVersion]) -> dict[str, CsvRow]:
        """Correct a member file for documents that it does not know yet; a feed says what it means."""
        if self.rules.kind != MEMBERS:
            return dict(rows)
        in_file = {key: _details(row) for key, row in rows.items() if key in known}
        corrected = with_issued(self.connection, in_file, known, self.report.batch)
        return {key: row.with_details(corrected[key]) if key in corrected else row for key, row in rows.items()}

    def _write(self, rows: Mapping[str, CsvRow], known: Mapping[str, CurrentVersion]) -> None:
        new = {key: row for key, row in rows.items() if key not in known}
        changed = {key: row for key, row in rows.items() if key in known and known[key].details != _details(row)}
        self._write_members(new)
        self._write_versions([known[key].next(_details(row), self.report.batch) for key, row in changed.items()])
        self._name([known[key].member_id for key in rows if key in known])
        for row in new.values():
            self.report.add_new(str(row.key))
        for key, row in changed.items():
            self.report.add_changed(str(row.key), known[key].details, _details(row))
        self.report.unchanged += len(rows) - len(new) - len(changed)

    def _write_members(self, rows: Mapping[str, CsvRow]) -> None:
        if not rows:
            return
        values = [
            {
                "reference": str(row.key),
                "canonical_key": key,
                **dict(zip(_KEY_NAMES, row.values[:KEY_COLUMNS], strict=True)),
                "confirmed_batch_id": self.report.batch,
                "named_batch_id": self.report.batch,
            }
            for key, row in rows.items()
        ]
        made = self.connection.execute(insert(member).returning(member.c.canonical_key, member.c.id), values)
        ids = {key: id_ for key, id_ in made}
        self._write_versions([NewVersion(ids[key], 1, self.report.batch, _details(row)) for key, row in rows.items()])

    def _write_versions(self, versions: Sequence[NewVersion]) -> None:
        write_versions(self.connection, versions, self.source.recorded_at, self.source.valid_from)

    def _name(self, ids: Sequence[int]) -> None:
        if ids:
            statement = _CONFIRM if self.rules.confirms else _NAME
            self.connection.execute(statement, {"ids": list(ids), "batch": self.report.batch})


_THESE = member.c.id.in_(bindparam("ids", expanding=True))
_NAME = update(member).where(_THESE).values(named_batch_id=bindparam("batch"))
_CONFIRM = _NAME.values(confirmed_before_id=member.c.confirmed_batch_id, confirmed_batch_id=bindparam("batch"))
_MISSING = (
    select(member.c.reference)
    .join_from(member, member_version, IS_CURRENT)
    .where(or_(member.c.named_batch_id.is_(None), member.c.named_batch_id != bindparam("batch")))
    .where(or_(member_version.c.lost_on.is_(None), member_version.c.lost_on > bindparam("day")))
    .order_by(member.c.reference)
)


def _details(row: CsvRow) -> tuple[Any, ...]:
    return row.values[KEY_COLUMNS:]


def _repeated(row: CsvRow) -> BadLine:
    return BadLine(row.line, None, "is about a member that an earlier line of this file is about", row.text)
