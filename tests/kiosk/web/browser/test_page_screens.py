"""Every screen in Chromium at three sizes: it fits, it can be read, it can be hit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from kiosk.identity import Level
from kiosk.reception import CallShown, Screen, View
from kiosk.reception.masking import masked

MILLIMETRES_PER_INCH = 25.4
SMALLEST_KEY = 20.0
SMALLEST_TEXT = 5.0
CAPITAL = 0.765  # of the type's size: BIZ UDPGothic
SMALLEST_CAPITAL = 6.109  # mm: 0.7 degrees seen from 500 mm (EN 301 549, 5.1.4)
AXE_OPTIONS = {"rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}}
OUTSIDE = """() => {
  const foot = document.querySelector(".foot").getBoundingClientRect();
  const body = document.querySelector(".body");
  const away = [...document.querySelectorAll("main *")].filter((element) => {
    const box = element.getBoundingClientRect();
    if (!box.width || element.closest("[popover], .stage, .deadline")) return false;
    return box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
  });
  const under = [...body.children].filter((part) => part.getBoundingClientRect().bottom > foot.top + 1);
  const scrolls = body.scrollHeight > body.clientHeight + 1 || body.scrollWidth > body.clientWidth + 1;
  return [...away, ...under].map((element) => element.outerHTML.slice(0, 80)).concat(scrolls ? ["scrolls"] : []);
}"""


@dataclass(frozen=True)
class Panel:
    """A kiosk's display: pixels and the inches of its diagonal."""

    width: int
    height: int
    inches: float

    def millimetres(self, pixels: float) -> float:
        return pixels / (self.width**2 + self.height**2) ** 0.5 * self.inches * MILLIMETRES_PER_INCH


@dataclass
class Stage:
    """A page that shows what the reception publishes."""

    page: Page
    kiosk: Any
    panel: Panel

    def show(self, view: View) -> View:
        shown = self.kiosk.reception.publish(view)
        self.page.wait_for_selector(f'html[data-painted-sequence="{shown.sequence}"]')
        return shown


PANELS = [Panel(1280, 800, 10.1), Panel(1080, 1920, 21.5), Panel(1920, 1080, 15.6)]


