"""PC/SC over a scripted pyscard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from smartcard import scard

from drivers.pcsc import connection as connection_module
from drivers.pcsc import names
from drivers.pcsc.connection import PcscReader
from tests.drivers.pcscd_double import ClockDouble, PcscdDouble


@pytest.fixture
def pcscd(monkeypatch: pytest.MonkeyPatch) -> PcscdDouble:
    fake = PcscdDouble()
    for name in vars(PcscdDouble):
        if name.startswith("SCard"):
            monkeypatch.setattr(scard, name, getattr(fake, name))
    for name in ("list_readers", "status_change", "connect"):
        monkeypatch.setattr(names, name, getattr(fake, name))
    return fake


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ClockDouble:
    clock = ClockDouble()
    monkeypatch.setattr(connection_module, "time", clock)
    return clock


@pytest.fixture
def reader(pcscd: PcscdDouble) -> Iterator[PcscReader]:
    reader = PcscReader("reader")
    yield reader
    reader.release()
    # One at most is kept for the next connection.
    assert pcscd.contexts <= 1
