"""Take pictures of the union's office: a kiosk that serves, and an officer who works there without a script."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from kiosk.roles import Role
from kiosk.staff import Accounts, accounts_path
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin

__all__ = ["shoot_office"]

_NAME = "yuko"
_SIZES: tuple[ViewportSize, ...] = ({"width": 1280, "height": 800}, {"width": 1920, "height": 1080})


def shoot_office(folder: Path, done: Callable[[], object] = lambda: None) -> list[str]:
    """Write ``folder/SIZE-NAME.png`` for each page of the office and return the names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        keys = {"staff.listen": f"127.0.0.1:{free_port()}"}
        stage = set_stage(Path(place) / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}", **keys)
        password = secrets.token_urlsafe(12)
        Accounts(accounts_path(stage.settings.data_dir)).add(_NAME, "事務 優子", password, Role.OFFICER)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--disable-gpu"])
        with RunningKiosk(stage, plugin.readers) as kiosk:
            for size in _SIZES:
                page = browser.new_context(viewport=size, java_script_enabled=False).new_page()
                for name in _scenes(kiosk, page, password):
                    names.append(f"{size['width']}x{size['height']}-{name}")
                    page.screenshot(path=folder / f"{names[-1]}.png", full_page=True)
                    done()
        browser.close()
    return names


def _scenes(kiosk: RunningKiosk, page: Page, password: str) -> Iterator[str]:
    """Yield the name of each page when it is shown."""
    page.goto(f"http://{kiosk.stage.settings.staff.listen}/officer")
    yield "log-in"
    page.fill("[name=name]", _NAME)
    page.fill("[name=password]", password)
    page.click("[type=submit]")
    page.goto(f"http://{kiosk.stage.settings.staff.listen}/officer/search")
    yield "search"
    page.click("main [type=submit]")
    yield "search-refused"
    cells = kiosk.persona("card-works-family").member
    assert cells is not None
    page.fill("[name=kana]", "")
    page.fill("[name=symbol]", cells["symbol"])
    page.press("[name=symbol]", "Enter")
    yield "found"
    page.select_option("[name=reason]", "inquiry")
    page.click(f"text={cells['name']}")
    yield "member"
    page.fill("[name=certificate_valid_until]", "R7.3.31")
    page.click("text=判定してみる")
    yield "what-if"
