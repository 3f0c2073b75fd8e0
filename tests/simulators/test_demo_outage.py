"""A clinic whose 資格確認端末 falls silent between two visits of one person, and answers again."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx

from kiosk.audit import journal_path
from kiosk.staff import Accounts, accounts_path
from simulators.demo import RunningKiosk, Stage, set_stage
from simulators.demo.command import free_port
from simulators.demo.online import running_terminal, terminal_keys
from simulators.demo.visiting import make_visit
from simulators.readers import plugin
from simulators.terminal import Scenario

NAME, PASSWORD = "hanako", "tsuki-to-kaze9"


def troubles(kiosk: RunningKiosk, *, waits: bool) -> list[str]:
    """Return the troubles of /healthz once a question waits, or no longer does."""
    deadline, found = time.monotonic() + 30, []
    while time.monotonic() < deadline:
        found = httpx.get(f"{kiosk.url}healthz", trust_env=False).json()["troubles"]
        if ("N-18" in found) is waits:
            return found
        time.sleep(0.1)
    raise TimeoutError(f"/healthz says {found}")


def late_answers(desk: str) -> list[dict[str, object]]:
    """Return what staff read of the answers that came after their visits."""
    with httpx.Client(base_url=desk, headers={"Origin": desk}, trust_env=False) as staff:
        staff.post("/api/v1/session", json={"name": NAME, "password": PASSWORD}).raise_for_status()
        found: list[dict[str, object]] = staff.get("/api/v1/desk").json()["late_answers"]
        return found


def asked_by(stage: Stage) -> list[int]:
    """Return the numbers of the visits in the journal, in their order."""
    path = journal_path(stage.settings.data_dir, stage.settings.kiosk_id)
    entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [entry["visit"] for entry in entries if entry["kind"] == "visit"]


def test_the_last_answer_is_shown_with_its_day_and_the_question_is_asked_when_the_line_is_back(tmp_path: Path) -> None:
    place = tmp_path / "stage"
    staffed = {"staff.listen": f"127.0.0.1:{free_port()}"}
    keys = terminal_keys(place, once=True) | {"terminal.timeout": 2} | staffed
    stage = set_stage(place, datetime.now(UTC), listen=f"127.0.0.1:{free_port()}", **keys)
    Accounts(accounts_path(stage.settings.data_dir)).add(NAME, "受付 花子", PASSWORD)
    with running_terminal(stage, once=True) as terminal, RunningKiosk(stage, plugin.readers) as kiosk:
        pin = kiosk.persona("card-works").card.pin
        troubles(kiosk, waits=False)
        good = make_visit(kiosk, "card-works", pin)
        assert (good["decision"]["applies"], good["failure"]) == ("card", None)
        terminal.scenario = Scenario.SILENT
        silent = make_visit(kiosk, "card-works", pin)
        assert (silent["failure"]["code"], silent["decision"]) == ("N-10", None)
        assert silent["eligibility"]["source"] == "last_known"
        troubles(kiosk, waits=True)
        terminal.scenario = None
        again = make_visit(kiosk, "card-works", pin)
        assert again["failure"] is None
        troubles(kiosk, waits=False)
        assert len(terminal.taken) >= 4, "each visit's own question, and the one that waited"
        (late,) = late_answers(f"http://{stage.settings.staff.listen}")
        assert (late["visit"], late["status"]) == (asked_by(stage)[1], "valid"), "the second of the three visits"
        assert "late_answers" not in httpx.get(f"{kiosk.url}api/v1/visit", trust_env=False).json()
