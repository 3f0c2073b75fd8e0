"""Take pictures of the staff pages: a kiosk that serves, and somebody who works at its desk."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from kiosk.staff import Accounts, accounts_path
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin

__all__ = ["shoot_desk"]

_NAME = "hanako"
_SIZE = {"width": 1280, "height": 800}
_PATIENCE = 15_000


def shoot_desk(folder: Path, done: Callable[[], object] = lambda: None) -> list[str]:
    """Write ``folder/NAME.png`` for each staff page and return the names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        keys = {"staff.listen": f"127.0.0.1:{free_port()}"}
        stage = set_stage(Path(place) / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}", **keys)
        password = secrets.token_urlsafe(12)
        Accounts(accounts_path(stage.settings.data_dir)).add(_NAME, "受付 花子", password)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--disable-gpu"])
        with RunningKiosk(stage, plugin.readers) as kiosk:
            visitor, staff = (browser.new_context(viewport=_SIZE).new_page() for _ in range(2))  # type: ignore[arg-type]
            for name in _scenes(kiosk, visitor, staff, password):
                staff.screenshot(path=folder / f"{name}.png", full_page=True)
                names.append(name)
                done()
        browser.close()
    return names


def _scenes(kiosk: RunningKiosk, visitor: Page, staff: Page, password: str) -> Iterator[str]:
    """Yield the name of each scene when the staff page shows it."""
    staff.goto(f"http://{kiosk.stage.settings.staff.listen}/")
    yield "log-in"
    staff.fill("[name=name]", _NAME)
    staff.fill("[name=password]", password)
    staff.click("[type=submit]")
    expect(staff.locator("#live")).to_be_visible(timeout=_PATIENCE)
    yield "at-rest"
    visitor.goto(kiosk.url)
    visitor.click('[data-action="staff"]')
    expect(staff.locator("#answer-call")).to_be_visible(timeout=_PATIENCE)
    yield "called"
    staff.click("#answer-call")
    kiosk.put("pin-blocked")
    expect(staff.locator("#live-mark")).to_have_attribute("data-screen", "pin_blocked", timeout=_PATIENCE)
    yield "visual-check"
    kiosk.take()
    kiosk.put("unknown-member")
    expect(visitor.locator('[data-key="1"]')).to_be_visible(timeout=_PATIENCE)
    visitor.keyboard.type("1234")
    visitor.keyboard.press("Enter")
    expect(staff.locator("#live-mark")).to_have_attribute("data-screen", "unknown_member", timeout=_PATIENCE)
    _look_up(kiosk, staff)
    yield "binding"
    staff.locator('[popovertarget="conditions"]').first.click()
    staff.select_option("[name=confirmation_here]", "true")
    yield "conditions"
    staff.keyboard.press("Escape")
    staff.locator('[popovertarget="papers"]').first.click()
    yield "papers"


def _look_up(kiosk: RunningKiosk, staff: Page) -> None:
    cells = kiosk.persona("card-works-family").member
    assert cells is not None
    for field in ("symbol", "number", "birth_date"):
        staff.fill(f"#seek [name={field}]", cells[field])
    staff.click("#seek [type=submit]")
    expect(staff.locator("#member-title")).to_contain_text(cells["name"], timeout=_PATIENCE)
