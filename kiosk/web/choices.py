"""Build the screens that ask (one heading, one sentence, a few large buttons) from the view alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kiosk.decision import LifeEvent, Need, Purpose
from kiosk.reception import Belonging, Screen, UnionPage, View, Whereabouts, belongings
from kiosk.web import asking
from kiosk.web.texts import PURPOSES, ScreenText

__all__ = ["ASKING", "Choice", "Option", "choice_of"]


@dataclass(frozen=True, slots=True)
class Option:
    """One button: its text, the action that it sends, and the data of that action.

    ``toggle`` means that several may be chosen.
    """

    label: str
    action: str
    data: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    picture: str = ""
    toggle: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What a screen asks, and the possible answers."""

    text: ScreenText
    options: tuple[Option, ...]


def choice_of(view: View) -> Choice | None:
    """Return what the screen of ``view`` asks; None if it asks nothing of this kind."""
    make = _MAKERS.get(view.screen)
    return Choice(asking.QUESTIONS[view.screen], make(view)) if make else None


def _purposes(view: View) -> tuple[Option, ...]:
    return tuple(Option(PURPOSES[purpose], "purpose", {"purpose": purpose.value}) for purpose in Purpose)


def _needs(view: View) -> tuple[Option, ...]:
    return tuple(_need(need) for need in view.needs)


def _need(need: Need) -> Option:
    label, hint = asking.NEEDS[need]
    return Option(label, "need", {"need": need.value}, hint, toggle=True)


def _smartphone(view: View) -> tuple[Option, ...]:
    return tuple(
        Option(label, "smartphone", {"smartphone": value}, picture=picture)
        for value, label, picture in (("true", asking.PHONE_YES, "smartphone"), ("false", asking.PHONE_NO, ""))
    )


def _limit_consent(view: View) -> tuple[Option, ...]:
    answers = (("true", asking.LIMIT_CONSENT_YES), ("false", asking.LIMIT_CONSENT_NO))
    return tuple(Option(label, "limit_consent", {"limit-consent": value}, hint) for value, (label, hint) in answers)


def _phone_card(view: View) -> tuple[Option, ...]:
    return (
        Option(asking.PHONE_CARD_YES, "phone_card", {"phone-card": "true"}, picture="smartphone"),
        Option(asking.PHONE_CARD_NO, "phone_card", {"phone-card": "false"}),
    )


def _whereabouts(view: View) -> tuple[Option, ...]:
    return tuple(
        Option(label, "whereabouts", {"card": card.value}, hint) for card, (label, hint) in asking.WHEREABOUTS.items()
    )


def _belongings(view: View) -> tuple[Option, ...]:
    card = view.guide.card if view.guide else None
    return tuple(_belonging(thing) for thing in belongings(card or Whereabouts.AT_HOME))


def _belonging(thing: Belonging) -> Option:
    label, hint = asking.BELONGINGS[thing]
    return Option(label, "belonging", {"belonging": thing.value}, hint, picture=asking.PICTURES.get(thing, ""))


def _procedures(view: View) -> tuple[Option, ...]:
    return tuple(
        Option(asking.PROCEDURES[event].title, "page", {"page": UnionPage.PROCEDURE.value, "event": event.value})
        for event in LifeEvent
    )


_MAKERS: Mapping[Screen, Callable[[View], tuple[Option, ...]]] = {
    Screen.QUESTION_PURPOSE: _purposes,
    Screen.QUESTION_NEEDS: _needs,
    Screen.QUESTION_SMARTPHONE: _smartphone,
    Screen.QUESTION_LIMIT_CONSENT: _limit_consent,
    Screen.GUIDE_CARD: _whereabouts,
    Screen.GUIDE_PHONE: _phone_card,
    Screen.GUIDE_BELONGINGS: _belongings,
    Screen.PROCEDURES: _procedures,
}
ASKING = frozenset(_MAKERS)
"""The screens that ask."""
