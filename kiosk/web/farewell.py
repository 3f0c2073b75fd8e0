"""Say on the screen after a visit what the result said, in the same words and picture, without a name."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.decision import NextStep, Reason
from kiosk.phrases import Phrase
from kiosk.reception import Reminder
from kiosk.web import result_texts as texts
from kiosk.web.headings import heading_of
from kiosk.web.insurers import SOME_INSURER, names_another, pictured_for_another
from kiosk.web.pictures import Picture, pictures_of
from kiosk.web.result_steps import acts_of, asking_new_insurer, asking_staff, sentences_of
from kiosk.web.results import cross_of, mark_of

__all__ = ["FarewellContent", "farewell_of"]


@dataclass(frozen=True, slots=True)
class FarewellContent:
    """The tone, sign, heading, pictures and × of the result.

    ``step`` is what to do first.
    """

    tone: str
    mark: str
    heading: Phrase | str
    pictures: tuple[Picture, ...]
    cross: str
    step: Phrase | str


def farewell_of(reminder: Reminder, *, at_union_office: bool = False) -> FarewellContent:
    """Return what the farewell repeats of the answer that was shown."""
    acts = acts_of(reminder.next_steps, here=reminder.usable_after is not None and not at_union_office)
    heading = heading_of(reminder, reminder.purpose, at_union_office=at_union_office)
    elsewhere = SOME_INSURER if reminder.of_another_insurer else None
    pictures = pictures_of(reminder, at_union_office=at_union_office)
    return FarewellContent(
        tone=reminder.applies.value if reminder.applies else "none",
        mark=mark_of(reminder),
        heading=names_another(heading, elsewhere),
        pictures=tuple(map(pictured_for_another, pictures)) if elsewhere else pictures,
        cross=cross_of(reminder),
        step=names_another(
            _sentence((acts or reminder.next_steps)[0], reminder, at_union_office=at_union_office), elsewhere
        ),
    )


def _sentence(step: NextStep, reminder: Reminder, *, at_union_office: bool) -> str:
    """Return the first sentence of the step, as the result had it, or shorter where that one was about the person."""
    if step is NextStep.ASK_STAFF:
        return asking_staff(reminder, reminder.purpose, at_union_office=at_union_office)[0]
    if step is NextStep.ASK_NEW_INSURER:
        return asking_new_insurer(at_union_office=at_union_office)[0]
    said = sentences_of(reminder.purpose, reminder.reasons, at_union_office=at_union_office)
    if step in texts.REGISTER_IF_ASKED and Reason.REGISTRATION_UNKNOWN in reminder.reasons:
        return said[step]
    shorter = texts.FAREWELL_STEPS_AT_UNION_OFFICE if at_union_office else texts.FAREWELL_STEPS
    return shorter.get(step, said[step])
