"""What the page of the looks at the visitor says: day and time, part of the union and purpose; nobody's name."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import TOKYO
from kiosk.eligibility import MemberLook
from kiosk.phrases import Phrase
from kiosk.reception import PersonalPages
from kiosk.web import asking
from kiosk.web.texts import ScreenText

__all__ = ["LookRow", "LooksShown", "looks_of"]


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look: when, who by their part, and what for."""

    when: Phrase
    who: str
    purpose: str


@dataclass(frozen=True, slots=True)
class LooksShown:
    """Heading and sentence, the looks, and what is said of them; without looks only the first, and ``note``."""

    text: ScreenText
    rows: tuple[LookRow, ...] = ()
    note: str = ""


def looks_of(pages: PersonalPages) -> LooksShown:
    """Return the looks at the person at the terminal, or that there are none, or that they cannot be read."""
    if pages.looks is None:
        return LooksShown(asking.LOOKS_MISSING)
    if not pages.looks:
        return LooksShown(asking.NO_LOOKS, note=asking.LOOKS_NOTE)
    return LooksShown(asking.LOOKS, tuple(map(_row, pages.looks)), asking.LOOKS_NOTE)


def _row(look: MemberLook) -> LookRow:
    at = look.at.astimezone(TOKYO)
    when = Phrase(asking.LOOKED_AT, values={"when": at.date(), "time": f"{at:%H:%M}"})
    return LookRow(when, asking.LOOK_PARTS[look.part], asking.LOOK_PURPOSES[look.purpose])
