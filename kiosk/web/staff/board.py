"""Render the staff page as HTML, as functions of the present state that are testable without a browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from markupsafe import Markup

from kiosk import TOKYO, tokyo_day
from kiosk.decision import Decision, Purpose
from kiosk.eligibility.sources import DAYS, KEY_FIELDS, FieldDifference, takeable, what_changed
from kiosk.eligibility.terminal import Consents, insurance_of, own_words
from kiosk.failures import FAILURES, FALL_BACKS, Code
from kiosk.languages import JAPANESE_NAMES, Language
from kiosk.orca import StandingVisit
from kiosk.phrases import Phrase
from kiosk.reception import Alert, DeskPicture
from kiosk.staff import Account
from kiosk.wareki import wareki
from kiosk.web import texts as visitor_texts
from kiosk.web.rendering import environment
from kiosk.web.results import ResultView, result_of
from kiosk.web.staff import texts
from kiosk.web.staff.orca_texts import is_done, outcome_phrase
from kiosk.web.staff.work import Work
from kiosk.web.wording import wording_of

__all__ = ["Board"]

_UNANSWERED = frozenset(
    {
        Code.TERMINAL_SILENT,
        Code.TERMINAL_FOLDER,
        Code.ANSWER_UNREADABLE,
        Code.TERMINAL_REFUSED,
        Code.SEVERAL_ANSWERS,
        Code.ANSWER_OF_ANOTHER,
        Code.NOT_FOUND_ONLINE,
        Code.SEVERAL_FOUND_ONLINE,
        Code.QUESTIONS_WAIT,
    }
)
"""Codes with which nobody's 資格 is confirmed online: staff go on by the official ways."""


class Board:
    """Renders the staff pages of one kiosk. ``profile`` selects the desk's word and what can be done there."""

    def __init__(
        self,
        *,
        profile: str,
        kiosk: str,
        simulation: bool,
        asks_terminal: bool = False,
        takes_results: bool = False,
        gives_visits: bool = False,
    ) -> None:
        self._profile = profile
        self._wording = wording_of(Language.JAPANESE, profile)
        self._at_union_office = profile == "union_office"
        self._environment = environment(
            Path(__file__).parent / "templates",
            _=self.say,
            who=self._who,
            in_language=self._in_language,
            JAPANESE=Language.JAPANESE,
            JAPANESE_NAMES=JAPANESE_NAMES,
            plain=self._plain,
            kiosk=kiosk,
            simulation=simulation,
            asks_terminal=asks_terminal,
            takes_results=takes_results,
            gives_visits=gives_visits,
            aids_in_use=texts.aids_in_use,
            has_fall_backs=asks_terminal or not self._at_union_office,
            **_NAMES,
        )

    def log_in_page(self, *, bell: bool, accounts: bool) -> str:
        """Return the page of somebody who is not at work; with ``bell`` it rings for calls all the same."""
        return self._render("log_in.html", bell=bell, accounts=accounts)

    def desk_page(self, picture: DeskPicture, account: Account, work: Work, missed: int = 0) -> str:
        """Return the whole desk; ``missed`` is how many passwords were wrong since the account's last log-in."""
        parts = {
            "call": Markup(self._call(picture)),  # noqa: S704
            "live": Markup(self._state(picture)),  # noqa: S704
            "work": Markup(self.work(picture, work)),  # noqa: S704
        }
        missed_before = Phrase(texts.MISSED, values={"count": str(missed)}) if missed else None
        return self._render(
            "desk.html", account=account, codes=FAILURES, missed=missed_before, now=picture.now, **parts
        )

    def live(self, picture: DeskPicture) -> str:
        """Return the parts that change with the kiosk."""
        return self._call(picture) + self._state(picture)

    def _call(self, picture: DeskPicture) -> str:
        return self._render("call.html", picture=picture, view=picture.view, left_behind=_left_behind(picture))

    def _state(self, picture: DeskPicture) -> str:
        view = picture.view
        return self._render(
            "live.html",
            picture=picture,
            view=view,
            failure=view.failure,
            result=self._result(view.for_staff or view.decision, view.purpose, view.insurer_name),
            rings=self.rings(picture),
            consents=_consents(view.consents),
            unanswered=_unanswered(picture),
        )

    def work(self, picture: DeskPicture, work: Work) -> str:
        """Return the part with the person's own work."""
        chosen = work.found[work.chosen] if work.chosen is not None and work.chosen < len(work.found) else None
        decision, purpose = work.decision, work.asked.purpose
        if chosen and work.follows and chosen.visit == picture.view.visit:
            decision, purpose = picture.view.for_staff or picture.view.decision, picture.view.purpose
        insurer_name = chosen.online.insurer_name if chosen and chosen.online else None
        result = self._result(decision, purpose, insurer_name)
        return self._render("work.html", picture=picture, work=work, chosen=chosen, decision=decision, result=result)

    def rings(self, picture: DeskPicture) -> bool:
        """Return whether somebody at the kiosk is waiting for staff to come."""
        return picture.called_at is not None or _left_behind(picture)

    def say(self, phrase: Phrase | str) -> str:
        """Return a text with its placeholders filled; the template escapes it."""
        return self._wording.label(phrase)

    def _in_language(self, language: Language, phrase: Phrase | str) -> str:
        """Return a text as the visitor reads it, for staff who have the Japanese beside it."""
        return wording_of(language, self._profile).label(phrase)

    def _result(self, decision: Decision | None, purpose: Purpose, insurer_name: str | None) -> ResultView | None:
        if decision is None:
            return None
        here = self._at_union_office
        return result_of(decision, purpose=purpose, at_union_office=here, insurer_name=insurer_name)

    def _who(self, actor: str) -> str:
        """Return who made a binding and by which document, such as 「hanako、運転免許証」."""
        name, _, seen = actor.partition(":")
        known = {code.value: label for code, label in texts.SEEN.items()}
        return f"{name}、{self.say(known[seen])}" if seen in known else actor

    def _plain(self, difference: FieldDifference, value: str) -> str:
        """Return one side of a difference as staff read it: days with their era."""
        if not value:
            return self.say("なし")
        return wareki(date.fromisoformat(value)) if difference.field in DAYS else value

    def _render(self, template: str, **context: object) -> str:
        return self._environment.get_template(template).render(context)


