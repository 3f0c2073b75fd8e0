"""Taking a member file into the register: a chunk of lines at a time, in one transaction, in constant memory.

What is the same writes no version: only the member's `confirmed_batch_id` moves, because a file that says the same
again renews the feed's word (decision.md, `feed_valid_days`). It also marks whom this file already named, so a key
that stands twice in one file is found without keeping the keys; the second line is the bad one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from kiosk.eligibility.columns import KEY_COLUMNS, NAMES
from kiosk.eligibility.csv_io import Row
from kiosk.eligibility.errors import BadLine, ImportRefused
from kiosk.eligibility.schema import DETAILS, IS_CURRENT, import_batch, member, member_version

REPORTED = 20
"""How many bad lines an ImportRefused names; all of them are counted."""

_CHUNK = 1_000
_DETAIL_NAMES = NAMES[KEY_COLUMNS:]
_KEY_NAMES = NAMES[:KEY_COLUMNS]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file came from.

    Attributes:
        recorded_at: the instant of the import (UTC).
        valid_from: the day (Asia/Tokyo) from which its data hold.
        file_name_sha256: hex digest of the file's name; its name itself may tell something.
        content_sha256: called when the file has been read to its end; hex digest of its bytes.

    """

    recorded_at: datetime
    valid_from: date
    file_name_sha256: str
    content_sha256: Callable[[], str]


@dataclass(slots=True)
class ImportReport:
    """How many lines did what."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0

    def to_json(self) -> dict[str, int]:
        """The object of interfaces.md (`kiosk registry import`)."""
        return {
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
        }


@dataclass(slots=True)
class _Known:
    member_id: int
    confirmed_batch_id: int
    version: int
    details: tuple[Any, ...]


@dataclass(slots=True)
class Import:
    """One file on its way into the register; `take` is called once.

    Args:
        connection: a writing transaction.
        source: where the lines come from.
        on_bad: gets every bad line, which is then left out; None: any bad line refuses the whole file.

    """

    connection: Connection
    source: Source
    on_bad: Callable[[BadLine], object] | None = None
    report: ImportReport = field(default_factory=ImportReport)
    _first_bad: list[BadLine] = field(default_factory=list)
    _batch_id: int = 0

    def take(self, lines: Iterable[Row | BadLine]) -> ImportReport:
        """Write what is new or changed.

        Raises:
            ImportRefused: a line was bad and `on_bad` is None; the caller must undo the transaction.

        """
        self._batch_id = self._open_batch()
        for chunk in _chunks(lines):
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

    def _take_chunk(self, chunk: Sequence[Row | BadLine]) -> None:
        rows, bad = _sorted_out(chunk)
        known = self._known(rows.keys())
        named_before = [key for key, found in known.items() if found.confirmed_batch_id == self._batch_id]
        bad += [_repeated(rows.pop(key)) for key in named_before]
        for line in sorted(bad, key=attrgetter("line")):
            self._refuse(line)
        self._write(rows, known)

    def _write(self, rows: Mapping[str, Row], known: Mapping[str, _Known]) -> None:
        new = [row for key, row in rows.items() if key not in known]
        changed = [row for key, row in rows.items() if key in known and known[key].details != _details(row)]
        self._write_members(new)
        self._write_versions([(known[_key(row)].member_id, known[_key(row)].version + 1, row) for row in changed])
        self._confirm([known[key].member_id for key in rows if key in known])
        self.report.inserted += len(new)
        self.report.updated += len(changed)
        self.report.unchanged += len(rows) - len(new) - len(changed)

    def _known(self, keys: Iterable[str]) -> dict[str, _Known]:
        found = self.connection.execute(_CURRENT, {"references": list(keys)})
        return {row[0]: _Known(row[1], row[2], row[3], tuple(row[4:])) for row in found}

    def _write_members(self, rows: Sequence[Row]) -> None:
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
        self._write_versions([(ids[_key(row)], 1, row) for row in rows])

    def _write_versions(self, versions: Sequence[tuple[int, int, Row]]) -> None:
        if not versions:
            return
        common = {
            "batch_id": self._batch_id,
            "recorded_at": self.source.recorded_at,
            "valid_from": self.source.valid_from,
        }
        self.connection.execute(
            insert(member_version),
            [
                {"member_id": id_, "version": number, **dict(zip(_DETAIL_NAMES, _details(row), strict=True)), **common}
                for id_, number, row in versions
            ],
        )

    def _confirm(self, ids: Sequence[int]) -> None:
        if ids:
            self.connection.execute(_CONFIRM, {"ids": list(ids), "batch": self._batch_id})


_CURRENT = (
    select(member.c.reference, member.c.id, member.c.confirmed_batch_id, member_version.c.version, *DETAILS)
    .join_from(member, member_version, IS_CURRENT)
    .where(member.c.reference.in_(bindparam("references", expanding=True)))
)
_CONFIRM = (
    update(member)
    .where(member.c.id.in_(bindparam("ids", expanding=True)))
    .values(confirmed_batch_id=bindparam("batch"))
)


def _chunks(lines: Iterable[Row | BadLine]) -> Iterator[list[Row | BadLine]]:
    ahead = iter(lines)
    while chunk := list(islice(ahead, _CHUNK)):
        yield chunk


def _sorted_out(chunk: Sequence[Row | BadLine]) -> tuple[dict[str, Row], list[BadLine]]:
    """The good lines by key, the first of each; and the rest."""
    rows: dict[str, Row] = {}
    bad: list[BadLine] = []
    for line in chunk:
        if isinstance(line, BadLine):
            bad.append(line)
        elif rows.setdefault(_key(line), line) is not line:
            bad.append(_repeated(line))
    return rows, bad


def _key(row: Row) -> str:
    return str(row.key)


def _details(row: Row) -> tuple[Any, ...]:
    return row.values[KEY_COLUMNS:]


def _repeated(row: Row) -> BadLine:
    return BadLine(row.line, None, "names a member that an earlier line of this file names", row.text)
