"""200 kiosks on one PostgreSQL, a visit every 10 s each: how long a visit's look-up takes, and the connections held.

Each kiosk is a register of its own with its own connections, as in a service of its own; all of them are in one
process, so the times have the waits of 200 threads for one interpreter in them. A kiosk also checks the register
every 5 s, as its health does, and every visit's journal leaves an anchor in it.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

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
MAX_CONNECTIONS = 620
"""What docs/install.md gives for 200 kiosks."""


@dataclass
class Measured:
    """What the kiosks have seen."""

    look_ups: list[float] = field(default_factory=list)
    anchors: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    most_of_a_kiosk: int = 0
    most: int = 0


def _kiosk(number: int, url: str, measured: Measured, end: float) -> None:
    chosen = random.Random(number)
    with Registry.at(f"{url}&application_name=kiosk-{number}") as registry:
        registry.check()  # as the start of a service does
        visit = time.monotonic() + chosen.uniform(0, EVERY)
        check = time.monotonic() + chosen.uniform(0, CHECK_EVERY)
        while (now := min(visit, check)) < end:
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


def measure(url: str) -> Measured:
    """Return what 200 kiosks saw."""
    measured, end = Measured(), time.monotonic() + SECONDS
    with _counted(url, measured):
        threads = [threading.Thread(target=_kiosk, args=(number, url, measured, end)) for number in range(KIOSKS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
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
    show("at most", ["", "", "limit"], held)
