"""Commands whose reader leaves (``kiosk … | head``), or whose standard output is full."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from simulators.demo import Stage, set_stage

KIOSK = [sys.executable, "-c", "from kiosk.cli import main; main()"]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    stage = set_stage(tmp_path_factory.mktemp("output") / "stage", datetime.now(UTC))
    plan = stage.folder / "plan.jsonl"
    for command in (["plan", "--on", "2026-11-22", "--json-lines", str(plan)], ["enqueue", str(plan)]):
        subprocess.run([*KIOSK, "issuance", *command, *_config(stage)], check=True, capture_output=True)
    return stage


def _config(stage: Stage) -> list[str]:
    return ["--config", str(stage.folder / "kiosk.toml")]


@pytest.mark.parametrize(
    "command",
    [
        ["issuance", "list"],
        ["issuance", "list", "--json"],
        ["issuance", "plan", "--on", "2026-11-22", "--json-lines", "-"],
        ["registry", "export", "-"],
        ["registry", "stats"],
        ["registry", "stats", "--json"],
        ["handbook"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("kept", ["", "1"], ids=["kept until the end", "written at once"])
def test_a_reader_that_has_left_ends_it_quietly(stage: Stage, command: list[str], kept: str) -> None:
    options = _config(stage) if command != ["handbook"] else []
    environ = os.environ | {"PYTHONUNBUFFERED": kept}
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*KIOSK, *command, *options], stdout=writing, stderr=subprocess.PIPE, env=environ, timeout=60
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("kept", ["", "1"], ids=["kept until the end", "written at once"])
def test_a_full_disk_is_told(stage: Stage, kept: str) -> None:
    environ = os.environ | {"PYTHONUNBUFFERED": kept}
    command = [*KIOSK, "registry", "stats", "--json", *_config(stage)]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=environ, timeout=60)
    assert (done.returncode, done.stderr) == (74, "the answer could not be written: No space left on device\n")
