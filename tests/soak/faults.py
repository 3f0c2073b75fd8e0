"""The long form of the faults: every row on the real stack again and again, and a card put down 500 times."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from simulators.pcscd import PrivatePcscd
from simulators.vpcd import VpcdSlot
from tests.faults import test_fault_table, test_fault_table_of_readers
from tests.faults.conftest import Stand, open_stand
from tests.faults.rows import check

__all__ = ["run"]

_PUTS = 500
# The rest is for the rows, however short the time is.
_SHARE_OF_PUTS = 0.3


def run(seconds: float) -> None:
    """Bring faults about for so long; ends with the first that is not survived. Prints what was done.

    A row that has begun is ended: the time is passed by less than a row takes, and by what it takes to clean up.
    """
    begun = time.monotonic()
    done: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, PrivatePcscd() as daemon, pytest.MonkeyPatch.context() as environment:
        for name, value in daemon.environment.items():
            environment.setenv(name, value)
        with open_stand(Path(folder), daemon) as stand:
            puts = _put_and_take(stand, begun + _SHARE_OF_PUTS * seconds)
            table = [*test_fault_table.TABLE, *test_fault_table_of_readers.TABLE]
            for row in itertools.cycle(row for row in table if row.stack == "real"):
                if time.monotonic() > begun + seconds:
                    break
                check(row, stand)
                done[row.id] += 1
    print(f"faults: {puts} cards put down and taken; {done.total()} faults of {len(done)} kinds survived")


def _put_and_take(stand: Stand, deadline: float) -> int:
    """Put a card down and take it again, 500 times or until the time is up; return how often."""
    puts = 0
    with VpcdSlot(stand.daemon.port + 1) as slot:
        while puts < _PUTS and time.monotonic() < deadline:
            slot.put(stand.card())
            slot.take()
            puts += 1
    stand.good_visit()
    return puts
