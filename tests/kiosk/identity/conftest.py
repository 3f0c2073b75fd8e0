"""Authorities and cards for the identity tests; every time is a fixed one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.identity import NoSource, RevocationSource, TrustAnchor, TrustStore, Verifier
from simulators import pki

MakeVerifier = Callable[..., Verifier]


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def user(now: datetime) -> pki.Authority:
    """The current generation for user authentication."""
    return pki.user_authority(now)


@pytest.fixture(scope="session")
def generations(now: datetime) -> list[pki.Authority]:
    return pki.jpki_generations(now)


@pytest.fixture(scope="session")
def leaf(user: pki.Authority) -> pki.Issued:
    """A card's certificate with nothing wrong."""
    return user.issue(serial=0x5EC2E7A1)


@pytest.fixture(scope="session")
def verifier_for() -> MakeVerifier:
    """Make a verifier that trusts the given authorities."""

    def make(*authorities: pki.Authority, source: RevocationSource | None = None) -> Verifier:
        anchors = tuple(TrustAnchor(authority.certificate) for authority in authorities)
        return Verifier(TrustStore(anchors), source or NoSource())

    return make


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Write a file under the test's own folder."""

    def writing(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return writing
