"""A journal that is taken away with its head, as the service, the desk and `kiosk audit verify` then tell it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from kiosk.audit import Head, journal_path
from kiosk.cli.audit import app as audit
from kiosk.eligibility import Registry
from simulators.demo import RunningKiosk, Stage, set_stage
from simulators.demo.command import free_port
from simulators.demo.visitor import Visitor
from simulators.readers import plugin


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")


def journal_of(stage: Stage) -> Path:
    return journal_path(stage.settings.data_dir, stage.settings.kiosk_id)


def wipe(stage: Stage) -> None:
    for path in stage.settings.data_dir.glob("journal-*"):
        path.unlink()


def one_visit(kiosk: RunningKiosk) -> None:
    with Visitor(kiosk.url) as visitor:
        visitor.until(lambda view: view["state"] == "idle")
        kiosk.put("card-works")
        visitor.until(lambda view: view["screen"] == "pin")
        visitor.press(action="pin", pin="1234")
        visitor.until(lambda view: view["screen"] == "result_card")
        kiosk.take()
        visitor.until(lambda view: view["state"] == "idle", since=visitor.sequence)


def health(kiosk: RunningKiosk, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Ask until the answer fits, ten seconds at most; return the last one."""
    end = time.monotonic() + 10
    while True:
        said: dict[str, Any] = httpx.get(f"{kiosk.url}healthz", trust_env=False).json()
        if fits(said) or time.monotonic() > end:
            return said
        time.sleep(0.05)


def healthy(said: dict[str, Any]) -> bool:
    return bool(said["status"] == "ok")


def entries(stage: Stage) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal_of(stage).read_text("ascii").splitlines()]


def verified(stage: Stage) -> tuple[int, dict[str, Any], str]:
    config = str(stage.folder / "kiosk.toml")
    done = CliRunner().invoke(audit, ["verify", "--config", config, "--json"])
    return done.exit_code, json.loads(done.stdout), done.stderr


@pytest.mark.parametrize("emptied", [False, True])
def test_a_journal_wiped_between_two_runs_is_told_and_visits_go_on(stage: Stage, emptied: bool) -> None:
    with RunningKiosk(stage, plugin.readers) as kiosk:
        one_visit(kiosk)
    last = entries(stage)[-1]
    wipe(stage)
    if emptied:
        journal_of(stage).touch()
        status, said, _ = verified(stage)
        assert (status, said["problem"]["kind"]) == (1, "end_removed")
        assert said["problem"]["message"] == f"entries 1 to {last['sequence']} are missing at the end"
    with RunningKiosk(stage, plugin.readers) as kiosk:
        said = health(kiosk, lambda said: healthy(said) and said["troubles"] == ["S-11"])
        assert (said["status"], said["troubles"]) == ("ok", ["S-11"])
        one_visit(kiosk)
    first = entries(stage)[0]
    assert (first["kind"], first["before_missing"]) == ("started", True)
    assert first["before"] == {"sequence": last["sequence"], "hash": last["hash"]}
    status, said, _ = verified(stage)
    assert (status, said["problem"]["kind"], said["problem"]["line"]) == (1, "removed", 1)
    with RunningKiosk(stage, plugin.readers) as kiosk:
        said = health(kiosk, lambda said: healthy(said) and said["troubles"] == ["S-11"])
        assert said["troubles"] == ["S-11"], "a second restart does not make it silent"


def test_a_journal_that_is_not_there_is_said_to_have_been_there(stage: Stage) -> None:
    with RunningKiosk(stage, plugin.readers) as kiosk:
        health(kiosk, healthy)
    count = len(entries(stage))
    wipe(stage)
    status, said, _ = verified(stage)
    assert status == 3
    assert said["error"]["message"].endswith(f"No such file or directory; the register knows {count} entries of it")


def test_two_runs_of_an_untouched_journal_have_no_trouble(stage: Stage) -> None:
    for _ in range(2):
        with RunningKiosk(stage, plugin.readers) as kiosk:
            assert health(kiosk, healthy)["troubles"] == []
    assert [entry["kind"] for entry in entries(stage)] == ["started", "stopped"] * 2
    status, said, _ = verified(stage)
    assert (status, said["ok"], said["anchor"]) == (0, True, {"sequence": 4, "hash": entries(stage)[-1]["hash"]})


def test_a_journal_unlinked_under_the_running_kiosk_loses_no_answer_and_is_begun_anew(stage: Stage) -> None:
    with RunningKiosk(stage, plugin.readers) as kiosk, Visitor(kiosk.url) as visitor:
        visitor.until(lambda view: view["state"] == "idle")
        kiosk.put("card-works")
        visitor.until(lambda view: view["screen"] == "pin")
        last = entries(stage)[-1]
        wipe(stage)
        visitor.press(action="pin", pin="1234")
        view = visitor.until(lambda view: view["state"] in {"result", "failure", "out_of_service"})
        said = health(kiosk, lambda said: healthy(said) and said["troubles"] == ["S-11"])
        assert (said["status"], said["troubles"]) == ("ok", ["S-11"])
        kept = [entry for entry in entries(stage) if entry["kind"] == "visit" and entry["applies"]]
        if view["state"] == "result":
            assert [entry["applies"] for entry in kept] == ["card"], "it was opened anew before the answer"
        else:
            assert (view["failure"]["code"], kept) == ("S-02", [])
        kiosk.take()
        one_visit(kiosk)
    first = entries(stage)[0]
    assert (first["kind"], first["before_missing"]) == ("started", True)
    assert first["before"] == {"sequence": last["sequence"], "hash": last["hash"]}
    assert [entry["applies"] for entry in entries(stage) if entry["kind"] == "visit"][-1] == "card"
    assert verified(stage)[0] == 1


def test_an_anchor_that_was_changed_is_named(stage: Stage) -> None:
    with RunningKiosk(stage, plugin.readers) as kiosk:
        health(kiosk, healthy)
    with Registry.open(stage.settings.database) as registry:
        anchor = registry.anchor("1")
        assert anchor is not None
        registry.keep_anchor(replace(anchor, end=Head(1, anchor.end.hash)))
    status, said, _ = verified(stage)
    assert (status, said["error"]["message"]) == (
        1,
        "the register's anchor of this journal was changed, or sealed under another site key",
    )
