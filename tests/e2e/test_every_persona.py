"""The visit of every invented person to a running service, with the register in both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.eligibility import Registry
from simulators.demo import Hands, RunningKiosk, make_rounds, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin

pytestmark = pytest.mark.anyio


@pytest.mark.both_databases
async def test_every_visit_ends_as_the_decision_tables_say(tmp_path: Path, register_kind: str) -> None:
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")
    with RunningKiosk(stage, plugin.readers) as kiosk, Registry.open(stage.settings.database) as registry:
        hands = Hands(kiosk.readers.put, kiosk.take)
        visits = [visit async for visit in make_rounds(stage, registry, kiosk.url, hands)]
    assert stage.settings.database.startswith(register_kind)
    assert [visit.persona.id for visit in visits if not visit.right] == []
    assert len(visits) > 30
