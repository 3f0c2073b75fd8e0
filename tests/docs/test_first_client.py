"""The client of ``docs/api.md`` follows a running kiosk, and goes on where it was after it was away."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from kiosk.staff import ApiTokens, Scope, api_tokens_path
from simulators.demo import RunningKiosk, Stage, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin
from tests.docs.pages import BLOCKS
from tests.kiosk.web.test_results_over_restarts import visit_of


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")


@contextmanager
def following(stage: Stage, token: str) -> Iterator[subprocess.Popen[str]]:
    (program,) = [block.text for block in BLOCKS if (block.page, block.name) == ("docs/api.md", "follow")]
    code = [line for line in program.splitlines() if line.strip()]
    assert len(code) <= 33, "about thirty lines"
    command = [
        sys.executable,
        "-c",
        program,
        f"http://{stage.settings.listen}",
        token,
        str(stage.folder / "last-visit"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as client:
        try:
            yield client
        finally:
            client.kill()


def memory_of(stage: Stage) -> Path:
    return stage.folder / "last-visit"


def remembers(stage: Stage, visit: str) -> bool:
    """Wait until the client has noted that it has printed this visit; the deadline only ends a test that has failed."""
    memory = memory_of(stage)
    return any((memory.exists() and memory.read_text() == visit) or Event().wait(0.02) for _ in range(500))


def line_of(client: subprocess.Popen[str]) -> str:
    assert client.stdout is not None
    return client.stdout.readline()


def test_the_first_client_misses_no_visit(stage: Stage) -> None:
    token = ApiTokens(api_tokens_path(stage.settings.data_dir)).add("follow", {Scope.VISIT_READ, Scope.MEMBER_READ})
    with RunningKiosk(stage, plugin.readers) as kiosk:
        visit_of(stage, kiosk)
        with following(stage, token) as client:
            assert "'confirmed', '000101', 'card'" in line_of(client)
            shown = visit_of(stage, kiosk)
            assert "'confirmed', '000101', 'card'" in line_of(client)
            assert remembers(stage, shown["visit"])
        away = [visit_of(stage, kiosk)["visit"] for _ in range(2)]
        with following(stage, token) as client:
            assert len({line_of(client) for _ in away}) == len(away)
            assert remembers(stage, away[-1])
