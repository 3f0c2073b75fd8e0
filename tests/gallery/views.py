"""Build views of every screen and every outcome, as the reception would show them: for the gallery and for tests."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from kiosk.decision import (
    DEFAULT_POLICY,
    CardStatus,
    CardToday,
    Certificate,
    Confirmation,
    Decision,
    Document,
    Facts,
    FactsError,
    LifeEvent,
    Need,
    NextStep,
    Purpose,
    Reason,
    Registration,
    decide,
    published,
)
from kiosk.eligibility.sources import EligibilitySource
from kiosk.failures import Code, Failure
from kiosk.identity import Level
from kiosk.reception import CallShown, Reminder, Screen, StateName, View
from kiosk.reception.picture import screen_of
from kiosk.reception.visit.eligibility import AskedSource
from kiosk.reception.visit.states import Failed
from kiosk.reception.visit.visit import Visit
from tests.gallery.flows import flow_screens

__all__ = [
    "TODAY",
    "a_view",
    "every_decision",
    "every_screen",
    "facts",
    "failure_screens",
    "failure_view",
    "longest_decisions",
    "result_view",
]

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
VISIT = "5f1c0a4be2d94c6f8a37d21b90e4c7aa"
_RESULT_SCREENS = {
    Document.CARD: Screen.RESULT_CARD,
    Document.NOTICE: Screen.RESULT_NOTICE,
    Document.CONFIRMATION: Screen.RESULT_CONFIRMATION,
    None: Screen.RESULT_NONE,
}
_FAILURES = (
    Code.NOT_MY_NUMBER_CARD,
    Code.PIN_LAST_TRY,
    Code.PIN_BLOCKED,
    Code.CERTIFICATE_EXPIRED,
    Code.CERTIFICATE_REVOKED,
    Code.NOT_GENUINE,
    Code.UNKNOWN_MEMBER,
    Code.TERMINAL_SILENT,
    Code.SEVERAL_FOUND_ONLINE,
    Code.REGISTRY_DOWN,
    Code.READER_FAULT,
    Code.CARD_UNREADABLE,
    Code.PIN_OUTCOME_UNKNOWN,  # the longest heading
)
"""One of each screen, and those with the most text."""


def a_view(screen: Screen = Screen.IDLE, state: StateName = StateName.IDLE, **more: Any) -> View:
    """Return a view, of the idle kiosk unless ``more`` says otherwise."""
    usual = {"kiosk": "1", "sequence": 1, "visit": 1, "state": state, "screen": screen, "at": NOW, "identifier": VISIT}
    return View(**{**usual, **more})


def facts(**more: Any) -> Facts:
    """Return the facts of an insured person with a マイナ保険証 that works; ``more`` changes that."""
    usual = {
        "on": TODAY,
        "birth_date": date(1985, 4, 1),
        "acquired_on": date(2024, 4, 1),
        "filed_on": date(2024, 4, 1),
        "linked_on": date(2024, 4, 5),
        "card": CardStatus.HELD,
        "registration": Registration.REGISTERED,
    }
    return Facts.checked(**{**usual, **more})


def result_view(decision: Decision, **more: Any) -> View:
    """Return the view of a decision for a confirmed person; a decision about a claim is shown under its purpose."""
    claims = Reason.NOTICE_CONFIRMS_DETAILS in decision.reasons
    usual = {
        "decision": decision,
        "purpose": Purpose.BENEFIT_CLAIM if claims else Purpose.VISIT,
        "level": Level.CONFIRMED,
        "masked_name": "ト＊＊ タ＊＊ 様",
        "deadline": 60.0,
        "simulation": True,
    }
    return a_view(_RESULT_SCREENS[decision.applies], StateName.RESULT, **{**usual, **more})


def failure_view(code: Code, **more: Any) -> View:
    """Return the view of a visit that ended in ``code``."""
    failure = Failure(code, "kiosk.reception.visit.identifying:card_read")
    screen = screen_of(Visit(1, Failed(failure)))
    shown = {"screen": screen, "state": StateName.FAILURE, "failure": failure}
    return a_view(**{**shown, "deadline": 60.0, "simulation": True, **more})


def failure_screens() -> dict[str, View]:
    """Return the screen of every code of the house, by the code itself."""
    return {code.value: _with(code) for code in Code}


def _with(code: Code) -> View:
    match code:
        case Code.PIN_WRONG | Code.PIN_MALFORMED:
            return failure_view(code, screen=Screen.PIN_WRONG, state=StateName.PIN, tries_left=2)
        case Code.CARD_WITHOUT_PIN:
            return failure_view(code, screen=Screen.STAFF_CHECK, state=StateName.STAFF, level=Level.PRESENTED)
        case Code.STAFF_CHECK:
            return a_view(Screen.STAFF_CHECK, StateName.STAFF, level=Level.PRESENTED, simulation=True)
        case _:
            return failure_view(code)


_LAST_KNOWN = AskedSource(EligibilitySource.LAST_KNOWN, datetime(2026, 11, 19, 1, 0, tzinfo=UTC), was_valid=True)
_WORDIEST = Reminder.of(decide(facts(card_today=CardToday.UNREADABLE, smartphone=True)), Purpose.VISIT)
_OLD_CARD = Reminder.of(
    decide(facts(on=date(2025, 11, 1), card=CardStatus.LOST, legacy_card_until=date(2025, 12, 1))), Purpose.VISIT
)
_VARIANTS: dict[str, list[dict[str, Any]]] = {
    "standing": [
        {},
        {"card": CardStatus.NEVER_ISSUED, "registration": Registration.UNREGISTERED},
        {"card": CardStatus.LOST},
        {"card": CardStatus.RETURNED},
        {"card_today": CardToday.NOT_HERE},
        {"card_today": CardToday.UNREADABLE},
        {"certificate": Certificate.EXPIRED, "certificate_expired_on": date(2026, 9, 30)},
        {"certificate": Certificate.EXPIRED, "certificate_expired_on": date(2025, 9, 30)},
        {"certificate": Certificate.REVOKED},
        {"certificate": Certificate.UNKNOWN},
        {"certificate": Certificate.UNKNOWN, "registration": Registration.UNREGISTERED},
        {"registration": Registration.CANCELLED, "card_today": CardToday.NOT_HERE},
        {"registration": Registration.CANCELLED, "registration_ends_on": date(2026, 12, 31)},
    ],
    "purpose": [{}, {"purpose": Purpose.BENEFIT_CLAIM}, {"needs": tuple(Need)}],
    "age": [{}, {"birth_date": date(1955, 1, 1)}, {"birth_date": date(1940, 1, 1)}],
    "linkage": [
        {},
        {"linked_on": None, "acquired_on": date(2026, 11, 19), "filed_on": date(2026, 11, 19)},
        {"linked_on": None, "acquired_on": date(2026, 10, 1), "filed_on": None},
        {"linked_on": None, "my_number_reported": False},
        {"linked_on": None, "acquired_on": date(2026, 10, 1), "filed_on": date(2026, 10, 5)},
        {"linked_on": None, "filed_on": None},
        {"acquired_on": date(2026, 12, 1)},
        {"lost_on": date(2026, 10, 1)},
    ],
    "papers": [
        {},
        {"notice_held": True},
        {"smartphone": True},
        {"confirmation_held": Confirmation(date(2026, 1, 1), date(2026, 12, 10))},
        {"confirmation_held": Confirmation(date(2023, 1, 1), date(2027, 12, 10)), "notice_held": True},
        {"confirmation_held": Confirmation(date(2024, 5, 1), date(2026, 5, 1))},
        {"confirmation_held": Confirmation(date(2026, 12, 20), date(2031, 12, 19))},
        {"legacy_card_until": date(2025, 12, 1)},
        {"on": date(2025, 11, 1), "legacy_card_until": date(2025, 12, 1), "filed_on": date(2024, 4, 1)},
    ],
    "event": [
        {},
        {"event": LifeEvent.ENROLLED, "filed_on": None},
        {"event": LifeEvent.REEMPLOYED},
        {"event": LifeEvent.RENAMED},
    ],
}
_UNKNOWN = {"registration": Registration.UNKNOWN, "acquired_on": date(2026, 11, 2), "linked_on": date(2026, 11, 6)}
_THIRD_EDITION: dict[str, list[dict[str, Any]]] = {
    "standing": [
        {},
        _UNKNOWN,
        {"information_withheld": True},
        {"special_consideration": True},
        {"phone_card": True},
        {"card_without_pin": True, "registration": Registration.UNREGISTERED},
    ],
    "card": [{}, {"card_today": CardToday.NOT_HERE}, {"card_today": CardToday.UNREADABLE}],
    "purpose": [{}, {"purpose": Purpose.BENEFIT_CLAIM}, {"needs": (Need.PUBLIC_SUBSIDY,)}],
    "arrears": [{}, {"pays_in_full": True}],
    "stay": [{}, {"stay_until": date(2026, 8, 31)}, {"stay_until": date(2027, 3, 31)}],
    "event": [{}, {"event": LifeEvent.CONSIDERATION_REQUESTED}, {"event": LifeEvent.CARD_LOST}],
    "policy": [{}, {"policy": replace(DEFAULT_POLICY, desk_takes_phone_card=True)}],
}


@cache
def every_decision() -> tuple[Decision, ...]:
    """Return decisions that together have every reason, step and way to be served."""
    found: dict[Decision, None] = {}
    for parts in (*itertools.product(*_VARIANTS.values()), *itertools.product(*_THIRD_EDITION.values())):
        merged = {name: value for part in parts for name, value in part.items()}
        policy = merged.pop("policy", DEFAULT_POLICY)
        with suppress(FactsError):
            person = facts(**merged)
            found[published(decide(person, policy), person)] = None
    return tuple(found)


def every_screen() -> dict[str, View]:
    """Return one view, or more, for every member of Screen."""
    usual: dict[str, Any] = {"simulation": True}
    wrong = {"failure": Failure(Code.PIN_WRONG, "drivers.jpki:verify_pin"), "tries_left": 2}
    result = decide(facts())
    views = [
        a_view(**usual),
        a_view(Screen.READING, StateName.READING, **usual),
        a_view(Screen.PIN, StateName.PIN, tries_left=3, level=Level.PRESENTED, deadline=60.0, **usual),
        a_view(Screen.PIN_WRONG, StateName.PIN, level=Level.PRESENTED, deadline=60.0, **wrong, **usual),
        a_view(Screen.CHECKING, StateName.CHECKING, **usual),
        a_view(Screen.ASKING_TERMINAL, StateName.CHECKING, level=Level.CONFIRMED, terminal_limit=30.0, **usual),
        a_view(Screen.STAFF_CHECK, StateName.STAFF, level=Level.PRESENTED, **usual),
        a_view(Screen.STAFF_CHECK, StateName.STAFF, level=Level.PRESENTED, offers_reader=True, **usual),
        a_view(offers_reader=True, **usual),
        a_view(Screen.OFFICIAL_READER, StateName.OFFICIAL_READER, **usual),
        a_view(Screen.STILL_THERE, StateName.PIN, deadline=30.0, **usual),
        a_view(Screen.STILL_THERE, StateName.RESULT, deadline=20.0, decision=result, masked_name="ト＊＊ 様", **usual),
        a_view(Screen.TAKE_CARD, StateName.TAKE_CARD, **usual),
        a_view(Screen.FAREWELL, StateName.FAREWELL, farewell=_WORDIEST, deadline=8.0, **usual),
        a_view(Screen.FAREWELL, StateName.FAREWELL, farewell=_OLD_CARD, deadline=8.0, **usual),
        a_view(Screen.FAREWELL, StateName.FAREWELL, deadline=8.0, **usual),
        *(failure_view(code) for code in _FAILURES),
        failure_view(Code.TERMINAL_SILENT, source=_LAST_KNOWN),
        result_view(result, insurer_name="模擬健康保険協会"),
        *called_screens(),
        *(result_view(decision) for decision in longest_decisions()),
        *flow_screens(TODAY),
        failure_view(Code.UNKNOWN_MEMBER, offers_reader=True),
        *(replace(view, offers_reader=True) for view in flow_screens(TODAY) if view.screen is Screen.GUIDE_ADVICE),
    ]
    return {f"{number:02d}-{view.screen.value}": view for number, view in enumerate(views)}


def called_screens() -> list[View]:
    """Return screens on which staff were called, and on which the service itself is down."""
    called: dict[str, Any] = {"simulation": True, "call": CallShown.NOBODY}
    wordy = max(longest_decisions(), key=_weight)
    wrong = {"failure": Failure(Code.PIN_WRONG, "drivers.jpki:verify_pin"), "tries_left": 2, **called}
    down = {"failure": Failure(Code.NO_READER, "kiosk.reception.readers:failure"), "simulation": True}
    places = [
        (Screen.IDLE, StateName.IDLE),
        (Screen.STILL_THERE, StateName.PIN),
        (Screen.TAKE_CARD, StateName.TAKE_CARD),
        (Screen.OFFICIAL_READER, StateName.OFFICIAL_READER),
    ]
    return [
        *(a_view(*place, tries_left=2, deadline=60.0, **called) for place in places),
        a_view(Screen.PIN_WRONG, StateName.PIN, deadline=60.0, unchecked_before_pin=True, **wrong),
        a_view(Screen.READER_TROUBLE, StateName.OUT_OF_SERVICE, **down),
        a_view(Screen.READER_TROUBLE, StateName.OUT_OF_SERVICE, **{**down, **called}),
        failure_view(Code.UNKNOWN_MEMBER, **called),
        *(result_view(wordy, level=Level.OFFICIAL_READER, call=call) for call in CallShown),
        *(
            a_view(Screen.STAFF_CHECK, StateName.STAFF, level=Level.PRESENTED, call=call, simulation=True)
            for call in CallShown
        ),
    ]


def longest_decisions() -> tuple[Decision, ...]:
    """Return for each document and way to be served the decision with the most text: if it fits, all fit."""
    chosen: dict[tuple[object, ...], Decision] = {}
    for decision in every_decision():
        at_reader = NextStep.REGISTER_CARD_AT_READER in decision.next_steps
        key = (decision.applies, decision.usable, decision.present, at_reader)
        chosen[key] = max(chosen.get(key, decision), decision, key=_weight)
    return tuple(chosen.values())


def _weight(decision: Decision) -> int:
    return sum(len(part) for part in (decision.reasons, decision.next_steps, decision.also_bring, decision.file)) + (
        3 if decision.usable_from else 0
    )
