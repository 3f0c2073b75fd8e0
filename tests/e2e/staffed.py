"""A kiosk with staff pages, and the hands of visitor and staff in their two browsers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from kiosk import tokyo_day
from kiosk.audit import journal_path, verify
from kiosk.identity import load_site_key
from simulators.demo import RunningKiosk
from simulators.people import terminal_csv
from simulators.terminal import SimulatedTerminal, TerminalFolders, read_members

NAME, PASSWORD = "hanako", "tsuki-to-kaze9"
EXPECTED_REFUSALS = "Failed to load resource"  # what Chromium says of a 401 or 422 that the page asked for


class Staffed(RunningKiosk):
    """A kiosk with staff pages."""

    @property
    def staff_url(self) -> str:
        return f"http://{self.stage.settings.staff.listen}/"

    def entries(self) -> list[dict[str, object]]:
        settings = self.stage.settings
        path = journal_path(settings.data_dir, settings.kiosk_id)
        assert verify(path, load_site_key(settings.site_key_path)).ok
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]

    def acts(self) -> list[object]:
        return [entry["act"] for entry in self.entries() if entry["kind"] == "staff"]


@contextmanager
def terminal_beside(folder: Path, *, delay: float) -> Iterator[SimulatedTerminal]:
    """Run a simulated 資格確認端末 that knows the invented people of today, and answers after ``delay`` seconds."""
    members = folder / "members.csv"
    members.write_text(terminal_csv(tokyo_day(datetime.now(UTC))), encoding="utf-8")
    with SimulatedTerminal(TerminalFolders.made_in(folder / "oqs"), read_members(members), delay=delay) as running:
        yield running


def keys_of(terminal: SimulatedTerminal, *, timeout: int) -> dict[str, object]:
    """Return the settings of a kiosk that asks this terminal, for so many seconds at most."""
    folders = {"terminal.req": str(terminal.folders.req), "terminal.res": str(terminal.folders.res)}
    named = {"terminal.institution": "1312345678", "terminal.timeout": timeout}
    return {**folders, **named, "eligibility.sources": ["registry", "terminal"]}


def log_in(page: Page, kiosk: Staffed, password: str = PASSWORD) -> None:
    page.goto(kiosk.staff_url)
    page.fill("[name=name]", NAME)
    page.fill("[name=password]", password)
    page.click("[type=submit]")


def at_desk(page: Page, kiosk: Staffed) -> None:
    log_in(page, kiosk)
    expect(page.locator("#live")).to_be_visible(timeout=15_000)


def shows(page: Page, screen: str) -> None:
    expect(page.locator("main")).to_have_attribute("data-screen", screen, timeout=15_000)


def staff_see(page: Page, screen: str) -> None:
    expect(page.locator("#live-mark")).to_have_attribute("data-screen", screen, timeout=15_000)


def enter(page: Page, pin: str) -> None:
    for digit in pin:
        page.click(f'[data-key="{digit}"]')
    page.click('[data-key="enter"]')


def look_up(page: Page, kiosk: Staffed, who: str) -> None:
    cells = kiosk.persona(who).member
    assert cells is not None
    for field in ("symbol", "number", "birth_date"):
        page.fill(f"#seek [name={field}]", cells[field])
    page.click("#seek [type=submit]")
    expect(page.locator("#member-title")).to_contain_text(cells["name"])


def said(page: Page, text: str) -> None:
    expect(page.locator("#said")).to_contain_text(text)
