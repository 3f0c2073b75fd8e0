"""Run ``script/gallery``: every screen and outcome in every size, staff pages and documents as PNG, with one index."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.progress import Progress

from kiosk.languages import Language
from kiosk.reception import View
from tests.gallery.aided import AIDED, aided_faults, aided_pages
from tests.gallery.desk import shoot_desk
from tests.gallery.office import shoot_office
from tests.gallery.outcomes import outcome_screens
from tests.gallery.pages import rendered
from tests.gallery.papers import shoot_papers
from tests.gallery.shots import SIZES, Size, shoot
from tests.gallery.views import every_screen, failure_screens
from tests.voice.sound import write_visit
from tests.voice.visiting import heard_visit

_BESIDE = 29  # staff pages, the office's pages and documents
_HEAD = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>Gallery</title>
<style>
body { font-family: sans-serif; margin: 2rem; background: #f2f2f2; }
section { display: flex; gap: 1rem; align-items: start; margin: 1rem 0; }
img { height: 18rem; border: 1px solid #949494; background: #fff; }
h2 { font-size: 1rem; }
</style></head><body>
<h1>Gallery</h1>
"""


def main() -> None:
    """Take the pictures that the arguments ask for, and end with an error if the layout of one has a fault."""
    options = _options()
    pages = {name: html for name, html in _pages(options.language).items() if options.only in name}
    sizes = tuple(size for size in SIZES if options.size in str(size))
    whole = not options.only and not options.size and options.language is Language.JAPANESE
    with Progress(transient=True, disable=not os.isatty(2)) as progress:
        task = progress.add_task("pictures", total=len(pages) * len(sizes) + _BESIDE * whole)
        faults = shoot(pages, options.folder, sizes, lambda: progress.advance(task))
        aided = _measure_aided(lambda: None) if whole else []
        beside = _shoot_beside(options.folder, lambda: progress.advance(task)) if whole else []
    spoken = _write_visit(options.folder) if whole else ""
    _write_index(options.folder, pages, sizes, beside, spoken)
    print(options.folder / "index.html")
    if faults or aided:
        sys.exit("\n".join([*(f"{name}: {fault}" for name, found in faults.items() for fault in found), *aided]))


def _measure_aided(done: Callable[[], object]) -> list[str]:
    """Return what is wrong with any screen as somebody has it who set something in 「使いやすく」."""
    views = every_screen()
    return [
        f"{name} {fault}"
        for name, (aids, sizes) in AIDED.items()
        for size in sizes
        for fault in aided_faults(aided_pages(views, aids), aids, size, done)
    ]


def _shoot_beside(folder: Path, done: Callable[[], object]) -> list[str]:
    """Take the pictures that have sizes of their own or none: staff pages, the office's pages, documents."""
    desk = [f"staff/{name}" for name in shoot_desk(folder / "staff", done)]
    office = [f"office/{name}" for name in shoot_office(folder / "office", done)]
    return desk + office + [f"papers/{name}" for name in shoot_papers(folder / "papers", done)]


def _write_visit(folder: Path) -> str:
    """Write a whole visit as it is heard, and return it for the index with its words."""
    with TemporaryDirectory() as scratch:
        heard = list(dict.fromkeys(heard_visit(Path(scratch))))
    write_visit(heard, folder / "visit.opus")
    words = "".join(f"<li>{escape(one.text)}</li>" for one in heard)
    return f'<h2>visit</h2><audio controls src="visit.opus"></audio><ol>{words}</ol>\n'


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/gallery", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("var/gallery"), help="where the pictures go")
    parser.add_argument("--only", default="", help="part of a screen's or persona's name")
    parser.add_argument("--language", type=Language, default=Language.JAPANESE, help="of the screens: en, ja-x-easy, …")
    parser.add_argument(
        "--size", default="", help="part of a size: 1280x800, 1080x1920 …; 640x400@2 is a zoom of 200 %%"
    )
    return parser.parse_args()


def _pages(language: Language) -> dict[str, str]:
    """Return the HTML of everything in a language by name, also with its sheets open."""
    views: Mapping[str, View] = {
        **{f"screen-{name}": view for name, view in every_screen().items()},
        **{f"code-{name}": view for name, view in failure_screens().items()},
        **{f"persona-{name}": view for name, view in outcome_screens(datetime.now(UTC)).items()},
    }
    return rendered(views, language)


def _write_index(
    folder: Path, pages: Mapping[str, str], sizes: tuple[Size, ...], beside: Sequence[str], spoken: str
) -> None:
    rows = spoken + "".join(_row(name, sizes) for name in pages)
    rows += "".join(f"<h2>{name}</h2><section>{_picture(name, name)}</section>\n" for name in beside)
    (folder / "index.html").write_text(f"{_HEAD}{rows}</body></html>\n", encoding="utf-8")


def _row(name: str, sizes: tuple[Size, ...]) -> str:
    pictures = "".join(_picture(f"{size}/{name}", str(size)) for size in sizes)
    return f"<h2>{escape(name)}</h2><section>{pictures}</section>\n"


def _picture(place: str, what: str) -> str:
    return f'<a href="{escape(place)}.png"><img loading="lazy" src="{escape(place)}.png" alt="{escape(what)}"></a>'


if __name__ == "__main__":
    main()
