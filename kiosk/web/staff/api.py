"""Serve the JSON API of the staff pages. OpenAPI is at ``/api/openapi.json`` of their own port."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel

from kiosk.reception import DeskProblem, StaffDesk
from kiosk.roles import Role
from kiosk.staff import Door, Sessions, StaffSession
from kiosk.web.errors import SHIELD, ErrorCode, ErrorEnvelope, Responses, documented
from kiosk.web.staff.access import COOKIE, StaffAccess
from kiosk.web.staff.actions import DeskAction, LogIn
from kiosk.web.staff.entering import entered
from kiosk.web.staff.misses import Misses
from kiosk.web.staff.models import DeskBody, Done
from kiosk.web.staff.papers import Papers
from kiosk.web.staff.refusals import EntryProblem, NotDoneBody, not_done
from kiosk.web.staff.work import perform

__all__ = ["staff_api"]

_BODY = (ErrorCode.TOO_SLOW, ErrorCode.INVALID)
_ENTERED = {
    EntryProblem.WRONG_PASSWORD,
    EntryProblem.WAIT,
    EntryProblem.NO_ACCOUNTS,
    EntryProblem.ACCOUNTS_UNREADABLE,
}
_LOCKED = {EntryProblem.LOGGED_OUT, EntryProblem.LOCKED, EntryProblem.WRONG_ROLE}
_AT_WORK = not_done({*EntryProblem, *DeskProblem} - _ENTERED)


class Whoami(BaseModel):
    """The account that is logged in, what it is for, and how many passwords were wrong since its last log-in."""

    name: str
    display: str
    missed: int
    role: Role


def staff_api(
    desk: StaffDesk,
    papers: Papers,
    door: Door,
    misses: Misses,
    sessions: Sessions,
    access: StaffAccess,
    *,
    word: str,
    insurer_number: str,
) -> APIRouter:
    """Return the routes. ``word`` is 受付 or 窓口."""
    router = APIRouter()
    _serve_session(router, desk, door, misses, sessions, access)
    _serve_desk(router, desk, papers, access, word, insurer_number)
    return router


def _serve_session(
    router: APIRouter, desk: StaffDesk, door: Door, misses: Misses, sessions: Sessions, access: StaffAccess
) -> None:
    known, anyone = Depends(access.known), Depends(access.any_role)

    @router.post("/api/v1/session", responses=documented([*SHIELD, *_BODY]) | not_done(_ENTERED))
    async def log_in(body: LogIn, request: Request, response: Response) -> Whoami:
        """Log in: start a new session with a cookie of its own and end the one that the browser had before."""
        session = await entered(door, misses, body.name, body.password, access.device_of(request))
        if before := access.session_of(request):
            sessions.end(before)
        access.give(request, response, session)
        account = session.account
        await misses.settle(account.name)
        await desk.note("logged_in", account.name)
        return Whoami(name=account.name, display=account.display, missed=session.missed, role=account.role)

    shut = documented(SHIELD) | not_done([EntryProblem.LOGGED_OUT])
    locked = documented(SHIELD) | not_done(_LOCKED - {EntryProblem.WRONG_ROLE})

    @router.post("/api/v1/session/end", status_code=204, responses=shut)
    async def log_out(response: Response, session: StaffSession = known) -> None:
        """Log out."""
        sessions.end(session)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        await desk.note("logged_out", session.account.name)

    @router.post("/api/v1/session/activity", status_code=204, dependencies=[anyone], responses=locked)
    async def activity() -> None:
        """Keep the session open, because somebody is reading or typing."""


def _with_both(of_all: Responses, of_desk: Responses) -> Responses:
    """Return the answers of both kinds; a status that both have has one of the two bodies."""
    made = of_all | of_desk
    for status in of_all.keys() & of_desk.keys():
        says = f"{of_all[status]['description']}\n\n{of_desk[status]['description']}"
        made[status] = {"model": ErrorEnvelope | NotDoneBody, "description": says}
    return made


def _serve_desk(
    router: APIRouter, desk: StaffDesk, papers: Papers, access: StaffAccess, word: str, insurer_number: str
) -> None:
    at_work = Depends(access.at_work)

    locked = _with_both(documented(SHIELD), not_done(_LOCKED))

    @router.get("/api/v1/desk", dependencies=[Depends(access.open)], responses=locked)
    async def state() -> DeskBody:
        """Return the kiosk as the desk sees it; nothing in it identifies anybody."""
        return DeskBody.of(desk.picture(), word)

    # Texts can be wrong in two ways: they do not fit the document, or they fit and mean nothing.
    refusals = _with_both(documented([*SHIELD, *_BODY]), _AT_WORK)

    @router.post("/api/v1/desk/actions", responses=refusals)
    async def act(action: Annotated[DeskAction, Body()], session: StaffSession = at_work) -> Done:
        """Press a button. What was found or decided is read from the page; nothing personal is in this answer."""
        message = await perform(desk, papers, session, action, insurer_number)
        return Done(message=message, sequence=desk.reception.view.sequence)
