"""One nfc reader, watched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulators.nfc_target import NfcTarget
from tests.drivers.nfc_reader import WatchedReader


@pytest.fixture
def watched(nfc_target: NfcTarget) -> Iterator[WatchedReader]:
    watched = WatchedReader(nfc_target)
    yield watched
    watched.driver.wake()
