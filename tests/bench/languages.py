"""The visitor page in every language: what it weighs, how soon another one is painted, how soon a screen is heard.

Everything is timed by the page itself. A frame counts as painted at the first task after its animation frame; a
recording counts as heard when its element says ``playing``. Each visit has a browser without any cache. Beside each
figure is the least that Chromium itself takes in the same run: a click that changes nothing, and a file that is played.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from kiosk.languages import Language
from kiosk.web.voice import name_of
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin
from tests.bench.figures import row, show
from tests.bench.page import FLAGS
from tests.gallery.weight import MOST_BYTES, weights

ROUNDS = 12
FAREWELL = 3.0
VISITS = 20
GOAL_PAINTED_MS = 100
GOAL_HEARD_MS = 300
_ALOUD = "--autoplay-policy=no-user-gesture-required"
_BARE_FRAME = """
new Promise((done) => {
  document.body.addEventListener("click", ({ timeStamp }) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now() - timeStamp);
    port2.postMessage(null);
  }), { once: true });
  document.body.click();
})
"""
_BARE_SOUND = """
new Promise((done) => {
  const asked = performance.now();
  const sound = new Audio(document.querySelector("main").dataset.voices.replace("#", "NAME") + "&" + asked);
  sound.addEventListener("playing", () => done(performance.now() - asked), { once: true });
  sound.play();
})
"""
_WATCH = """
window.painted = [];
window.heard = [];
let clicked = 0;
let came = null;
addEventListener("click", (event) => (clicked = event.timeStamp), true);
addEventListener("DOMContentLoaded", () => {
  new MutationObserver(() => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => window.painted.push([document.documentElement.lang, performance.now() - clicked]);
    port2.postMessage(null);
  })).observe(document.body, { childList: true });
});
window.EventSource = class extends EventSource {
  addEventListener(name, listener) {
    super.addEventListener(name, (event) => {
      if (name === "screen") came = { at: event.timeStamp, screen: /data-screen="(\\w+)"/.exec(event.data)?.[1] };
      listener(event);
      came = null;
    });
  }
};
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  if (came) {
    const { screen, at } = came;
    this.addEventListener("playing", () => window.heard.push([screen, performance.now() - at]), { once: true });
  }
  return play.call(this);
};
"""
"""Notes how long after the click a language was painted, and how long after a screen's event its first sound played."""


def run() -> None:
    """Print the three tables."""
    _show_weights()
    with _kiosk() as (kiosk, browser):
        bare, idle, result = _changes(kiosk, browser)
        file = _bare_sounds(kiosk, browser)
        heard = [sound for _ in range(VISITS) for sound in _heard(kiosk, browser)]
    show(
        "languages: click on a language -> it is painted, in Chromium, ms",
        ["", "median", "p99", "runs", "goal"],
        [
            row("a click that changes nothing", bare, ""),
            row("first screen", idle, str(GOAL_PAINTED_MS)),
            row("result", result, str(GOAL_PAINTED_MS)),
        ],
    )
    screens = dict.fromkeys(screen for screen, _ in heard)
    show(
        "languages: event of a screen -> its first sound plays, in Chromium without a cache, ms",
        ["", "median", "p99", "runs", "goal"],
        [row("a file, played", file, "")]
        + [row(name, [ms for screen, ms in heard if screen == name], str(GOAL_HEARD_MS)) for name in screens],
    )


def _show_weights() -> None:
    rows = []
    for language in Language:
        heaviest, most = max(weights(language).items(), key=lambda one: one[1])
        rows.append((language.value, f"{most / 1000:.1f}", f"{MOST_BYTES / 1000:.0f}", heaviest))
    show("languages: heaviest page + script + style, gzipped, kB", ["", "kB", "goal", "screen"], rows)


@contextmanager
def _kiosk() -> Iterator[tuple[RunningKiosk, Browser]]:
    tags = [language.value for language in Language]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        listen = f"127.0.0.1:{free_port()}"
        stage = set_stage(
            Path(folder) / "stage",
            datetime.now(UTC),
            listen=listen,
            **{"screen.languages": tags, "visit.farewell": FAREWELL},
        )
        with RunningKiosk(stage, plugin.readers) as kiosk:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, _ALOUD])
            yield kiosk, browser
            browser.close()


@contextmanager
def _page(kiosk: RunningKiosk, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(kiosk.url)
    page.wait_for_selector("html[data-painted-sequence]")
    yield page
    context.close()


def _changes(kiosk: RunningKiosk, browser: Browser) -> tuple[list[float], list[float], list[float]]:
    """Return the milliseconds of bare clicks, and of changes of language on the first screen and on the fullest one."""
    with _page(kiosk, browser) as page:
        bare = [float(page.evaluate(_BARE_FRAME)) for _ in range(ROUNDS * len(Language))]
        idle = _all_languages(page)
        kiosk.put("card-works")
        _answer(page)
        result = _all_languages(page)
        kiosk.take()
        page.wait_for_selector('main[data-screen="idle"]')
    return bare, idle, result


def _bare_sounds(kiosk: RunningKiosk, browser: Browser) -> list[float]:
    """Return the milliseconds until a recording plays that is fetched anew each time."""
    file = name_of("カードを読み取っています")
    with _page(kiosk, browser) as page:
        return [float(page.evaluate(_BARE_SOUND.replace("NAME", file))) for _ in range(VISITS)]


def _all_languages(page: Page) -> list[float]:
    return [_change(page, language) for _ in range(ROUNDS) for language in (*list(Language)[1:], Language.JAPANESE)]


def _change(page: Page, language: Language) -> float:
    """Choose a language and return the milliseconds until the page has it."""
    page.evaluate("window.painted.length = 0")
    page.click(".language")
    page.click(f'#languages [data-language="{language.value}"]')
    page.wait_for_function("tag => window.painted.at(-1)?.[0] === tag", arg=language.value)
    return float(page.evaluate("window.painted.at(-1)[1]"))


def _answer(page: Page) -> None:
    page.wait_for_selector('main[data-screen="pin"]')
    for key in "1234":
        page.click(f'[data-key="{key}"]')
    page.click('[data-key="enter"]')
    page.wait_for_selector('main[data-screen="result_card"]')


def _heard(kiosk: RunningKiosk, browser: Browser) -> list[tuple[str, float]]:
    """Make a visit with speech; return the screens that were spoken, each with the milliseconds to its first sound.

    A screen that gives way to the next before it can be spoken is not among them.
    """
    with _page(kiosk, browser) as page:
        page.keyboard.press("NumpadDivide")
        page.wait_for_function("document.body.dataset.speaking")
        page.evaluate("window.heard.length = 0")
        kiosk.put("card-works")
        _spoken(page, "pin")
        _answer(page)
        _spoken(page, "result_card")
        kiosk.take()
        _spoken(page, "farewell")
        heard: list[tuple[str, float]] = [(str(screen), float(ms)) for screen, ms in page.evaluate("window.heard")]
        page.wait_for_selector('main[data-screen="idle"]')
    return heard


def _spoken(page: Page, screen: str) -> None:
    page.wait_for_function("name => window.heard.some(([screen]) => screen === name)", arg=screen)
