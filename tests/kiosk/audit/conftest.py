"""A journal of an invented kiosk."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.audit import Entry, Journal

KEY = bytes(range(32))
AT = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)


@pytest.fixture
def key() -> bytes:
    return KEY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal-1.jsonl"


@pytest.fixture
def opened(path: Path) -> Callable[..., Journal]:
    """Open the journal, as the service does when it starts."""
    return lambda **known: Journal.open(path, "1", KEY, now=AT, **known)


@pytest.fixture
def entry() -> Callable[..., Entry]:
    """A visit that was answered."""

    def make(visit: int = 1, **changed: object) -> Entry:
        said = {"level": "confirmed", "path": "pin", "applies": "card", "usable": "yes", "reasons": ("card_works",)}
        return Entry(at=AT, visit=visit, **{**said, **changed})  # type: ignore[arg-type]

    return make


@pytest.fixture
def written(opened: Callable[[], Journal], entry: Callable[..., Entry]) -> Callable[[int], None]:
    """Write so many entries in one run of the service."""

    def write(count: int) -> None:
        with opened() as journal:
            for visit in range(1, count + 1):
                journal.append(entry(visit))

    return write
