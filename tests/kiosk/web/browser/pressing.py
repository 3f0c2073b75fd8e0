"""Keys of the visitor page, and waiting for what they bring about."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

CATCH_THE_SOURCE = """
  window.sources = [];
  window.EventSource = class extends EventSource {
    constructor(url) { super(url); window.sources.push(this); }
    addEventListener(name, listener) { if (name !== window.deafTo) super.addEventListener(name, listener); }
  };
"""


def key(page: Page, name: str) -> None:
    """Press a digit by its key, and what is no digit by its action: so every other client does."""
    page.locator(f'[data-key="{name}"]' if name.isdigit() else f'[data-action="{name}"]').click()


def eventually(page: Page, condition: Callable[[], bool]) -> bool:
    """Wait for what the server's thread or the page does; the deadline only ends a test that has failed."""
    for _ in range(1000):
        if condition():
            return True
        page.wait_for_timeout(10)
    return False


def acted(page: Page, served: Any, number: int) -> list[Any]:
    """Return the actions that arrived, once there are ``number`` of them."""
    assert eventually(page, lambda: len(served.reception.actions) >= number)
    return list(served.reception.actions)


def acted_as(page: Page, served: Any, name: str) -> Any:
    """Return the one action of this name once it has arrived; one that says that somebody is there may come first."""
    assert eventually(page, lambda: any(action.action == name for action in served.reception.actions))
    [action] = [action for action in served.reception.actions if action.action == name]
    return action
