"""The file of finished visits: SQLite in WAL mode. Who a visit was about is sealed under the site key.

Each method takes one lock, so it may be called from any thread; it blocks for as long as the disk takes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final

from kiosk.identity import Sealer
from kiosk.results.errors import ResultsUnavailable
from kiosk.results.finished import Backlog, EndedVisit, FinishedVisit
from kiosk.results.named_member import NamedMember

__all__ = ["EVENTS_A_RUN", "ResultFile"]

EVENTS_A_RUN: Final = 100_000_000
"""Identifiers of events that are set aside for one run of the service."""

_LABEL: Final = "kiosk finished visit 1"
_BUSY_SECONDS: Final = 5.0
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS visits (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    visit TEXT NOT NULL UNIQUE,
    at REAL NOT NULL,
    event INTEGER NOT NULL,
    body BLOB NOT NULL,
    person BLOB
);
CREATE INDEX IF NOT EXISTS visits_by_time ON visits (at);
CREATE TABLE IF NOT EXISTS runs (run INTEGER PRIMARY KEY AUTOINCREMENT);
CREATE TABLE IF NOT EXISTS consumers (consumer TEXT PRIMARY KEY, sequence INTEGER NOT NULL);
"""
_ENROL: Final = """
INSERT OR IGNORE INTO consumers SELECT ?, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'visits'), 0)
"""
_ADVANCE: Final = """
INSERT INTO consumers VALUES (?, ?) ON CONFLICT DO UPDATE SET sequence = max(sequence, excluded.sequence)
"""
_DONE: Final = "coalesce((SELECT sequence FROM consumers WHERE consumer = ?), 0)"
"""A file that took the place of another one in a run knows no consumer: each of its visits is new to them."""

_COLUMNS: Final = "sequence, visit, at, event, body, person"
_Row = tuple[int, str, float, int, bytes, bytes | None]


