"""Write the values of the register and of facts as an officer reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from operator import attrgetter
from typing import Final

from kiosk import TOKYO
from kiosk.decision import Confirmation, Facts
from kiosk.eligibility import NAMES, Member, values_of
from kiosk.reception import AtWork
from kiosk.wareki import wareki
from kiosk.web.officer import texts

__all__ = ["Changed", "at_work", "changes", "clock", "fact_lines", "instant", "member_lines", "minute", "worded"]

_NOTHING: Final = "―"
_WITHHELD: Final = "自己情報提供不可のため、表示しません"
_FACTS: Final = tuple(field.name for field in fields(Facts))
_facts_of: Callable[[Facts], tuple[object, ...]] = attrgetter(*_FACTS)
_ADDRESS: Final = frozenset({"postal_code", "address"})

Changed = tuple[str, str, str]
"""What changed with a version: the label of the column, before, after."""


def worded(name: str, value: object) -> str:
    """Return a value of the column or fact of that name."""
    if value is None or value in ("", ()):
        return _NOTHING
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, date):
        return wareki(value)
    if isinstance(value, Confirmation):
        return f"{wareki(value.valid_from)}から{wareki(value.valid_until)}まで"
    if name == "copay_percent":
        return f"{value}％"
    return texts.CODES.get(name, {}).get(str(value), str(value))


def instant(at: datetime) -> str:
    """Return a time in Asia/Tokyo to the minute, such as 令和8年4月1日 9:05."""
    here = at.astimezone(TOKYO)
    return f"{wareki(here.date())} {here:%-H:%M}"


def at_work(by: AtWork, doing: str) -> str:
    """Return a sentence: who does what, and since when; ``doing`` is what they do, such as 印刷しています."""
    return f"{by.display}さんが、{minute(by.since)}から{doing}。"


def minute(at: datetime) -> str:
    """Return the time of day in Asia/Tokyo to the minute, such as 9:05."""
    return f"{at.astimezone(TOKYO):%-H:%M}"


def clock(at: datetime) -> str:
    """Return the time of day in Asia/Tokyo, such as 14:05:09."""
    return f"{at.astimezone(TOKYO):%H:%M:%S}"


def member_lines(member: Member) -> list[tuple[str, str]]:
    """Return label and value of every column of a version."""
    return [(texts.LABELS[name], value) for name, value in _worded(member).items()]


def fact_lines(facts: Facts) -> list[tuple[str, str]]:
    """Return label and value of every fact of a decision, in their order."""
    return [(texts.FACTS[name], worded(name, value)) for name, value in zip(_FACTS, _facts_of(facts), strict=True)]


def changes(before: Member | None, after: Member, *, withheld: bool) -> list[Changed]:
    """Return what a version changed; nothing for the first one.

    Args:
        before: the version before; None for the first one.
        after: the version.
        withheld: whether the member's data are withheld now. Then no address is shown, nor that one has changed: they
            may live where they lived before that.

    """
    if before is None:
        return []
    then, now = _worded(before, withheld=withheld), _worded(after, withheld=withheld)
    return [(texts.LABELS[name], then[name], now[name]) for name in NAMES if then[name] != now[name]]


def _worded(member: Member, *, withheld: bool = False) -> dict[str, str]:
    """Return every column as text. Where people whose data are withheld live is shown to nobody."""
    found = {name: worded(name, value) for name, value in zip(NAMES, values_of(member), strict=True)}
    hidden = _ADDRESS if withheld or member.information_withheld else frozenset[str]()
    return {name: _WITHHELD if name in hidden else said for name, said in found.items()}
