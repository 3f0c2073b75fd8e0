"""Which visits have ended, and what is left of them for other programs: the last that was said of the person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.eligibility.terminal import Consents
from kiosk.identity import Level
from kiosk.reception.view import View
from kiosk.reception.visit.states import (
    Farewell,
    GuideAdvice,
    GuideBelongings,
    GuideCard,
    GuidePhone,
    Idle,
    Information,
    OnPage,
    Ordering,
    OutOfService,
    Questioning,
    Result,
    ShownByStaff,
    StateName,
    TakeCard,
    VisitState,
)
from kiosk.reception.visit.visit import Visit
from kiosk.results import NamedMember

__all__ = ["Ended", "Endings", "impersonal", "person_of"]

_PROVED = {Level.CONFIRMED, Level.STAFF_CONFIRMED, Level.OFFICIAL_READER}
_ANSWERS = {StateName.RESULT, StateName.FAILURE}


@dataclass(frozen=True, slots=True)
class Ended:
    """A visit that has ended: its last answer, failure or, without either, screen; and who it was about.

    ``view`` names nobody; its ``at`` and ``sequence`` are those of the end.
    """

    view: View
    person: NamedMember | None


def impersonal(view: View) -> View:
    """Return a view without what names the person, or is for staff."""
    return replace(
        view,
        masked_name="",
        pages=None,
        insurer_name=None,
        for_staff=None,
        differences=(),
        notes=(),
        consents=Consents(),
        terminal_words="",
    )


def person_of(state: VisitState) -> NamedMember | None:
    """Return who the answer of this state is about; None without an answer, or if the person proved nothing."""
    match state:
        case ShownByStaff(eligibility=eligibility):
            return eligibility.person
        case OnPage(result=result) | Ordering(result=result):
            return person_of(result)
        case Questioning() | Result():
            return state.eligibility.person if state.person.level in _PROVED else None
        case _:
            return None


class Endings:
    """Follows the visits of one kiosk, and hands each of them on when it is over."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Ended], None]] = []
        self._known: Ended | None = None

    def listen(self, listener: Callable[[Ended], None]) -> None:
        """Have ``listener`` called with every visit that ends; it must return at once."""
        self._listeners.append(listener)

    def note(self, visit: Visit, view: View) -> None:
        """Take what is shown now."""
        if self._known and self._known.view.identifier != view.identifier:
            self._end(view.sequence, view.at)
        if isinstance(visit.state, _Over):
            self._end(view.sequence, view.at)
        elif not isinstance(visit.state, _OfNobody) and self._is_news(view):
            self._known = Ended(impersonal(view), person_of(visit.state))

    def close(self, view: View) -> None:
        """End the visit that is on, since the service ends."""
        self._end(view.sequence, view.at)

    def _is_news(self, view: View) -> bool:
        """Return whether this says more of the visit than what is known; an answer stays while another is awaited."""
        return self._known is None or self._known.view.state not in _ANSWERS or view.state in _ANSWERS

    def _end(self, sequence: int, at: datetime) -> None:
        known, self._known = self._known, None
        if known is None:
            return
        ended = replace(known, view=replace(known.view, sequence=sequence, at=at))
        for listener in self._listeners:
            listener(ended)


_Over = Farewell | TakeCard | Idle | OutOfService
"""Nothing more can come of a visit here."""

_OfNobody = GuideCard | GuidePhone | GuideBelongings | GuideAdvice | Information
"""Nobody has come with a card, or to the 顔認証付きカードリーダー; a visit that led here has said all it had to say."""
