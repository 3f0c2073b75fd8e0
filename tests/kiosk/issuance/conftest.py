"""A register with a few members, its queue, and the clock of the tests."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.eligibility import Registry
from kiosk.issuance import Queue

PEOPLE: tuple[dict[str, str], ...] = (
    {"notice_issued_on": ""},
    {"branch": "01", "card": "never_issued", "notice_issued_on": ""},
    {"branch": "02", "lost_on": "2026-11-20"},
)
"""Taro (枝番 00) is owed a notice, Hanako (01) a confirmation; Jiro (02) has left."""


@pytest.fixture
def now() -> datetime:
    """Thursday, 26 November 2026, 9:30 in Tokyo: in UTC it is the day before still."""
    return datetime(2026, 11, 26, 0, 30, tzinfo=UTC)


@pytest.fixture
def queue(registry: Registry, load: Callable[..., Any]) -> Queue:
    """The queue of a register with PEOPLE, once in SQLite and once in PostgreSQL."""
    load(*PEOPLE)
    return Queue(registry)
