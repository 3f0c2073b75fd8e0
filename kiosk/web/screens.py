"""Render views of the visit as HTML: ``render(view)`` is a function of the view alone, testable without a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path

from markupsafe import Markup

from kiosk import tokyo_day
from kiosk.failures import Code, FailureText
from kiosk.identity import Level
from kiosk.languages import DEFAULT_LANGUAGES, Language
from kiosk.phrases import DayWithoutYear, Phrase
from kiosk.reception import UNREADABLE, PersonalPages, Screen, StateName, View
from kiosk.web import aids, asking, comparison, information, texts
from kiosk.web.advice import advice_of
from kiosk.web.choices import ASKING, choice_of
from kiosk.web.farewell import FarewellContent, farewell_of
from kiosk.web.keypad import meanings
from kiosk.web.looks import looks_of
from kiosk.web.menu import groups_of, menu_text
from kiosk.web.picker import tongues
from kiosk.web.rendering import environment
from kiosk.web.results import ResultView, result_of
from kiosk.web.seams import SpeechSetting
from kiosk.web.texts import ScreenText
from kiosk.web.union import expected_of, procedure_of, promises_of, record_of, request_of, way_of
from kiosk.web.voice import recordings, with_speech
from kiosk.web.wording import wording_of

__all__ = ["Screens"]

_UNION_PAGES = (
    Screen.UNION_MENU,
    Screen.OWN_RECORD,
    Screen.LOOKS,
    Screen.PROCEDURE,
    Screen.MYNAPORTAL,
    Screen.DOCUMENT_REQUEST,
    Screen.ORDERS,
    Screen.WAY_TO_USE,
    Screen.MERITS,
    Screen.IDENTIFYING,
    Screen.COMPARISON,
    Screen.ABOUT_CONFIRMATION,
    Screen.ABOUT_NOTICE,
)
_TEMPLATES: Mapping[Screen, str] = {
    Screen.IDLE: "idle.html",
    Screen.READING: "waiting.html",
    Screen.CHECKING: "waiting.html",
    Screen.ASKING_TERMINAL: "asking_terminal.html",
    Screen.PIN: "pin.html",
    Screen.PIN_WRONG: "pin.html",
    Screen.STAFF_CHECK: "staff_check.html",
    Screen.OFFICIAL_READER: "official_reader.html",
    Screen.STILL_THERE: "still_there.html",
    Screen.TAKE_CARD: "take_card.html",
    Screen.FAREWELL: "farewell.html",
    Screen.GUIDE_ADVICE: "advice.html",
    **{screen: f"{screen.value}.html" for screen in _UNION_PAGES},
    **dict.fromkeys(ASKING, "choice.html"),
}
_RESULTS = {Screen.RESULT_CARD, Screen.RESULT_NOTICE, Screen.RESULT_CONFIRMATION, Screen.RESULT_NONE}
_PUT_AGAIN = {Screen.CARD_UNREADABLE, Screen.NOT_MY_NUMBER_CARD}
_OWN_WORDS = ASKING | {Screen.GUIDE_ADVICE, *_UNION_PAGES}
"""Screens whose templates have their own heading."""
_NEXT: Mapping[StateName, tuple[Screen, ...]] = {
    StateName.IDLE: (Screen.READING,),
    StateName.READING: (Screen.PIN, Screen.STAFF_CHECK),
    StateName.PIN: (Screen.CHECKING, Screen.STAFF_CHECK, Screen.TAKE_CARD),
    StateName.CHECKING: (Screen.ASKING_TERMINAL, Screen.TAKE_CARD, Screen.FAREWELL),
    StateName.RESULT: (Screen.TAKE_CARD, Screen.FAREWELL),
}
_FULL_TRIES = 3
_DIGITS = 4


class Screens:
    """Renders views for one kiosk.

    ``profile`` chooses the desk's word; ``panel`` adds the 模擬 panel to the page; ``languages`` are those that the
    visitor may choose. ``curtain``: the panel goes black with the first key of the numeric keypad. ``speech`` says when
    the screens are spoken.
    """

    def __init__(
        self,
        *,
        profile: str = "clinic",
        panel: bool = False,
        curtain: bool = False,
        speech: SpeechSetting = "asked",
        languages: Sequence[Language] = DEFAULT_LANGUAGES,
    ) -> None:
        """Read the catalogues of ``languages``. Raises CatalogueError."""
        self._wordings = {each: wording_of(each, profile) for each in languages}
        self._tongues = tongues(languages)
        for each in languages:
            recordings(each.value)  # read before the first visitor waits for it
        self._at_union_office = profile == "union_office"
        self._panel, self._curtain = panel, curtain
        self._environment = environment(
            Path(__file__).parent / "templates",
            DOCUMENTS=texts.DOCUMENTS,
            MARKS=texts.MARKS,
            PURPOSES=texts.PURPOSES,
            CALLS=texts.CALLS,
            AIDS=aids,
            speaks=speech,
            COMPARISON=comparison,
            asking=asking,
            information=information,
        )

    def main(self, view: View) -> str:
        """Return the ``<main>`` element for ``view``."""
        name = _template_of(view)
        html = self._environment.get_template(name).render(self._context(view))
        return with_speech(html, view.language.value, (str(self.say(one, view.language)) for one in _soon(view)))

    def page(self, view: View) -> str:
        """Return the whole visitor page with the present screen in it."""
        template = self._environment.get_template("page.html")
        return template.render(
            view=view,
            main=Markup(self.main(view)),  # noqa: S704
            panel=self._panel,
            curtain=self._curtain,
            keypad_meanings=meanings(),
            **self._said(view),
        )

    def say(self, phrase: Phrase | str, language: Language = Language.JAPANESE) -> Markup:
        """Return a text in one of the languages as HTML, with its placeholders filled."""
        return self._wordings[language].say(phrase)

    def marked(self, phrase: Phrase | str, language: Language = Language.JAPANESE) -> Markup:
        """Return a text as the screens have it, with marks around the names that were put into it."""
        return self._wordings[language].say_on_screen(phrase)

    def _said(self, view: View) -> dict[str, object]:
        """Return what the templates say everything with, in the language of ``view``."""
        wording = self._wordings[view.language]
        return {
            "_": wording.say_on_screen,
            "label": wording.label,
            "shown": wording.shown,
            "language": view.language,
            "tongues": self._tongues,
            "has_voice": bool(recordings(view.language.value)),
        }

    def _context(self, view: View) -> dict[str, object]:
        result = self._result(view)
        return {
            **self._said(view),
            "view": view,
            "text": _text_of(view) if result is None else None,
            "result": result,
            "level": texts.LEVELS[view.level] if view.level else "",
            "code": _code_of(view),
            "picture": "reader" if view.screen in _PUT_AGAIN else "staff",
            "tries": _tries_of(view),
            "typed": self._typed(view),
            "ends_in": _ends_in(view),
            "at_most": _at_most(view),
            "last_known": _last_known(view),
            "farewell": self._farewell(view),
            "has_other_ways": view.failure is not None and view.failure.code in UNREADABLE,
            **_parts_of(view),
        }

    def _typed(self, view: View) -> list[str]:
        """Return what is said of none to four digits of a 暗証番号."""
        wording = self._wordings[view.language]
        return [wording.label(Phrase(texts.TYPED, count=count)) for count in range(_DIGITS + 1)]

    def _result(self, view: View) -> ResultView | None:
        if view.screen not in _RESULTS or view.decision is None:
            return None
        return result_of(
            view.decision,
            purpose=view.purpose,
            at_union_office=self._at_union_office,
            renewal=view.renewal,
            reminds_of_subsidy=view.reminds_of_subsidy,
            instead=promises_of(view.papers_here),
            insurer_name=view.insurer_name,
        )

    def _farewell(self, view: View) -> FarewellContent | None:
        return farewell_of(view.farewell, at_union_office=self._at_union_office) if view.farewell else None


def _template_of(view: View) -> str:
    if view.screen in _RESULTS:
        return "result.html"
    return _TEMPLATES.get(view.screen, "failure.html")


def _parts_of(view: View) -> dict[str, object]:
    """Return what the screens that ask, advise or belong to the union's terminal show beside their text."""
    parts: dict[str, object] = {"choice": choice_of(view), "advice": advice_of(view.guide) if view.guide else None}
    return parts | _union_parts(view) | (_personal_parts(view.screen, view.pages) if view.pages else {})


