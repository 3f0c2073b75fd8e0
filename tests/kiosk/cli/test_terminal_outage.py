"""A service whose 資格確認端末 is down: its questions outlast a kill, and /healthz says that they wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.eligibility.terminal import Enquiry, KeptAnswers, QuestionQueue, Whose
from kiosk.identity import load_site_key
from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from simulators.people import outsiders, terminal_csv
from simulators.terminal import SimulatedTerminal, TerminalFolders, read_members

Serve = Callable[..., Any]
_INSTITUTION = "1312345678"


@pytest.fixture
def folders(tmp_path: Path) -> TerminalFolders:
    """The folders of a terminal that is not running."""
    return TerminalFolders.made_in(tmp_path / "terminal")


@pytest.fixture
def clinic(tmp_path: Path, folders: TerminalFolders) -> Stage:
    """A clinic's kiosk that asks the terminal."""
    keys: dict[str, object] = {
        "terminal.req": str(folders.req),
        "terminal.res": str(folders.res),
        "terminal.institution": _INSTITUTION,
        "terminal.timeout": 1,
        "eligibility.sources": ["registry", "terminal"],
    }
    return set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}", **keys)


def enquiries(stage: Stage) -> list[Enquiry]:
    """Return what a visit asks about three people of other insurers."""
    people = [read_member(one.member) for one in outsiders(stage.on)[:3]]
    return [Enquiry(*numbers, birth_date, stage.on) for numbers, birth_date in people]


def read_member(member: Any) -> tuple[tuple[str, str, str, str], Any]:
    numbers = tuple(member[part] for part in ("insurer_number", "symbol", "number", "branch"))
    return numbers, datetime.fromisoformat(member["birth_date"]).date()


def troubles(service: Any, *, waits: bool) -> list[str]:
    """Return the troubles of /healthz once questions wait, or no longer do."""
    deadline, found = time.monotonic() + 60, []
    while time.monotonic() < deadline:
        found = service.until()["troubles"]
        if ("N-18" in found) is waits:
            return found
        time.sleep(0.1)
    pytest.fail(f"/healthz says {found}")


def test_what_waits_outlasts_a_kill_and_is_asked_once_when_the_line_is_back(
    clinic: Stage, serve: Serve, folders: TerminalFolders, tmp_path: Path
) -> None:
    data_dir, key = clinic.settings.data_dir, load_site_key(clinic.settings.site_key_path)
    queue = QuestionQueue(data_dir, key, 90)
    for enquiry in enquiries(clinic):
        assert queue.put(enquiry, datetime.now(UTC), "visit-1")
    first = serve(clinic)
    assert "N-18" in troubles(first, waits=True)
    token = (data_dir / "api-token").read_text("ascii").strip()
    details = "\n".join(first.get("/healthz", token=token).json()["details"])
    assert "3 question(s) wait, the oldest since" in details
    first.process.kill()
    first.process.wait(30)
    second = serve(clinic)
    troubles(second, waits=True)
    members = tmp_path / "terminal.csv"
    members.write_text(terminal_csv(clinic.on), "utf-8")
    with SimulatedTerminal(folders, read_members(members), delay=0) as terminal:
        troubles(second, waits=False)
        assert len(terminal.taken) == 3
    with closing(second._client):
        second.process.terminate()
        assert second.process.wait(60) == 0
    kept = KeptAnswers(data_dir, key, 90)
    found = [kept.get(Whose.of(enquiry), datetime.now(UTC)) for enquiry in enquiries(clinic)]
    assert all(found[:2]), "the answers are kept for the next outage"
    logged = [line for line in second.lines if line["event"] == "waiting question answered"]
    assert [line["reason"] for line in logged] == ["status valid", "status valid", "status none"]
    for text in ("水無瀬", "2100001", "01139997"):
        assert text not in "\n".join(map(str, first.lines + second.lines))
