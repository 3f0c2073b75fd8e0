"""Take the pictures with one Chromium and no service; the screens are as the service renders them."""

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

__all__ = ["SIZES", "Size", "shoot"]

_ORIGIN = "http://kiosk.invalid"


class Size(NamedTuple):
    """A panel in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


SIZES = (Size(1280, 800), Size(1080, 1920), Size(1920, 1080))


def shoot(pages: Mapping[str, str], folder: Path, sizes: tuple[Size, ...], done: Callable[[], object]) -> None:
    """Write ``folder/SIZE/NAME.png`` for each page (name: HTML); ``done`` is called after each picture.

    A name that ends in ``+ID`` is taken with the sheet of that id open.
    """
    for size in sizes:
        (folder / str(size)).mkdir(parents=True, exist_ok=True)
        with _browser_page(size, pages) as page:
            for name in pages:
                page.goto(f"{_ORIGIN}/{name}")
                if "+" in name:
                    _open(page, name.rpartition("+")[2])
                page.screenshot(path=folder / str(size) / f"{name}.png")
                done()


def _open(page: Page, sheet: str) -> None:
    """Open a sheet by its button at the foot, or by the one inside 「くわしく」."""
    button = page.locator(f'.foot [popovertarget="{sheet}"]')
    if not button.count():
        _open(page, "more")
        button = page.locator(f'.more__actions [popovertarget="{sheet}"]')
    button.last.click()


@contextmanager
def _browser_page(size: Size, pages: Mapping[str, str]) -> Iterator[Page]:
    """Open a page without script (a screen is complete as it is sent), and answer its requests here."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--disable-gpu"])
        context = browser.new_context(
            viewport={"width": size.width, "height": size.height}, java_script_enabled=False, reduced_motion="reduce"
        )
        page = context.new_page()
        page.route("**/*", lambda route: _answer(route, pages))
        yield page
        browser.close()


def _answer(route: Route, pages: Mapping[str, str]) -> None:
    path = urlsplit(route.request.url).path
    if path.startswith(f"{STATIC}/"):
        file = STATIC_FOLDER / path.removeprefix(f"{STATIC}/")
        route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file)[0])
    elif path.removeprefix("/") in pages:
        listening = pages[path.removeprefix("/")].replace("<body inert", "<body")  # as the script leaves it
        route.fulfill(body=listening, content_type="text/html; charset=utf-8")
    else:
        route.fulfill(body="", content_type="text/css")
