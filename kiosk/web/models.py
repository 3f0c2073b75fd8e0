"""Define the bodies of the API as the interface document names them, with the same closed lists as the house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from kiosk import __version__, failures
from kiosk.decision import Document, NextStep, Paper, Presented, Purpose, Reason, Supplement, Usable
from kiosk.eligibility.sources import ConfirmedField, EligibilitySource
from kiosk.failures import Code
from kiosk.identity import Level, Revocation
from kiosk.reception import Alert, CallShown, Screen, StateName, View
from kiosk.web.errors import ErrorCode, ErrorDetail, detail
from kiosk.web.texts import DESKS

__all__ = ["Health", "IgnoredBody", "VisitBody", "published_visit"]


class UsableFromBody(BaseModel):
    """The days between which the card is expected to begin to work."""

    earliest: date
    latest: date


class DecisionBody(BaseModel):
    """Which document applies, with the keys of ``kiosk decide``."""

    applies: Document | None
    usable: Usable
    present: list[Presented]
    also_bring: list[Supplement]
    usable_after: Literal["register_card"] | None
    issue: Document | None
    file: list[Paper]
    usable_from: UsableFromBody | None
    reasons: list[Reason]
    next_steps: list[NextStep]


class FailureBody(BaseModel):
    """What went wrong: the code that people see, where it arose, the heading of its screen, the technical reason."""

    code: Code
    place: str
    message: str
    reason: str | None


class EligibilityBody(BaseModel):
    """Who has answered about the person's 資格, and of what moment the answer is.

    ``agrees`` says whether the register has the same (null: it was not compared); ``differences`` names the fields that
    it has otherwise, with the names of ``kiosk terminal ask``, and never what they hold.
    """

    source: EligibilitySource
    as_of: datetime
    agrees: bool | None
    differences: list[ConfirmedField]


class VisitBody(BaseModel):
    """The present state of the kiosk.

    ``visit`` names it from its beginning until the kiosk is at rest again. It has no meaning and is unique for ever.
    ``at`` is when it last changed. ``member`` is a stable pseudonym of the member, once there is one.
    ``receipt`` is the presence receipt, a signed statement that this member was here and got this answer: it is there
    from the answer on, if the level is ``confirmed``, ``staff_confirmed`` or ``official_reader``.
    ``sequence`` grows with every change; ``revocation`` is null until a card was read.

    ``unchecked_before_pin`` says that the 暗証番号 went, or will go, to a card whose chain could not be checked before.
    ``staff_called``: a call waits for its answer. ``call`` is what the screen says of it: ``called`` if a staff page is
    open, else ``nobody``; ``answered`` once staff have pressed 「対応する」.
    ``alert`` is something for staff to look after although nobody called, such as a card that was left behind.
    """

    kiosk: str
    visit: str
    at: datetime
    member: str | None
    receipt: str | None
    sequence: int
    state: StateName
    screen: Screen
    level: Level | None
    purpose: Purpose
    decision: DecisionBody | None
    eligibility: EligibilityBody | None
    failure: FailureBody | None
    revocation: Revocation | None
    unchecked_before_pin: bool
    staff_called: bool
    call: CallShown
    alert: Alert | None
    simulation: bool

    @classmethod
    def of(cls, view: View, desk: str) -> VisitBody:
        """Return what the API shows of ``view``; ``desk`` is the word for the staffed desk."""
        return cls(
            kiosk=view.kiosk,
            visit=view.identifier,
            at=view.at,
            member=view.member,
            receipt=view.receipt,
            sequence=view.sequence,
            state=view.state,
            screen=view.screen,
            level=view.level,
            purpose=view.purpose,
            decision=DecisionBody.model_validate(view.decision.to_json()) if view.decision else None,
            eligibility=_eligibility(view),
            failure=_failure(view, desk),
            revocation=view.revocation,
            unchecked_before_pin=view.unchecked_before_pin,
            staff_called=view.staff_called,
            call=view.call,
            alert=view.alert,
            simulation=view.simulation,
        )


def published_visit(view: View, profile: str) -> bytes:
    """Return the visit object (UTF-8 JSON) as anybody may read it, at a kiosk of this profile."""
    return VisitBody.of(view, DESKS[profile]).model_dump_json().encode()


class IgnoredBody(VisitBody):
    """The present state of the kiosk, which an action did not fit, so that nothing was done."""

    error: ErrorDetail

    @classmethod
    def of_view(cls, view: View, desk: str, code: ErrorCode = ErrorCode.DOES_NOT_FIT) -> IgnoredBody:
        """Return the answer to an action that was ignored, or refused for ``code``."""
        return cls(error=detail(code), **VisitBody.of(view, desk).model_dump())


def _eligibility(view: View) -> EligibilityBody | None:
    if view.source is None:
        return None
    source = view.source
    return EligibilityBody(
        source=source.source, as_of=source.as_of, agrees=source.agrees, differences=list(source.differences)
    )


def _failure(view: View, desk: str) -> FailureBody | None:
    if view.failure is None:
        return None
    failure = view.failure
    message = failure.text.heading.format(desk=desk)
    return FailureBody(code=failure.code, place=failure.place, message=message, reason=failure.reason or None)


class Health(BaseModel):
    """Whether visits can be served.

    ``reasons`` are the codes of what prevents visits, ``troubles`` those of what is wrong although visits go on.
    ``details`` has a line for each of them, with its place in the program and its cause. Only a caller with a token
    gets
    it, since a cause may name files and hosts.
    """

    status: Literal["ok", "unavailable"]
    version: str
    reasons: list[Code]
    troubles: list[Code]
    details: list[str] | None = None

    @classmethod
    def of(
        cls,
        reasons: Sequence[failures.Failure],
        troubles: Sequence[failures.Failure],
        queues: Sequence[str] | None,
    ) -> Health:
        """Return the state of health for these failures, with each code once; without ``queues`` it has no details."""
        return cls(
            status="unavailable" if reasons else "ok",
            version=__version__,
            reasons=_codes(reasons),
            troubles=_codes(troubles),
            details=None if queues is None else [*(failure.line for failure in (*reasons, *troubles)), *queues],
        )


def _codes(found: Sequence[failures.Failure]) -> list[Code]:
    return list(dict.fromkeys(failure.code for failure in found))
