"""A visitor who sees nothing: they hear what the screen says, and strike keys of a numeric keypad."""

from __future__ import annotations

import re

from playwright.sync_api import Page

__all__ = ["Listener"]

_HEARD = """() => {
  const main = document.querySelector("main");
  const sheet = [...main.querySelectorAll(":popover-open")].at(-1);
  if (main.dataset.speech) return (sheet ?? main).dataset.speech;
  const drawn = (one) => one.checkVisibility() && (sheet ? sheet.contains(one) : !one.closest("[popover]"));
  const words = [...main.querySelectorAll("h1, .why, .steps__item, .remark, .later, .more__title, .code, .called")];
  const buttons = [...main.querySelectorAll("button[data-number]")];
  const said = (one) => one.textContent.trim().replace(/\\s+/g, "");
  const numbered = buttons.filter(drawn).map((one) => `${one.dataset.number}番、${said(one)}`);
  return [...words.filter(drawn).map(said), ...numbered].join("。");
}"""
"""What is spoken of the screen or sheet (``data-speech``); without that, its text as a screen reader comes to it."""

_NUMBERED = """() => {
  const main = document.querySelector("main");
  return ([...main.querySelectorAll(":popover-open")].at(-1) ?? main).querySelector("[data-number]") !== null;
}"""

_UNTIL = f"""(awaited) => {{
  const heard = ({_HEARD})();
  return awaited.some((words) => heard.includes(words)) && heard;
}}"""
_LIMIT = 30_000


class Listener:
    """Somebody at the kiosk with a keypad and ears."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def hears(self, *awaited: str) -> str:
        """Wait until the screen says one of these words, and return all that it says."""
        return str(self._page.wait_for_function(_UNTIL, arg=list(awaited), timeout=_LIMIT).json_value())

    def strikes(self, *keys: str) -> None:
        """Strike keys of the keypad by the end of their code: ``1``, ``Enter``."""
        for key in keys:
            self._page.keyboard.press(key if key == "NumLock" else f"Numpad{key}")

    def can_choose(self) -> None:
        """Wait until the buttons have their numbers: a key that comes sooner was meant for the screen before."""
        self._page.wait_for_function(_NUMBERED, timeout=_LIMIT)

    def chooses(self, words: str) -> None:
        """Strike the number that is said before these words."""
        pattern = re.compile(rf"([0-9])番、{re.escape(words)}")
        self._page.wait_for_function(
            f"(pattern) => new RegExp(pattern).test(({_HEARD})())", arg=pattern.pattern, timeout=_LIMIT
        )
        self.can_choose()
        found = pattern.search(str(self._page.evaluate(_HEARD)))
        assert found, f"nothing is said of {words}"
        self.strikes(found[1])
