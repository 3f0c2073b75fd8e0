"""One visit, and what begins and ends one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum, auto

from kiosk.failures import Failure
from kiosk.languages import Language
from kiosk.reception.aids import Aids
from kiosk.reception.visit.states import (
    AskingTerminal,
    Determining,
    Farewell,
    Idle,
    OnPage,
    Ordering,
    OutOfService,
    Questioning,
    Result,
    ShownByStaff,
    TakeCard,
    VisitState,
)

__all__ = ["Call", "Visit", "at_rest", "following", "renewed"]


class Call(StrEnum):
    """What has become of the visitor's call to staff (係員をよぶ)."""

    NONE = auto()
    WAITING = auto()
    ANSWERED = auto()
    """A member of staff has pressed 「対応する」, and is on the way."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: ``number`` marks every message of it, ``service`` is why the kiosk can serve nobody, if so.

    ``visitor`` counts the people: it stays the same while whoever uses the kiosk may be the same person, from the first
    touch before the card to the farewell. Aids and language are theirs, and so is the speech of the page.
    ``language`` is what the visitor has chosen for this visit; None: the kiosk's own.
    ``identifier`` names it for other programs, from its beginning until the kiosk is at rest again. The machine makes a
    visit without one where another visit begins; whoever runs the machine gives it one.
    ``began`` is when the kiosk was no longer at rest, in seconds of the machine's clock (`time.monotonic`); it is given
    with the identifier, or once somebody comes.
    """

    number: int
    state: VisitState
    service: Failure | None = None
    reader: str = ""
    card_present: bool = False
    call: Call = Call.NONE
    aids: Aids = Aids()
    identifier: str = ""
    language: Language | None = None
    visitor: int = 1
    began: float | None = field(default=None, compare=False)

    @property
    def staff_called(self) -> bool:
        """Whether a call waits for its answer."""
        return self.call is Call.WAITING


def at_rest(visit: Visit) -> Visit:
    """Return the kiosk at rest after ``visit``: nothing of it is left, and its late messages will be dropped."""
    state = OutOfService() if visit.service else Idle()
    return Visit(visit.number + 1, state, visit.service, visitor=visit.visitor + 1)


def following(before: Visit, visit: Visit) -> Visit:
    """Return a visit that takes the place of ``before``: as its visitor wants it, unless another person may have come.

    That is so after an answer, also while the 資格確認端末 is asked anew for one.
    """
    if _has_had_an_answer(before.state):
        return replace(visit, visitor=before.visitor + 1, aids=Aids(), language=None)
    return replace(visit, visitor=before.visitor, aids=before.aids, language=before.language)


def _has_had_an_answer(state: VisitState) -> bool:
    if isinstance(state, Determining | AskingTerminal):
        return state.before is not None
    return isinstance(state, Questioning | Result | OnPage | Ordering | ShownByStaff | TakeCard | Farewell)


def renewed(visit: Visit, state: VisitState) -> Visit:
    """Return a new visit in ``state`` at the same reader, with the same call to staff."""
    return replace(visit, number=visit.number + 1, state=state)
