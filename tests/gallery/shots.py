"""Show the screens in one Chromium without a service, as the service renders them: to take pictures, and to measure."""

from __future__ import annotations

import mimetypes
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, sync_playwright

from kiosk.web.assets import STATIC, STATIC_FOLDER
from kiosk.web.screens import Screens
from tests.gallery.views import a_view

__all__ = ["SIZES", "Size", "faults_of", "opened", "shoot"]

_ORIGIN = "http://kiosk.invalid"
_LAYOUT = Path(__file__).with_name("layout.js").read_text("utf-8")
_REPLACE = """(html) => {
  const next = new DOMParser().parseFromString(html, "text/html");
  document.body.replaceChildren(...next.body.childNodes);
  return Promise.all([document.fonts.ready, ...[...document.images].map((image) => image.decode())]);
}"""
"""Shows another screen in the open page, as the service's own script does, and waits for its fonts and drawings."""


class Size(NamedTuple):
    """A panel in the browser's pixels. ``zoom``: how many pixels of the panel are one of the browser's; more than one
    is a visitor's or officer's zoom, and only then may a screen scroll.
    """

    width: int
    height: int
    zoom: int = 1

    def __str__(self) -> str:
        return f"{self.width}x{self.height}" + (f"@{self.zoom}" if self.zoom > 1 else "")


SIZES = (
    Size(1280, 800),
    Size(1080, 1920),
    Size(1920, 1080),
    Size(1024, 600),
    Size(1024, 768),
    Size(1280, 720),
    Size(640, 400, zoom=2),
)


def shoot(
    pages: Mapping[str, str], folder: Path, sizes: tuple[Size, ...], done: Callable[[], object]
) -> dict[str, list[str]]:
    """Write ``folder/SIZE/NAME.png`` for each page (name: HTML) and return the faults of their layout by that name.

    A name that ends in ``+ID`` is taken with the sheet of that id open. ``done`` is called after each picture.
    """
    found: dict[str, list[str]] = {}
    for size in sizes:
        (folder / str(size)).mkdir(parents=True, exist_ok=True)
        for name, page in opened(pages, size):
            page.screenshot(path=folder / str(size) / f"{name}.png")
            if faults := faults_of(page, size):
                found[f"{size}/{name}"] = faults
            done()
    return found


def faults_of(page: Page, size: Size) -> list[str]:
    """Return what overlaps, is cut off, cannot be read or not be pressed on the screen that is shown."""
    faults: list[str] = page.evaluate(_LAYOUT, size.zoom > 1)
    return faults


def opened(pages: Mapping[str, str], size: Size) -> Iterator[tuple[str, Page]]:
    """Show each page (name: HTML) on a panel of that size, and for a name that ends in ``+ID`` open that sheet."""
    with _browser_page(size) as page:
        for name, html in pages.items():
            page.evaluate(_REPLACE, html)
            if "+" in name:
                _open(page, name.rpartition("+")[2])
            yield name, page


def _open(page: Page, sheet: str) -> None:
    """Open a sheet by its button at the foot or in the menu, or by the one inside 「くわしく」."""
    button = page.locator(
        f':is(.language, .listen)[popovertarget="{sheet}"], :is(.foot, .groups) [popovertarget="{sheet}"]'
    )
    if not button.count():
        _open(page, "more")
        button = page.locator(f'.more__actions [popovertarget="{sheet}"]')
    if not button.last.is_visible():  # on a lowered screen the way leads through 「使いやすく」
        page.locator(".button--aids").click()
        button = page.locator(f'#aids [popovertarget="{sheet}"]')
    button.last.click()


@contextmanager
def _browser_page(size: Size) -> Iterator[Page]:
    """Open a page without the script (a screen is complete as it is sent), and answer its requests here."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--disable-gpu"])
        context = browser.new_context(
            viewport={"width": size.width, "height": size.height},
            device_scale_factor=size.zoom,
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.route("**/*", _answer)
        page.goto(_ORIGIN)
        yield page
        browser.close()


def _answer(route: Route) -> None:
    path = urlsplit(route.request.url).path
    file = STATIC_FOLDER / path.removeprefix(f"{STATIC}/")
    if path == "/":
        empty = Screens().page(a_view()).replace("<body inert", "<body")  # as the script leaves it
        route.fulfill(body=empty, content_type="text/html; charset=utf-8")
    elif path.startswith(f"{STATIC}/") and file.suffix != ".js":
        route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file)[0])
    else:
        kind = "text/javascript" if file.suffix == ".js" else "text/css"
        route.fulfill(body="", content_type=kind)
