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
from tests.faults.conftest import Stand, open_stand
from tests.faults.test_fault_table import TABLE, check

__all__ = ["run"]

_PUTS = 500


def run(seconds: float) -> None:
    """Bring faults about for so long; ends with the first that is not survived. Prints what was done."""
    deadline = time.monotonic() + seconds
    done: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, PrivatePcscd() as daemon, pytest.MonkeyPatch.context() as environment:
        for name, value in daemon.environment.items():
            environment.setenv(name, value)
        with open_stand(Path(folder), daemon) as stand:
            _put_and_take(stand)
            for row in itertools.cycle(row for row in TABLE if row.stack == "real"):
                if time.monotonic() > deadline:
                    break
                check(row, stand)
                done[row.id] += 1
    print(f"faults: {_PUTS} cards put down and taken; {done.total()} faults of {len(done)} kinds survived")


def _put_and_take(stand: Stand) -> None:
    with VpcdSlot(stand.daemon.port + 1) as slot:
        for _ in range(_PUTS):
            slot.put(stand.card())
            slot.take()
    stand.good_visit()
