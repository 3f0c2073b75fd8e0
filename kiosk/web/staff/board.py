"""The staff page as HTML: functions of what stands, testable without a browser."""

from __future__ import annotations

import json
from datetime import date, datetime
from gettext import NullTranslations
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kiosk import TOKYO
from kiosk.failures import FAILURES
from kiosk.reception import DeskPicture
from kiosk.staff import Account
from kiosk.wareki import wareki
from kiosk.web import texts as visitor_texts
from kiosk.web.assets import static_url
from kiosk.web.results import Phrase, Result, result_of
from kiosk.web.staff import texts
from kiosk.web.staff.work import Work

__all__ = ["Board"]

_CARD_LEFT_BEHIND = "card_left_behind"


class Board:
    """Renders the staff pages of one kiosk. ``word`` is 受付 or 窓口."""

    def __init__(
        self, *, word: str, kiosk: str, simulation: bool, translations: NullTranslations | None = None
    ) -> None:
        self._word, self._kiosk, self._simulation = word, kiosk, simulation
        self._translations = translations or NullTranslations()
        self._environment = self._make_environment()

    def log_in_page(self, *, bell: bool, accounts: bool) -> str:
        """Return the page of somebody who is not at work; with ``bell`` it rings for calls all the same."""
        return self._render("log_in.html", bell=bell, accounts=accounts)

    def desk_page(self, picture: DeskPicture, account: Account, work: Work) -> str:
        """Return the whole desk."""
        parts = {"live": Markup(self.live(picture)), "work": Markup(self.work(picture, work))}  # noqa: S704
        return self._render("desk.html", account=account, codes=FAILURES, **parts)

    def live(self, picture: DeskPicture) -> str:
        """Return the part that changes with the kiosk."""
        return self._render(
            "live.html",
            picture=picture,
            view=picture.view,
            failure=picture.view.failure,
            result=_result(picture),
            left_behind=_left_behind(picture),
            rings=self.rings(picture),
        )

    def work(self, picture: DeskPicture, work: Work) -> str:
        """Return the part of one's own work."""
        result = result_of(work.decision, purpose=work.asked.purpose) if work.decision else None
        chosen = work.found[work.chosen] if work.chosen is not None and work.chosen < len(work.found) else None
        return self._render("work.html", picture=picture, work=work, chosen=chosen, result=result)

    def rings(self, picture: DeskPicture) -> bool:
        """Whether somebody at the kiosk waits for staff to come."""
        return picture.called_at is not None or _left_behind(picture)

    def say(self, phrase: Phrase | str) -> str:
        """Return a text translated and with its placeholders filled; the template escapes it."""
        plain = Phrase(phrase) if isinstance(phrase, str) else phrase
        lists = {name: "、".join(map(self._translations.gettext, items)) for name, items in plain.lists.items()}
        return self._translations.gettext(plain.text).format(desk=self._word, **lists, **plain.values)

    def _who(self, actor: str) -> str:
        """The account of a tie's history, and what it went by: 「hanako、運転免許証」."""
        name, _, seen = actor.partition(":")
        known = {code.value: label for code, label in texts.SEEN.items()}
        return f"{name}、{self.say(known[seen])}" if seen in known else actor

    def _render(self, template: str, **context: object) -> str:
        return self._environment.get_template(template).render(context)

    def _make_environment(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(
            _=self.say,
            static=static_url,
            wareki=wareki,
            clock=_clock,
            day=lambda instant: wareki(instant.astimezone(TOKYO).date()),
            who=self._who,
            here=_here,
            printed=_printed,
            kiosk=self._kiosk,
            simulation=self._simulation,
            T=texts,
            V=visitor_texts,
        )
        return environment


def _clock(instant: datetime) -> str:
    """The time of day in Asia/Tokyo, 14:05:09."""
    return f"{instant.astimezone(TOKYO):%H:%M:%S}"


def _here(seen: object) -> str:
    """Which of ``texts.PAPER_HERE`` was said of a paper."""
    return json.dumps(None if seen is None else bool(seen))


def _printed(day: date | None) -> str:
    """A day as it is printed on a paper; empty where none is known."""
    return wareki(day) if day else ""


def _left_behind(picture: DeskPicture) -> bool:
    """Whether the reception says that a card was left behind."""
    return getattr(picture.view, "alert", None) == _CARD_LEFT_BEHIND


def _result(picture: DeskPicture) -> Result | None:
    view = picture.view
    return result_of(view.decision, purpose=view.purpose) if view.decision else None
