"""The pictures of screens in README and ``docs`` show the screens as they are.

The picture of the staff page is left out: it has the time of day in it.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from PIL import Image, ImageChops

from kiosk.web.screens import Screens
from simulators.pytest_plugin import need
from tests.docs.pages import ROOT
from tests.gallery.outcomes import outcome_screens
from tests.gallery.shots import Size, shoot
from tests.gallery.views import every_screen

PICTURES: Final = {
    "docs/pictures/put-card.png": "idle",
    "docs/pictures/key-pad.png": "pin",
    "tests/pictures/result_card.png": "card-works",
}
"""Where each picture is, and the screen or the invented person that it shows."""
SIZE: Final = Size(1280, 800)
MOST: Final = 0.005
"""The share of pixels that may differ, since no two versions of Chromium draw a letter alike."""


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the screens as they are now."""
    need([] if shutil.which("chromium") else ["Chromium (Debian package chromium)"])
    views = {view.screen.value: view for view in reversed(every_screen().values())}
    views |= outcome_screens(datetime.now(UTC))
    folder = tmp_path_factory.mktemp("shots")
    shoot({name: Screens().page(views[name]) for name in PICTURES.values()}, folder, (SIZE,), lambda: None)
    return folder / str(SIZE)


@pytest.mark.parametrize(("path", "name"), PICTURES.items())
def test_a_picture_shows_the_screen_as_it_is(shots: Path, path: str, name: str) -> None:
    before, now = (Image.open(file).convert("L") for file in (ROOT / path, shots / f"{name}.png"))
    assert before.size == now.size
    differing = sum(ImageChops.difference(before, now).histogram()[64:])
    assert differing <= MOST * before.width * before.height, f"take it again: script/gallery --only {name}"
