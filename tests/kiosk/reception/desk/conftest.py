"""A running reception with its staff desk, on a register of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drivers.worker.client import DEFAULT_LIMITS
from simulators.demo import Stage, set_stage
from tests.kiosk.reception.sites import Site, open_site


@pytest.fixture
def stage(tmp_path: Path, register_kind: str) -> Stage:
    return set_stage(tmp_path / "stage", datetime.now(UTC))


@pytest.fixture
async def site(stage: Stage, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(stage, tmp_path, limits=DEFAULT_LIMITS) as running:
        yield running
