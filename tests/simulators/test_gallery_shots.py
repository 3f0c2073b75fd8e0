"""The screens in the gallery: as they are once the page listens, and with a sheet open where its name says so."""

from __future__ import annotations

from pathlib import Path

from kiosk.web.screens import Screens
from simulators.gallery.shots import Size, shoot
from simulators.gallery.views import every_screen


def test_a_sheet_is_taken_open(tmp_path: Path) -> None:
    size, views = Size(1280, 800), every_screen().values()
    html = Screens().page(next(view for view in views if view.screen.value == "guide_belongings"))
    taken: list[None] = []
    shoot({"plain": html, "plain+compare": html}, tmp_path, (size,), lambda: taken.append(None))
    plain, opened = ((tmp_path / str(size) / f"{name}.png").read_bytes() for name in ("plain", "plain+compare"))
    assert plain != opened
    assert len(taken) == 2
