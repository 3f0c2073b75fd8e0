"""Find every text that a visitor may read: the msgids of the catalogues, each with where it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import astuple, is_dataclass
from pathlib import Path
from types import ModuleType

from jinja2.ext import babel_extract

from kiosk.decision import Reason, explain
from kiosk.documents import procedures
from kiosk.documents.procedures import FOOTNOTE
from kiosk.failures import FAILURES
from kiosk.phrases import Phrase
from kiosk.web import aids, asking, comparison, information, insurers, menu, result_texts, texts, values

__all__ = ["ROOT", "Text", "texts_of_the_house"]

ROOT = Path(__file__).parents[2]
_MODULES: tuple[ModuleType, ...] = (
    texts,
    result_texts,
    asking,
    information,
    comparison,
    menu,
    insurers,
    aids,
    values,
)
"""The modules whose public constants are texts."""
_TEMPLATES = (
    *sorted((ROOT / "kiosk/web/templates").glob("*.html")),
    ROOT / "kiosk/documents/templates/procedures.html",
)
_JAPANESE = re.compile("[぀-ヿ一-鿿]")

Text = tuple[str, str]
"""A msgid, and where it is written: the file and, in a module, the constant."""


def texts_of_the_house() -> Iterator[Text]:
    """Yield every text, those that are written in several places as often."""
    for module in _MODULES:
        yield from _of_module(module)
    yield from _of_reasons()
    yield from _of_failures()
    yield from _of_sheet()
    for template in _TEMPLATES:
        yield from _of_template(template)


def _of_module(module: ModuleType) -> Iterator[Text]:
    file = module.__name__.replace(".", "/") + ".py"
    names: list[str] = module.__all__
    for name in names:
        keys = name != "FOR_ANOTHER"  # whose keys are texts of other modules
        for text in _within(vars(module)[name], keys=keys):
            yield text, f"{file}:{name}"


def _within(value: object, *, keys: bool = True) -> Iterator[str]:
    """Yield the Japanese texts within a constant, in their order."""
    match value:
        case str():
            if _JAPANESE.search(value):
                yield str(value)
        case Phrase(text=text):
            yield text
        case Mapping():
            for key, inner in value.items():
                yield from (*(_within(key) if keys else ()), *_within(inner))
        case tuple() | list():
            for inner in value:
                yield from _within(inner)
        case _ if is_dataclass(value) and not isinstance(value, type):
            yield from _within(astuple(value), keys=keys)


def _of_reasons() -> Iterator[Text]:
    for reason in Reason:
        yield explain(reason).sentence, f"kiosk/decision/explain.py:{reason.name}"


def _of_failures() -> Iterator[Text]:
    for code, text in FAILURES.items():
        for part in (text.heading, text.why, *text.steps):
            yield part, f"kiosk/failures/texts:{code.value}"


def _of_sheet() -> Iterator[Text]:
    for row in procedures().values():
        for part in (row.situation, *row.papers, row.union, row.union_does, row.through, row.arrives.text):
            yield part, "kiosk/documents/procedures.py"
    yield FOOTNOTE, "kiosk/documents/procedures.py:FOOTNOTE"


def _of_template(template: Path) -> Iterator[Text]:
    options = {"trim_blocks": "true", "lstrip_blocks": "true"}
    with template.open("rb") as file:
        for _, _, message, _ in babel_extract(file, ("_", "label"), (), options):
            if isinstance(message, str):
                yield message, str(template.relative_to(ROOT))