def _consents(given: Consents) -> tuple[tuple[str, bool], ...]:
    """Return the name of each thing that the person was asked for, and whether they agreed to it."""
    said = asdict(given)
    return tuple((label, said[name]) for name, label in texts.CONSENTS.items() if said[name] is not None)


def _clock(instant: datetime) -> str:
    """Return the time of day in Asia/Tokyo, such as 14:05:09."""
    return f"{instant.astimezone(TOKYO):%H:%M:%S}"


def _here(seen: object) -> str:
    """Return which of ``texts.PAPER_HERE`` was chosen for a paper."""
    return json.dumps(None if seen is None else bool(seen))


def _printed(day: date | None) -> str:
    """Return a day as it is printed on a paper; empty if it is not known."""
    return wareki(day) if day else ""


def _orca_today(picture: DeskPicture) -> list[StandingVisit]:
    """Return the visits of the present day (Asia/Tokyo) that ORCA has or is to have."""
    day = tokyo_day(picture.now) if picture.now else None
    return [one for one in picture.orca or () if day is None or tokyo_day(one.at) == day]


def _left_behind(picture: DeskPicture) -> bool:
    """Return whether the reception says that a card was left behind."""
    return picture.view.alert is Alert.CARD_LEFT_BEHIND


def _unanswered(picture: DeskPicture) -> bool:
    """Return whether the terminal cannot be asked, or has not confirmed the visitor who is there."""
    failures = [picture.view.failure] if picture.view.failure else []
    return any(failure.code in _UNANSWERED for failure in (*failures, *picture.troubles))


_NAMES: Mapping[str, object] = {
    "wareki": wareki,
    "clock": _clock,
    "day": lambda instant: wareki(tokyo_day(instant)),
    "here": _here,
    "printed": _printed,
    "FALL_BACKS": FALL_BACKS,
    "KEY_FIELDS": KEY_FIELDS,
    "takeable": takeable,
    "orca_phrase": outcome_phrase,
    "orca_is_done": is_done,
    "orca_today": _orca_today,
    "what_changed": what_changed,
    "insurance_of": insurance_of,
    "own_words": own_words,
    "T": texts,
    "V": visitor_texts,
}
"""What the templates use of every kiosk alike."""
