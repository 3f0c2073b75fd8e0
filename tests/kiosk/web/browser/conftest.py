"""An open visitor page in Chromium, and what it shows."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk.reception import Screen, StateName, View
from tests.kiosk.web.browser.pressing import CATCH_THE_SOURCE


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--every-panel``."""
    parser.addoption("--every-panel", action="store_true", help="every screen on every panel, not a sample")


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: Any, served: Any, complaints: list[str]) -> Iterator[Page]:
    """An open visitor page. Whatever Chromium complains of, a blocked script first of all, fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(CATCH_THE_SOURCE)
    page.goto(served.url)
    page.wait_for_selector("html[data-painted-sequence]")
    yield page
    context.close()


@pytest.fixture
def calm(page: Page, complaints: list[str]) -> Iterator[None]:
    yield
    assert complaints == []


@pytest.fixture
def show(page: Page, served: Any) -> Callable[[View], View]:
    def show(view: View) -> View:
        shown: View = served.reception.publish(view)
        expect(page.locator("main")).to_have_attribute("data-sequence", str(shown.sequence))
        return shown

    return show


@pytest.fixture
def pin(a_view: Any, show: Callable[[View], View]) -> View:
    return show(a_view(Screen.PIN, StateName.PIN, deadline=60.0))
