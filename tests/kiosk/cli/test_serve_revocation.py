"""``kiosk serve`` with a revocation list that is missing, breaks and comes back: it is told, and heals."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from simulators.pki import user_authority
from tests.kiosk.cli.test_serve import curl, served

Health = dict[str, Any]


def stage_with(tmp_path: Path, **keys: object) -> Stage:
    listen = f"127.0.0.1:{free_port()}"
    crl = {"identity.crl": [str(tmp_path / "list.crl")]}
    return set_stage(tmp_path / "stage", datetime.now(UTC), listen=listen, **crl, **keys)


def health(stage: Stage, wanted: Callable[[Health], bool]) -> Health:
    """Ask until the answer is the one that is waited for: the service looks every five seconds."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        said: Health = json.loads(curl(stage, "/healthz")[1] or "{}")
        if wanted(said):
            return said
        time.sleep(0.2)
    pytest.fail(f"/healthz never said it: {said}")


def test_a_missing_list_is_a_trouble_and_heals_and_a_broken_one_leaves_the_last_in_use(tmp_path: Path) -> None:
    stage, path = stage_with(tmp_path), tmp_path / "list.crl"
    with served(stage) as service:
        said = health(stage, lambda it: it.get("troubles") == ["S-07"] and it["status"] == "ok")
        assert said["reasons"] == []
        path.write_bytes(user_authority(stage.now).crl())
        health(stage, lambda it: it["troubles"] == [])
        path.write_bytes(b"<html>")
        health(stage, lambda it: it["troubles"] == ["S-07"] and it["status"] == "ok")
        service.terminate()
        assert service.stderr is not None
        lines = [json.loads(line) for line in service.stderr.read().splitlines() if "S-07" in line]
    assert [line["event"] for line in lines] == [
        "something is wrong though visits go on", "mended", "something is wrong though visits go on",
    ]  # fmt: skip
    assert str(path) in lines[0]["reason"]


def test_where_it_is_required_the_kiosk_is_out_of_service_until_there_is_a_list(tmp_path: Path) -> None:
    stage = stage_with(tmp_path, **{"identity.revocation": "require"})
    with served(stage):
        health(stage, lambda it: it.get("reasons") == ["S-07"] and it["status"] == "unavailable")
        (tmp_path / "list.crl").write_bytes(user_authority(stage.now).crl())
        assert health(stage, lambda it: it["status"] == "ok")["troubles"] == []


def test_a_responder_that_is_away_is_told_before_any_card_comes(tmp_path: Path) -> None:
    (tmp_path / "list.crl").write_bytes(user_authority(datetime.now(UTC)).crl())
    stage = stage_with(tmp_path, **{"identity.ocsp": f"http://127.0.0.1:{free_port()}/"})
    with served(stage):
        health(stage, lambda it: it.get("troubles") == ["S-07"] and it["status"] == "ok")
