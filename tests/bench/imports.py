"""Imports of 100,000 members (KIOSK_BENCH_MEMBERS: another number): new, unchanged again, one in twenty changed.

The raw driver's share is what the same run spends inside the driver with the same SQL: the lines into their table, and
the statements that merge them. Meanwhile other processes read and check the file; their seconds are in the CPU column.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from sqlalchemy import Connection, event

from kiosk.documents import is_writable
from kiosk.eligibility import MEMBER_FILE, Decoder, Registry, Source, read_parts, staged_lines
from kiosk.store.staging import StoredValue, add_lines
from tests.bench.figures import show
from tests.bench.member_file import file_with
from tests.postgresql import Cluster

__all__ = ["run"]

Rows = Iterator[tuple[str, ...]]

MEMBERS = int(os.environ.get("KIOSK_BENCH_MEMBERS", "100000"))
GOALS = {
    ("new", "SQLite"): "≥ 25,000 rows/s",
    ("new", "PostgreSQL"): "≥ 20,000 rows/s",
    ("unchanged again", "PostgreSQL"): "≥ 27,000 rows/s",
    ("5 % changed", "PostgreSQL"): "≥ 27,000 rows/s",
}
"""The last two are 400,000 in 15 s."""


@dataclass(slots=True)
class _Driver:
    """The seconds that are spent inside the driver."""

    seconds: float = 0.0
    begun: float = 0.0

    def begin(self, *_: object) -> None:
        self.begun = time.perf_counter()

    def end(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self.begun

    def add_lines(self, connection: Connection, lines: Sequence[Sequence[StoredValue]]) -> None:
        self.begin()
        add_lines(connection, lines)
        self.end()


@contextmanager
def _watched(registry: Registry) -> Iterator[_Driver]:
    driver = _Driver()
    listeners = {"before_cursor_execute": driver.begin, "after_cursor_execute": driver.end}
    for name, listener in listeners.items():
        event.listen(registry.engine, name, listener)
    with mock.patch.object(staged_lines, "add_lines", driver.add_lines):
        yield driver
    for name, listener in listeners.items():
        event.remove(registry.engine, name, listener)


def _import(registry: Registry, file: Path) -> None:
    now, digest = datetime.now(UTC), hashlib.sha256()
    decoder = Decoder()
    source = Source(now, now.date(), "a" * 64, digest.hexdigest, decoder.in_words)
    with (
        file.open("rb") as stream,
        closing(read_parts(stream, digest.update, decoder, MEMBER_FILE, is_writable)) as parts,
    ):
        registry.import_parts(parts, source)


def _own_cpu() -> float:
    """Return the seconds of this process and of those that it has started and that have ended."""
    return sum(os.times()[:4])


def _rows(database: str, registry: Registry, files: dict[str, Path], server_cpu: Callable[[], float]) -> Rows:
    """Yield a row for each file, imported one after the other."""
    for name, file in files.items():
        wall, own, server = time.perf_counter(), _own_cpu(), server_cpu()
        with _watched(registry) as driver:
            _import(registry, file)
        wall, own, server = time.perf_counter() - wall, _own_cpu() - own, server_cpu() - server
        figures = (f"{wall:.1f}", f"{MEMBERS / wall:,.0f}", f"{own + server:.1f}", f"{driver.seconds:.1f}")
        yield (f"{name}, {database}", *figures, GOALS.get((name, database), ""))


def run() -> None:
    rows: list[tuple[str, ...]] = []
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory()))
        files = _files(folder)
        cluster = Cluster(durable=True)
        ending.callback(cluster.remove)
        cluster.start()
        databases = {
            "SQLite": (f"sqlite:///{folder}/register.sqlite", lambda: 0.0),
            "PostgreSQL": (cluster.url("postgres"), cluster.cpu_seconds),
        }
        for name, (url, server_cpu) in databases.items():
            with Registry.open(url, migrated=False) as registry:
                registry.migrate()
                rows += _rows(name, registry, files, server_cpu)
    headings = ["", "s", "rows/s", "CPU s", "raw driver, the same SQL, s", "goal"]
    load = f"load {os.getloadavg()[0]:.1f}"
    show(f"import of {MEMBERS:,} members, {load}", headings, rows)


def _files(folder: Path) -> dict[str, Path]:
    same, changed = folder / "members.csv", folder / "changed.csv"
    same.write_bytes(file_with(MEMBERS))
    changed.write_bytes(file_with(MEMBERS, changed_every=20))
    return {"new": same, "unchanged again": same, "5 % changed": changed}