class ResultFile:
    """The file at ``path``. Its methods raise ResultsUnavailable; after that it is opened anew with the next call."""

    def __init__(self, path: Path, site_key: bytes) -> None:
        """Prepare; the disk is touched by the other methods alone.

        Raises:
            ValueError: The site key has a wrong size.

        """
        self._path, self._sealer = path, Sealer(site_key, _LABEL)
        self._connection: sqlite3.Connection | None = None
        self._parts: tuple[int, ...] = ()
        self._run = 0
        self._lock = Lock()

    def begin_run(self, consumers: Iterable[str] = ()) -> int:
        """Return the first of the EVENTS_A_RUN identifiers of events that are this run's.

        A consumer that the file does not know yet begins after the visits that are there.
        """
        with self._opened() as connection:
            connection.executemany(_ENROL, [(consumer,) for consumer in consumers])
            run = connection.execute("INSERT INTO runs DEFAULT VALUES").lastrowid or 1
            connection.execute("DELETE FROM runs WHERE run < ?", (run,))
        self._run = run
        return (run - 1) * EVENTS_A_RUN + 1

    def write(self, ended: Iterable[EndedVisit]) -> None:
        """Write visits in their order, all or none; when this returns they outlast a kill and a power cut.

        One that is there already is not written again.
        """
        rows = [(each.visit, each.at.timestamp(), each.event, each.body, self._sealed(each)) for each in ended]
        with self._opened() as connection:
            into = "INSERT OR IGNORE INTO visits (visit, at, event, body, person) VALUES (?, ?, ?, ?, ?)"
            connection.executemany(into, rows)

    def erase(self, before: datetime, consumers: Iterable[str] = ()) -> dict[str, int]:
        """Erase the visits that ended before an instant; return how many of them each consumer had not done."""
        with self._opened() as connection:
            late = f"SELECT count(*) FROM visits WHERE at < ? AND sequence > {_DONE}"  # noqa: S608 (our own)
            lost = {each: connection.execute(late, (before.timestamp(), each)).fetchone()[0] for each in consumers}
            connection.execute("DELETE FROM visits WHERE at < ?", (before.timestamp(),))
        return {consumer: count for consumer, count in lost.items() if count}

    def find(self, visit: str) -> FinishedVisit | None:
        """Return the visit with this identifier; None if there is none."""
        return next(iter(self._select("visit = ?", visit)), None)

    def following(self, sequence: int, limit: int) -> list[FinishedVisit]:
        """Return at most ``limit`` visits after the one with that sequence, in their order; 0 for the first."""
        return self._select("sequence > ? ORDER BY sequence LIMIT ?", sequence, limit)

    def waiting(self, consumer: str, limit: int) -> list[FinishedVisit]:
        """Return at most ``limit`` visits that a consumer has not done, in their order."""
        return self._select(f"sequence > {_DONE} ORDER BY sequence LIMIT ?", consumer, limit)

    def backlog(self, consumer: str) -> Backlog:
        """Return how many visits a consumer has not done, and when the first of them ended."""
        with self._opened() as connection:
            asked = f"SELECT count(*), min(at) FROM visits WHERE sequence > {_DONE}"  # noqa: S608 (our own)
            count, oldest = connection.execute(asked, (consumer,)).fetchone()
        return Backlog(count, datetime.fromtimestamp(oldest, UTC) if count else None)

    def advance(self, consumer: str, sequence: int) -> None:
        """Keep that a consumer has done the visits up to this one; when this returns it outlasts a power cut."""
        with self._opened() as connection:
            connection.execute(_ADVANCE, (consumer, sequence))

    def since(self, instant: datetime, limit: int) -> list[FinishedVisit]:
        """Return at most ``limit`` visits that ended at an instant or later, in their order."""
        # Left to itself, SQLite looks for the least sequence through the whole table.
        first = "sequence >= (SELECT min(sequence) FROM visits INDEXED BY visits_by_time WHERE at >= ?)"
        at = instant.timestamp()
        return self._select(f"{first} AND at >= ? ORDER BY sequence LIMIT ?", at, at, limit)

    def after_event(self, event: int, limit: int) -> list[FinishedVisit]:
        """Return the last ``limit`` visits that ended with a later event than this one, in their order."""
        return self._select("event > ? ORDER BY sequence DESC LIMIT ?", event, limit)[::-1]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._close()

    def _select(self, condition: str, *values: object) -> list[FinishedVisit]:
        with self._opened() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM visits WHERE {condition}", values)  # noqa: S608 (our own)
            return [self._visit(row) for row in rows]

    def _sealed(self, ended: EndedVisit) -> bytes | None:
        return self._sealer.seal(ended.visit, ended.person.to_bytes()) if ended.person else None

    def _visit(self, row: _Row) -> FinishedVisit:
        sequence, visit, at, event, body, sealed = row
        content = self._sealer.opened(visit, sealed) if sealed else None
        person = NamedMember.of_bytes(content) if content else None
        return FinishedVisit(visit, datetime.fromtimestamp(at, UTC), event, body, person, sequence=sequence)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Give a transaction, which is committed at the end of the block."""
        with self._lock:
            try:
                connection = self._connect()
                with connection:
                    yield connection
            except (sqlite3.Error, OSError, ValueError) as error:
                self._close()
                raise ResultsUnavailable(_reason(self._path, error)) from error

    def _connect(self) -> sqlite3.Connection:
        """Return the connection. A file that was put away, or another one in its place, is opened anew."""
        if self._connection is not None and not self._is_there():
            self._close()
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _is_there(self) -> bool:
        """Return whether file and log are those that were opened: what is written into one put away is lost."""
        try:
            return self._inodes() == self._parts
        except FileNotFoundError:
            return False

    def _inodes(self) -> tuple[int, ...]:
        log = self._path.with_name(f"{self._path.name}-wal")
        return self._path.stat().st_ino, log.stat().st_ino

    def _open(self) -> sqlite3.Connection:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(self._path, flags, 0o600)
        os.close(descriptor)
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.executescript(_SCHEMA)
            self._keep_run(connection)
            self._parts = self._inodes()
        except (sqlite3.Error, OSError):
            connection.close()
            raise
        return connection

    def _keep_run(self, connection: sqlite3.Connection) -> None:
        """Have a file that took the place of another one in this run know it, so that the next run has later events."""
        if self._run:
            with connection:
                connection.execute("INSERT OR IGNORE INTO runs VALUES (?)", (self._run,))

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _reason(path: Path, error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) else str(error)
    return f"{path}: {said or type(error).__qualname__}"
