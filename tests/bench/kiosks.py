"""200 kiosks on one PostgreSQL, a visit every 10 s each: how long a visit's look-up takes, and the connections held.

Each kiosk is a register of its own with its own connections, as in a service of its own. They are shared out to
processes, 25 to each, so that a look-up waits for no interpreter in which two hundred others are at work. A kiosk also
checks the register every 5 s, as its health does, and every visit's journal leaves an anchor in it.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from sqlalchemy import create_engine, text

from kiosk.audit import Anchor, Head
from kiosk.eligibility import Registry, RegistryError
from tests.bench.figures import row, show
from tests.bench.register import FIRST, filled, key_of
from tests.postgresql import Cluster

KIOSKS = 200
MEMBERS = 20_000
SECONDS = int(os.environ.get("KIOSK_BENCH_SECONDS", "60"))
EVERY, CHECK_EVERY = 10.0, 5.0
PROCESSES = 8
LONGEST_START = 120.0
"""Seconds in which every process must have loaded the program."""

MAX_CONNECTIONS = 620
"""What docs/install.md gives for 200 kiosks."""


@dataclass
class Measured:
    """What the kiosks have seen."""

    look_ups: list[float] = field(default_factory=list)
    anchors: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    cpu: float = 0.0
    most_of_a_kiosk: int = 0
    most: int = 0

    def add(self, other: Measured) -> None:
        """Take what another process has seen."""
        self.look_ups += other.look_ups
        self.anchors += other.anchors
        self.lost += other.lost
        self.cpu += other.cpu


def _kiosk(number: int, url: str, measured: Measured, begin: float) -> None:
    chosen = random.Random(number)
    with Registry.at(f"{url}&application_name=kiosk-{number}") as registry:
        registry.check()  # as the start of a service does
        visit, check = begin + chosen.uniform(0, EVERY), begin + chosen.uniform(0, CHECK_EVERY)
        while (now := min(visit, check)) < begin + SECONDS:
            time.sleep(max(0.0, now - time.monotonic()))
            try:
                if now == check:
                    check += CHECK_EVERY
                    registry.check()
                else:
                    visit += EVERY
                    _visit(registry, f"kiosk-{number}", chosen, measured)
            except RegistryError as error:
                measured.lost.append(str(error))


def _visit(registry: Registry, kiosk: str, chosen: random.Random, measured: Measured) -> None:
    began = time.perf_counter()
    found = registry.member_by_binding(key_of(FIRST + chosen.randrange(MEMBERS)))
    looked_up = time.perf_counter()
    registry.keep_anchor(Anchor(kiosk, Head(1, "a" * 64), datetime.now(UTC), None, "b" * 64))
    measured.look_ups.append((looked_up - began) * 1000)
    measured.anchors.append((time.perf_counter() - looked_up) * 1000)
    if found is None:
        measured.lost.append("nobody was found")


@contextmanager
def _counted(url: str, measured: Measured) -> Iterator[None]:
    """Count the connections ten times a second."""
    ended, engine = threading.Event(), create_engine(url, isolation_level="AUTOCOMMIT")
    by_kiosk = text(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'kiosk-%' GROUP BY application_name"
    )

    def count() -> None:
        with engine.connect() as connection:
            while not ended.wait(0.1):
                counts = [int(found) for (found,) in connection.execute(by_kiosk)]
                measured.most_of_a_kiosk = max([measured.most_of_a_kiosk, *counts])
                measured.most = max(measured.most, sum(counts))

    thread = threading.Thread(target=count)
    thread.start()
    yield
    ended.set()
    thread.join()
    engine.dispose()


def _share(numbers: Sequence[int], url: str, ready: Barrier, results: Queue[Measured]) -> None:
    """Be some of the kiosks, in a process of theirs, once all processes are ready."""
    ready.wait(LONGEST_START)
    measured, begin, before = Measured(), time.monotonic(), time.process_time()
    kiosks = [threading.Thread(target=_kiosk, args=(number, url, measured, begin)) for number in numbers]
    for kiosk in kiosks:
        kiosk.start()
    for kiosk in kiosks:
        kiosk.join()
    measured.cpu = time.process_time() - before
    results.put(measured)


def measure(url: str) -> Measured:
    """Return what 200 kiosks saw."""
    spawned = multiprocessing.get_context("spawn")
    ready, results = spawned.Barrier(PROCESSES), spawned.Queue()
    shares = [range(first, KIOSKS, PROCESSES) for first in range(PROCESSES)]
    processes = [spawned.Process(target=_share, args=(share, url, ready, results)) for share in shares]
    measured = Measured()
    with _counted(url, measured):
        for process in processes:
            process.start()
        for found in [results.get(timeout=LONGEST_START + 2 * SECONDS) for _ in processes]:
            measured.add(found)
        for process in processes:
            process.join()
    return measured


def run() -> None:
    with ExitStack() as ending:
        cluster = Cluster(f"max_connections={MAX_CONNECTIONS}", durable=True)
        ending.callback(cluster.remove)
        cluster.start()
        ending.enter_context(filled(cluster.url("postgres"), MEMBERS))
        measured = measure(cluster.url("postgres"))
    show(
        f"{KIOSKS} kiosks, one PostgreSQL, a visit every {EVERY:.0f} s each, ms",
        ["", "median", "p99", "runs", "goal (p99)"],
        [row("look-up by card", measured.look_ups, "30"), row("anchor of the journal", measured.anchors, "")],
    )
    held = [("connections of a kiosk", str(measured.most_of_a_kiosk), "3")]
    held += [("connections of all", str(measured.most), str(MAX_CONNECTIONS)), ("lost", str(len(measured.lost)), "0")]
    held += [("CPU of the kiosks for a visit, ms", f"{measured.cpu * 1000 / len(measured.look_ups):.1f}", "")]
    show(f"at most (load {os.getloadavg()[0]:.1f})", ["", "", "limit"], held)
