"""The JSON API of the staff pages. OpenAPI at ``/api/openapi.json`` of their own port."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel

from kiosk.reception import StaffDesk
from kiosk.staff import AccountError, Door, LogInRefused, Session, Sessions
from kiosk.web.errors import ErrorEnvelope
from kiosk.web.staff.access import COOKIE, StaffAccess
from kiosk.web.staff.actions import DeskAction, LogIn
from kiosk.web.staff.models import Desk, Done
from kiosk.web.staff.papers import Papers
from kiosk.web.staff.refusals import EntryProblem, NotDone, NotDoneBody
from kiosk.web.staff.work import perform

__all__ = ["staff_api"]

_SHIELD: dict[int | str, dict[str, object]] = {
    status: {"model": ErrorEnvelope} for status in (403, 408, 413, 415, 421, 422)
}
_REFUSALS = _SHIELD | {status: {"model": NotDoneBody} for status in (401, 409, 429, 503, 504)}


class Whoami(BaseModel):
    """The account that is logged in."""

    name: str
    display: str


def staff_api(
    desk: StaffDesk,
    papers: Papers,
    door: Door,
    sessions: Sessions,
    access: StaffAccess,
    *,
    word: str,
    insurer_number: str,
) -> APIRouter:
    """Return the routes. ``word`` is 受付 or 窓口."""
    router = APIRouter()
    _serve_session(router, desk, door, sessions, access)
    _serve_desk(router, desk, papers, access, word, insurer_number)
    return router


def _serve_session(router: APIRouter, desk: StaffDesk, door: Door, sessions: Sessions, access: StaffAccess) -> None:
    known, at_work = Depends(access.known), Depends(access.at_work)

    @router.post("/api/v1/session", responses=_REFUSALS)
    async def log_in(body: LogIn, request: Request, response: Response) -> Whoami:
        """Log in: a new session with a cookie of its own; the one that the browser had before ends."""
        before = access.session_of(request)
        session = await _entered(door, body, before)
        if before:
            sessions.end(before)
        access.give(request, response, session)
        await desk.note("logged_in", session.account.name)
        return Whoami(name=session.account.name, display=session.account.display)

    @router.post("/api/v1/session/end", status_code=204, responses=_REFUSALS)
    async def log_out(response: Response, session: Session = known) -> None:
        """Log out."""
        sessions.end(session)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        await desk.note("logged_out", session.account.name)

    @router.post("/api/v1/session/activity", status_code=204, dependencies=[at_work], responses=_REFUSALS)
    async def activity() -> None:
        """Somebody is reading or typing: the session stays open."""


async def _entered(door: Door, body: LogIn, before: Session | None) -> Session:
    try:
        if not door.has_accounts():
            raise NotDone(EntryProblem.NO_ACCOUNTS)
        return await door.log_in(body.name, body.password, before)
    except AccountError:
        raise NotDone(EntryProblem.ACCOUNTS_UNREADABLE) from None
    except LogInRefused as error:
        raise NotDone(EntryProblem.WAIT if error.pause else EntryProblem.WRONG_PASSWORD, wait=error.pause) from None


def _serve_desk(
    router: APIRouter, desk: StaffDesk, papers: Papers, access: StaffAccess, word: str, insurer_number: str
) -> None:
    at_work = Depends(access.at_work)

    @router.get("/api/v1/desk", dependencies=[Depends(access.open)], responses=_REFUSALS)
    async def state() -> Desk:
        """The kiosk as the desk sees it: nothing here says who anybody is."""
        return Desk.of(desk.picture(), word)

    @router.post("/api/v1/desk/actions", responses=_REFUSALS)
    async def act(action: Annotated[DeskAction, Body()], session: Session = at_work) -> Done:
        """Press a button. What was found or decided is read from the page; nothing personal is in this answer."""
        message = await perform(desk, papers, session, action, insurer_number)
        return Done(message=message, sequence=desk.reception.view.sequence)
