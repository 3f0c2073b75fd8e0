"""One translatable text with what goes into its placeholders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup

__all__ = ["DayRange", "DaySpan", "DayWithoutYear", "Name", "Phrase", "Share", "Value"]


@dataclass(frozen=True, slots=True)
class DaySpan:
    """The days between which something is expected."""

    earliest: date
    latest: date


@dataclass(frozen=True, slots=True)
class DayWithoutYear:
    """A day of these weeks, whose year everybody knows."""

    day: date


@dataclass(frozen=True, slots=True)
class DayRange:
    """How many days something takes."""

    fewest: int
    most: int


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the costs, in percent: 30 is 3割."""

    percent: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name in Japanese, of a person or an insurer. It is never translated."""

    text: str


Value = str | date | DaySpan | DayWithoutYear | DayRange | Share | Name | Markup


@dataclass(frozen=True, slots=True)
class Phrase:
    """One translatable text.

    ``lists`` are texts of their own, or names, that are joined as the language joins them. ``values`` are written as
    the language writes them, and do not break across lines. ``count`` fills ``{count}``, and selects the plural form.
    """

    text: str
    lists: Mapping[str, tuple[str | Name, ...]] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    count: int | None = None
