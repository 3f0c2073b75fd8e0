"""The doubles as fixtures, and one event loop for all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.drivers.doubles import P384_KEY, CardDouble, DriverDouble, Events, certificate


@pytest.fixture(scope="session")
def make_certificate() -> Callable[..., bytes]:
    return certificate


@pytest.fixture(scope="session")
def p384_certificate() -> bytes:
    return certificate(1200, P384_KEY)


# Of the session, for they only hand out classes: so hypothesis may use them too.
@pytest.fixture(scope="session")
def make_card() -> type[CardDouble]:
    return CardDouble


@pytest.fixture(scope="session")
def make_driver() -> type[DriverDouble]:
    return DriverDouble


@pytest.fixture(scope="session")
def make_events() -> type[Events]:
    return Events
