"""A fresh page for each test, which must end without a complaint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.staff import Accounts, accounts_path
from simulators.demo import set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin
from tests.e2e.staffed import EXPECTED_REFUSALS, NAME, PASSWORD, Staffed

# A busy machine must not fail what only a missing screen may.
expect.set_options(timeout=20_000)


@contextmanager
def _opened(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """Open a page in a browser of its own, and collect what it complains of."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ja-JP", timezone_id="Asia/Tokyo")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield page, faults
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with _opened(browser) as (page, faults):
        yield page
    assert faults == [], "the page reported errors (a broken content security policy would show here)"


@pytest.fixture
def staff_keys() -> dict[str, object]:
    return {}


@pytest.fixture
def staffed(tmp_path: Path, staff_keys: dict[str, object]) -> Iterator[Staffed]:
    keys = {"staff.listen": f"127.0.0.1:{free_port()}", **staff_keys}
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}", **keys)
    Accounts(accounts_path(stage.settings.data_dir)).add(NAME, "受付 花子", PASSWORD)
    with Staffed(stage, plugin.readers) as running:
        yield running


@pytest.fixture
def staff(browser: Browser) -> Iterator[Page]:
    """A browser of staff, which is none of the visitor's: nothing is shared between the two."""
    with _opened(browser) as (page, faults):
        yield page
    assert [fault for fault in faults if EXPECTED_REFUSALS not in fault] == []