def _union_parts(view: View) -> dict[str, object]:
    """Return what a page of the union's terminal shows with and without a card."""
    match view.screen:
        case Screen.UNION_MENU:
            return {"menu_text": menu_text(view), "groups": groups_of(view)}
        case Screen.PROCEDURE:
            return {"procedure": procedure_of(view.pages, view.browsing.event)}
        case Screen.WAY_TO_USE:
            return {"way": way_of(view.pages, view.usual_days)}
        case _:
            return {}


def _personal_parts(screen: Screen, pages: PersonalPages) -> dict[str, object]:
    match screen:
        case Screen.OWN_RECORD:
            return {"rows": record_of(pages)}
        case Screen.LOOKS:
            return {"looks": looks_of(pages)}
        case Screen.DOCUMENT_REQUEST:
            return {"request": request_of(pages)}
        case Screen.ORDERS:
            return {"orders": expected_of(pages)}
        case _:
            return {}


def _text_of(view: View) -> ScreenText | FailureText | None:
    if view.screen in _OWN_WORDS:
        return None
    if view.screen is Screen.STILL_THERE:
        return texts.STILL_THERE[view.state]
    if view.screen is Screen.STAFF_CHECK and not view.failure:
        return _waiting_text(view)
    return view.failure.text if view.failure else texts.SCREENS[view.screen]


