"""Weigh what a visitor's browser loads before it shows a screen: page, scripts and style sheets, without drawings."""

from __future__ import annotations

import gzip
from dataclasses import replace
from functools import cache

from kiosk.languages import Language
from kiosk.web.assets import STATIC_FOLDER
from kiosk.web.screens import Screens
from tests.gallery.views import every_screen, failure_screens

__all__ = ["MOST_BYTES", "weights"]

MOST_BYTES = 60_000
"""What a page may weigh, gzipped, with its scripts and style sheets; fonts, drawings and recordings not counted."""


def weights(language: Language) -> dict[str, int]:
    """Return the gzipped bytes of every screen of the kiosk as a whole page, with all scripts and style sheets."""
    screens = Screens(languages=tuple(Language))
    views = {**every_screen(), **failure_screens()}
    pages = {name: screens.page(replace(view, language=language)) for name, view in views.items()}
    return {name: _packed(page.encode()) + _fixed() for name, page in pages.items()}


@cache
def _fixed() -> int:
    """Return the bytes of scripts and style sheets, each packed by itself, as a server sends it."""
    files = [*STATIC_FOLDER.glob("*.css"), *STATIC_FOLDER.glob("*.js"), *STATIC_FOLDER.glob("vendor/**/*.css")]
    return sum(_packed(file.read_bytes()) for file in files)


def _packed(content: bytes) -> int:
    return len(gzip.compress(content))
