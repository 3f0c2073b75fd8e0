"""One example of each kind of result, as docs/screens.md shows them: what the clinic's screen and the union's say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kiosk.decision import (
    DEFAULT_POLICY,
    CardStatus,
    CardToday,
    Certificate,
    Confirmation,
    Need,
    Policy,
    Purpose,
    Registration,
    decide,
)
from kiosk.phrases import Phrase
from kiosk.web.results import result_of
from kiosk.web.screens import Screens
from tests.gallery.views import facts

__all__ = ["result_examples"]

_PAPER = {"card": CardStatus.LOST, "confirmation_held": Confirmation(date(2025, 1, 1), date(2029, 12, 31))}
_NEW = {"linked_on": None, "acquired_on": date(2026, 11, 19), "filed_on": date(2026, 11, 19)}
_ENDED = {"certificate": Certificate.EXPIRED, "certificate_expired_on": date(2025, 9, 30)}
_PHONE = {"phone_card": True, "card_today": CardToday.NOT_HERE}
_EXAMPLES: Mapping[str, tuple[dict[str, Any], Policy]] = {
    "the card works": ({}, DEFAULT_POLICY),
    "the card in the smartphone": (_PHONE, Policy(desk_takes_phone_card=True)),
    "the card cannot be read, with the notice": (
        {"card_today": CardToday.UNREADABLE, "notice_held": True},
        DEFAULT_POLICY,
    ),
    "a new member, not linked yet": (_NEW, DEFAULT_POLICY),
    "the マイナンバー was not reported": (_NEW | {"my_number_reported": False, "notice_held": True}, DEFAULT_POLICY),
    "a 資格確認書, aged 71": (_PAPER | {"birth_date": date(1955, 1, 1)}, DEFAULT_POLICY),
    "医療費助成": ({"needs": (Need.PUBLIC_SUBSIDY,)}, DEFAULT_POLICY),
    "not registered, card at hand": ({"registration": Registration.UNREGISTERED}, DEFAULT_POLICY),
    "the certificate ended": (_ENDED, DEFAULT_POLICY),
    "the card was left at home": ({"card_today": CardToday.NOT_HERE}, DEFAULT_POLICY),
    "pays in full": ({"pays_in_full": True}, DEFAULT_POLICY),
    "75 and older": ({"birth_date": date(1940, 1, 1)}, DEFAULT_POLICY),
    "a claim, with nothing at hand": ({"purpose": Purpose.BENEFIT_CLAIM}, DEFAULT_POLICY),
}


def result_examples(profile: str) -> Iterator[tuple[str, ...]]:
    """Yield for each kind its name, heading, pictures, reason, steps and later note, in plain text."""
    screens = Screens(profile=profile)
    for kind, (more, policy) in _EXAMPLES.items():
        known = facts(**more)
        result = result_of(decide(known, policy), purpose=known.purpose, at_union_office=profile == "union_office")
        pictures = " ＋ ".join(_plain(screens, picture.name) for picture in result.pictures)
        yield (
            kind,
            _plain(screens, result.heading),
            pictures,
            _plain(screens, result.why),
            _joined(screens, result.steps),
            _joined(screens, result.later),
        )


def _joined(screens: Screens, phrases: tuple[Phrase, ...]) -> str:
    said = [_plain(screens, phrase) for phrase in phrases]
    return said[0] if len(said) == 1 else " ".join(f"{number}. {text}" for number, text in enumerate(said, 1))


def _plain(screens: Screens, phrase: Phrase | str) -> str:
    return re.sub("<[^>]+>", "", str(screens.say(phrase)))
