"""The documents in the gallery: every kind, whole, as pictures."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.gallery.papers import shoot_papers


def test_every_document_is_drawn_once_for_an_ordinary_and_once_for_a_long_name(tmp_path: Path) -> None:
    taken: list[None] = []
    names = shoot_papers(tmp_path, lambda: taken.append(None))
    kinds = ("notice", "confirmation", "declaration")
    assert names == [*kinds, *(f"{kind}-long" for kind in kinds), "declaration-blank", "procedures"]
    assert len(taken) == len(names)
    for name in names:
        with Image.open(tmp_path / f"{name}.png") as picture:
            assert (picture.width > picture.height) == name.startswith("confirmation")
