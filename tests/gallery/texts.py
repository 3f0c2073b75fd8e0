"""Collect every text of the visitor's screens from the tables of the code, as its author wrote it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from kiosk.failures import FAILURES
from kiosk.web import aids, asking, comparison, information, insurers, menu, result_texts, texts

__all__ = ["every_text"]

_HEADINGS = (result_texts.HEADINGS, result_texts.HEADINGS_AT_UNION_OFFICE)


def _all_of(headings: result_texts.Headings) -> list[str]:
    values = [getattr(headings, field.name) for field in fields(headings)]
    return [text for value in values for text in ([value] if isinstance(value, str) else _members(value))]


def _members(value: Any) -> list[str]:
    return list(value.values() if isinstance(value, dict) else value)


def every_text() -> list[str]:
    """Return every text, with its placeholders."""
    modules = (texts, result_texts, asking, comparison, information, insurers, menu, aids)
    tables: list[Any] = [value for module in modules for name, value in vars(module).items() if name in module.__all__]
    flat = [text for table in tables if hasattr(table, "values") for text in table.values()]
    flat += [text for table in tables if isinstance(table, tuple) for text in table if isinstance(text, str)]
    flat += [text for pair in flat if isinstance(pair, tuple) for text in pair if text]
    flat += [part for row in asking.PROCEDURES.values() for part in (row.title, row.does, row.attach) if part]
    singles = [value for value in tables if isinstance(value, str)]
    screens = [entry for entry in [*flat, texts.STAFF_IDENTIFIES] if isinstance(entry, texts.ScreenText)]
    flat += [text for headings in _HEADINGS for text in _all_of(headings)]
    failures = [part for text in FAILURES.values() for part in (text.heading, text.why, *text.steps)]
    parts = [part for screen in screens for part in (screen.heading, screen.why, *screen.steps)]
    return [*(text for text in flat if isinstance(text, str) and text), *singles, *parts, *failures]