def _waiting_text(view: View) -> ScreenText:
    """Return the text of a visitor who waits for staff; the first step, to leave the card, holds in any case."""
    text = texts.STAFF_IDENTIFIES if view.level is Level.PRESENTED else texts.SCREENS[Screen.STAFF_CHECK]
    heading = texts.STAFF_COME.get(view.call)
    return replace(text, heading=heading, steps=text.steps[:1]) if heading else text


def _tries_of(view: View) -> Phrase | None:
    """Return the warning before a 暗証番号 that was entered wrongly before, here or elsewhere."""
    if view.tries_left is None or view.tries_left >= _FULL_TRIES:
        return None
    return Phrase(texts.TRIES_LEFT, count=view.tries_left)


def _ends_in(view: View) -> Phrase:
    """Return when a screen that nobody touches ends; the page counts down."""
    seconds = Markup('<span class="seconds__number" data-seconds>{}</span>').format(int(view.deadline or 0))
    return Phrase(texts.ENDS_IN, values={"seconds": seconds})


def _at_most(view: View) -> Phrase | None:
    """Return how long the 資格確認端末, which is being asked, may take; None if it is not."""
    if view.terminal_limit is None:
        return None
    return Phrase(texts.AT_MOST, values={"seconds": str(ceil(view.terminal_limit))})


def _last_known(view: View) -> Phrase | None:
    """Return from which day the last known 資格 is; None if there was none, or if today's is known."""
    source = view.source
    if view.failure is None or source is None or not source.was_valid:
        return None
    day = tokyo_day(source.as_of)
    return Phrase(texts.LAST_KNOWN, values={"when": DayWithoutYear(day)})


def _soon(view: View) -> tuple[str, ...]:
    """Return the headings of the screens that may come next, so that their first words are at hand when they do."""
    return tuple(texts.SCREENS[screen].heading for screen in _NEXT.get(view.state, ()))


def _code_of(view: View) -> str:
    """Return the code for staff, bottom right: that of the failure, or that the 目視確認 is awaited."""
    if view.failure and view.screen is not Screen.STILL_THERE:
        return view.failure.code.value
    waiting = view.state is StateName.STAFF and view.level is Level.PRESENTED
    return Code.STAFF_CHECK.value if waiting else ""
