"""One card on the one reader of a driver that is a double."""

from __future__ import annotations

import pytest

from tests.drivers.doubles import CardDouble, DriverDouble


@pytest.fixture
def card() -> CardDouble:
    return CardDouble()


@pytest.fixture
def driver(card: CardDouble) -> DriverDouble:
    return DriverDouble(card)