@pytest.fixture(scope="module", params=PANELS, ids=lambda panel: f"{panel.width}x{panel.height}")
def stage(request: pytest.FixtureRequest, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    conftest = request.config.pluginmanager.get_plugin(str(Path(__file__).parents[1] / "conftest.py"))
    with conftest.serve(conftest.Settings(tmp_path_factory.mktemp("kiosk"), simulation=True)) as kiosk:
        panel: Panel = request.param
        page = browser.new_page(viewport={"width": panel.width, "height": panel.height})
        page.goto(kiosk.url)
        yield Stage(page, kiosk, panel)
        page.close()


@pytest.fixture
def shown_here(request: pytest.FixtureRequest, stage: Stage, every_screen: dict[str, View]) -> dict[str, View]:
    """Each screen on one of the panels; `script/soak screens` has every screen on all of them."""
    if request.config.getoption("--every-panel", default=False):
        return every_screen
    names = list(every_screen)[PANELS.index(stage.panel) :: len(PANELS)]
    return {name: every_screen[name] for name in names}


def test_nothing_lies_outside_or_scrolls_and_all_can_be_read(stage: Stage, screen_view: View) -> None:
    stage.show(screen_view)
    assert stage.page.evaluate(OUTSIDE) == []
    sizes = stage.page.eval_on_selector_all(
        ".why, .steps__item, h1, .remark, .button, .option__label, .option__hint, dt, dd, .portal__words, .coming p",
        "all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))",
    )
    assert min(stage.panel.millimetres(size) for size in sizes) >= SMALLEST_TEXT


def test_headings_and_digits_are_seen_from_half_a_metre(stage: Stage, screen_view: View) -> None:
    stage.show(screen_view)
    sizes = stage.page.eval_on_selector_all(
        "h1, .key[data-key='1'], .seconds__number, .code__value",
        "all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))",
    )
    assert min(stage.panel.millimetres(size * CAPITAL) for size in sizes) >= SMALLEST_CAPITAL


def test_axe_finds_nothing_at_seven_to_one(stage: Stage, shown_here: dict[str, View]) -> None:
    reports = dict[str, str]()
    for name, view in shown_here.items():
        stage.show(view)
        found = Axe().run(stage.page, options=AXE_OPTIONS)
        if found.response["violations"]:
            reports[name] = found.generate_report()
    assert reports == {}


def test_every_key_is_twenty_millimetres(stage: Stage, every_screen: dict[str, View]) -> None:
    stage.show(next(view for view in every_screen.values() if view.screen is Screen.PIN))
    keys = stage.page.locator("[data-key]").all()
    boxes = [box for key in keys if (box := key.bounding_box())]
    assert len(boxes) == 13
    assert min(stage.panel.millimetres(min(box["width"], box["height"])) for box in boxes) >= SMALLEST_KEY


def test_every_sheet_that_a_button_unfolds_has_a_button_that_folds_it_again(
    stage: Stage, shown_here: dict[str, View]
) -> None:
    for screen, view in shown_here.items():
        stage.show(view)
        for name in stage.page.eval_on_selector_all("main [popover]", "all => all.map((one) => one.id)"):
            stage.page.evaluate("name => document.getElementById(name).showPopover()", name)
            stage.page.locator(f'#{name} [popovertarget="{name}"][popovertargetaction="hide"]').click(timeout=5000)
            assert not stage.page.locator(f"#{name}").is_visible(), (screen, name)


BROKEN_NAME = """() => [...document.querySelectorAll(".person__name")].flatMap((name) => {
  const lines = new Map();
  const texts = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    for (let at = 0; at < texts.currentNode.length; at++) {
      const one = document.createRange();
      one.setStart(texts.currentNode, at);
      one.setEnd(texts.currentNode, at + 1);
      const { top, width } = one.getBoundingClientRect();
      if (width) lines.set(Math.round(top), (lines.get(Math.round(top)) ?? "") + texts.currentNode.data[at]);
    }
  }
  return [...lines.values()];
})"""


@pytest.mark.parametrize("kana", ["トウキョウ タロウ ミドル", "ガブリエラ エリザベス マリア", "ド"])
def test_a_name_breaks_between_its_parts_alone_and_never_before_様(
    stage: Stage, every_screen: dict[str, View], kana: str
) -> None:
    views = [view for view in every_screen.values() if view.masked_name and view.decision and not view.guide]
    wordy = max(views, key=lambda view: (view.level is Level.OFFICIAL_READER, view.call is CallShown.CALLED))
    stage.show(replace(wordy, masked_name=masked(kana)))
    parts = [f"{part[0]}＊＊" for part in kana.split()]
    lines = [line.replace("\xa0", " ").strip() for line in stage.page.evaluate(BROKEN_NAME)]
    assert " ".join(lines) == " ".join(parts) + " 様"
    assert all(set(line.split()) <= {*parts, "様"} for line in lines)
    assert lines[-1] != "様"


@pytest.mark.parametrize("name", ["more", "purposes"])
def test_what_unfolds_over_the_longest_result_fits_too(stage: Stage, every_screen: dict[str, View], name: str) -> None:
    views = [
        view for view in every_screen.values() if view.screen is Screen.RESULT_CARD and not view.has_personal_pages
    ]
    results = [(view.decision, view) for view in views if view.decision and view.masked_name]
    _, longest = max(results, key=lambda pair: len(pair[0].reasons) + len(pair[0].next_steps))
    stage.show(longest)
    stage.page.locator(f'.foot [data-action="{name}"]').click()
    sheet = stage.page.locator(f"#{name}")
    box = sheet.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= box["y"] + box["height"] <= stage.panel.height
    assert sheet.evaluate("sheet => sheet.scrollHeight <= sheet.clientHeight")
