"""The tables of ``docs`` that are made from the code: ``python -m tests.docs`` writes them, and a test holds them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from itertools import zip_longest
from typing import Any, Final

from kiosk.decision import Facts, Policy, PolicyError, Reason, explain, parse_policy
from kiosk.decision.facts import _IMPOSSIBLE, FactsError
from kiosk.decision.parsing import parse_facts
from kiosk.eligibility import FEEDS, columns_in_words
from kiosk.failures import FALL_BACKS, FallBackText
from kiosk.policy_text import attribute_notes
from kiosk.web import comparison, result_texts, texts
from tests.docs.card import card_dialogues
from tests.docs.fhir import fhir_refusals
from tests.docs.http import actions, refusals
from tests.docs.keypad import keypad_table
from tests.docs.notes import FACT_NOTES
from tests.docs.pages import ROOT
from tests.docs.screens import result_examples

__all__ = ["GENERATED", "SECTION", "filled"]

SECTION: Final = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
"""A generated section of a page: its name is group 2."""


def filled(page: str) -> str:
    """Return the text of a page with every generated section filled. Raises KeyError for an unknown name."""
    return SECTION.sub(lambda found: f"{found[1]}\n{GENERATED[found[2]]()}\n{found[3]}", page)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = tuple(head)
    lines = (names, ("---",) * len(names), *rows)
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


# The member file


def _columns() -> str:
    rows = ((f"`{one.name}`", _coded(one.value), one.empty, one.note) for one in columns_in_words())
    return _table(("column", "value", "empty", "what it is"), rows)


def _feeds() -> str:
    rows = ((f"`{kind.value}`", _coded(", ".join(feed.names)), feed.note) for kind, feed in FEEDS.items())
    return _table(("kind", "columns beside the key", "what it is"), rows)


def _coded(text: str) -> str:
    """Return text with the words of a closed list set as code."""
    words = text.split(", ")
    return ", ".join(f"`{word}`" for word in words) if all(re.fullmatch("[a-z_]+", word) for word in words) else text


# Facts and policy


def _facts() -> str:
    notes = attribute_notes(Facts)
    rows = (
        (f"`{one.name}`", _fact(one.name), _default(one.default), FACT_NOTES.get(one.name) or notes[one.name])
        for one in fields(Facts)
    )
    return _table(("field", "value", "default", "what it is"), rows)


def _fact(name: str) -> str:
    """Return what a field may hold, as the reader of facts says when it refuses one."""
    first = {"on": "2026-11-22", "birth_date": "1980-04-01", "acquired_on": "2020-04-01"}
    try:
        parse_facts({**first, "card": "held", "registration": "registered", name: 0})
    except FactsError as error:
        return _expected(error.message)
    raise AssertionError(f"{name} takes a number")


def _expected(message: str) -> str:
    kind, _, values = re.sub(r"^must be ", "", message).partition(": ")
    return f"{kind}: {_coded(values)}" if values else kind.removesuffix(" in the years 1868 to 2199")


def _impossible() -> str:
    return _table(("field", "rule"), ((f"`{rule.field}`", rule.message) for rule in _IMPOSSIBLE))


def _policy() -> str:
    notes = attribute_notes(Policy)
    rows = ((f"`{one.name}`", _bounds(one.name), _default(one.default), notes[one.name]) for one in fields(Policy))
    return _table(("name", "value", "default", "what it is"), rows)


def _bounds(name: str) -> str:
    try:
        parse_policy({name: object()})
    except PolicyError as error:
        return _expected(error.message)
    raise AssertionError(f"{name} takes anything")


def _default(value: Any) -> str:
    if value is MISSING:
        return "required"
    return "null" if value is None else f"`{json.dumps(_plain(value), ensure_ascii=False)}`"


def _plain(value: Any) -> object:
    """Return a default as a file has it: days of the year as MM-DD, sets in their order."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return [f"{item[0]:02}-{item[1]:02}" if isinstance(item, tuple) else item for item in sorted(value)]
    return list(value) if isinstance(value, tuple) else value


# The decision


def _comparison() -> str:
    head = ("", *(texts.DOCUMENTS[document] for document in comparison.COLUMNS))
    shapes = (comparison.SHAPE, *(comparison.SHAPES[document] for document in comparison.COLUMNS))
    rows = ((line.what, *(_sign(cell) for cell in line.cells)) for line in comparison.ROWS)
    return _table(head, (shapes, *rows))


def _sign(cell: comparison.Cell) -> str:
    sign = comparison.SIGNS[cell.sign][0]
    return f"{sign} + {cell.beside}" if cell.beside else sign


def _reasons() -> str:
    return _table(("code", "sentence", "source"), ((f"`{reason}`", *explain(reason)) for reason in Reason))


def _steps() -> str:
    return _table(("code", "sentence on the clinic's screen"), ((f"`{code}`", text) for code, text in _said().items()))


def _said() -> Mapping[str, str]:
    open_words = {"supplements": "（証の名前）", "papers": "（届書の名前）"}
    return {
        str(step): text.format(**texts.places_of("clinic"), **open_words) for step, text in result_texts.STEPS.items()
    }


def _results_at(profile: str) -> Callable[[], str]:
    head = ("who", "heading", "pictures", "why", "steps", "later")
    return lambda: _table(head, result_examples(profile))


# The architecture


def _floors() -> str:
    """Return the layers of the kiosk and of the drivers, from the top, as import-linter checks them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = {one["containers"][0]: one["layers"] for one in contracts if len(one.get("containers", ())) == 1}
    head = ("", "`kiosk/`", "`drivers/`")
    floors = zip_longest(layers["kiosk"], layers["drivers"], fillvalue="")
    return _table(head, ((str(number), *map(_floor, both)) for number, both in enumerate(floors, 1)))


def _floor(rooms: str) -> str:
    return ", ".join(f"`{room}`" for room in rooms.split(" | ")) if rooms else ""


def _fall_backs() -> str:
    """Return what staff do while オンライン資格確認 gives no answer."""
    return "\n".join(_fall_back(text) for text in FALL_BACKS.values())


def _fall_back(text: FallBackText) -> str:
    steps = "".join(f"{number}. {step}\n" for number, step in enumerate(text.steps, 1))
    return f"### {text.heading}\n\n{text.when}\n\n{steps}"


GENERATED: Final[Mapping[str, Callable[[], str]]] = {
    "columns": _columns,
    "feeds": _feeds,
    "facts": _facts,
    "impossible": _impossible,
    "policy": _policy,
    "comparison": _comparison,
    "reasons": _reasons,
    "steps": _steps,
    "results-clinic": _results_at("clinic"),
    "results-union": _results_at("union_office"),
    "floors": _floors,
    "card-dialogues": card_dialogues,
    "fall-backs": _fall_backs,
    "actions": actions,
    "refusals": refusals,
    "fhir-refusals": fhir_refusals,
    "keypad": keypad_table,
}
"""What writes each section, by its name."""
