"""Define the bodies of the staff API."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from kiosk.decision import Document
from kiosk.eligibility.terminal import Status
from kiosk.failures import Code
from kiosk.identity import Level
from kiosk.orca import InsuranceDifference, OutcomeKind
from kiosk.reception import DeskPicture
from kiosk.web.models import VisitBody

__all__ = ["DeskBody", "Done"]


class ReaderBody(BaseModel):
    """One reader that works."""

    name: str
    card_present: bool


class LeftOutBody(BaseModel):
    """One reader that is connected but cannot be used; ``code`` says why."""

    name: str
    code: Code


class DriverBody(BaseModel):
    """One driver; ``code`` says why it has no readers."""

    name: str
    readers: list[ReaderBody]
    code: Code | None
    left_out: list[LeftOutBody]


class OutcomeBody(BaseModel):
    """How a visit ended: with an answer (``applies`` may be null), with a code, or given up (neither)."""

    at: datetime
    level: Level | None
    answered: bool
    applies: Document | None
    code: str | None
    seconds: float


class LateAnswerBody(BaseModel):
    """What the 資格確認端末 answered after a visit; ``code`` says why it is of no use. It names nobody.

    ``asked_at`` is when the question could not be asked, ``visit`` the number of its visit (null: the desk asked).
    """

    number: int
    at: datetime
    asked_at: datetime
    visit: int | None
    status: Status
    code: Code | None


class OrcaOutcomeBody(BaseModel):
    """What became of a visit at ORCA.

    ``count`` is how many patients fit, ``differences`` what of the insurance is not the same, ``result`` ORCA's own
    code where it refused, ``reception`` the 受付ID where it was registered.
    """

    kind: OutcomeKind
    count: int | None
    differences: list[InsuranceDifference]
    result: str
    reception: str


class OrcaVisitBody(BaseModel):
    """One visit that ORCA has or is to have; ``outcome`` is null while it waits. It names nobody."""

    visit: str
    at: datetime
    outcome: OrcaOutcomeBody | None


class DeskBody(BaseModel):
    """The kiosk as the desk sees it."""

    visit: VisitBody
    since: datetime
    called_at: datetime | None
    may_confirm: bool
    may_bind: bool
    out_of_use: bool
    drivers: list[DriverBody]
    troubles: list[Code]
    may_end: bool
    in_the_midst: bool
    recent: list[OutcomeBody]
    late_answers: list[LateAnswerBody]
    orca: list[OrcaVisitBody] | None

    @classmethod
    def of(cls, picture: DeskPicture, word: str) -> DeskBody:
        """Return what the API shows of ``picture``; ``word`` is the word for the staffed desk."""
        drivers = [
            DriverBody(
                name=driver.name,
                readers=[ReaderBody(name=one.name, card_present=one.card_present) for one in driver.readers],
                code=driver.failure.code if driver.failure else None,
                left_out=[LeftOutBody(name=one.name, code=one.failure.code) for one in driver.left_out],
            )
            for driver in picture.drivers
        ]
        return cls(
            visit=VisitBody.of(picture.view, word),
            since=picture.since,
            called_at=picture.called_at,
            may_confirm=picture.may_confirm,
            may_bind=picture.may_bind,
            out_of_use=picture.out_of_use,
            may_end=picture.may_end,
            in_the_midst=picture.in_the_midst,
            drivers=drivers,
            troubles=list(dict.fromkeys(failure.code for failure in picture.troubles)),
            recent=[OutcomeBody.model_validate(outcome, from_attributes=True) for outcome in picture.recent],
            late_answers=[LateAnswerBody.model_validate(late, from_attributes=True) for late in picture.late],
            orca=_orca(picture),
        )


class Done(BaseModel):
    """An act was done; ``message`` tells the person so. ``sequence`` is that of the visitor's present screen."""

    message: str
    sequence: int


def _orca(picture: DeskPicture) -> list[OrcaVisitBody] | None:
    if picture.orca is None:
        return None
    return [OrcaVisitBody.model_validate(one, from_attributes=True) for one in picture.orca]
