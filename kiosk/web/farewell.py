"""Say on the screen after a visit what the result said, in the same words and picture, without a name."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.reception import Reminder
from kiosk.web import texts
from kiosk.web.pictures import Picture, pictures_of
from kiosk.web.results import cross_of, mark_of, sentence_of

__all__ = ["FarewellContent", "farewell_of"]


@dataclass(frozen=True, slots=True)
class FarewellContent:
    """The tone, sign, heading, pictures and × of the result; empty if none of this insurer's documents applies.

    ``step`` is what to do first.
    """

    tone: str
    mark: str
    heading: str
    pictures: tuple[Picture, ...]
    cross: str
    step: str


def farewell_of(reminder: Reminder, *, at_union_office: bool = False) -> FarewellContent:
    """Return what the farewell repeats of the answer that was shown."""
    here = texts.FAREWELL_STEPS_AT_UNION_OFFICE if at_union_office else {}
    return FarewellContent(
        tone=reminder.applies.value if reminder.applies else "none",
        mark=mark_of(reminder),
        heading=sentence_of(reminder, reminder.purpose),
        pictures=pictures_of(reminder),
        cross=cross_of(reminder),
        step={**texts.FAREWELL_STEPS, **here}[reminder.step],
    )
