"""Log in to the office and out again, by forms alone."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field

from kiosk.reception import StaffDesk
from kiosk.staff import Door, Sessions
from kiosk.web.officer.access import HOME, LOG_IN
from kiosk.web.officer.forms import Form, form_of
from kiosk.web.officer.serving import Serving
from kiosk.web.staff.access import COOKIE
from kiosk.web.staff.entering import entered, has_accounts
from kiosk.web.staff.misses import Misses
from kiosk.web.staff.refusals import NotDone

__all__ = ["log_in_routes"]


class LogInForm(Form):
    """The name and password of an officer."""

    name: str = Field(min_length=1, max_length=64, repr=False)
    password: str = Field(min_length=1, max_length=128, repr=False)


def log_in_routes(serving: Serving, desk: StaffDesk, door: Door, misses: Misses, sessions: Sessions) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)
    _serve_log_in(router, serving, desk, door, misses, sessions)
    _serve_log_out(router, serving, desk, sessions)
    return router


def _serve_log_in(
    router: APIRouter, serving: Serving, desk: StaffDesk, door: Door, misses: Misses, sessions: Sessions
) -> None:
    access = serving.access.staff

    @router.get(LOG_IN)
    async def log_in_page(request: Request) -> Response:
        """Return the log-in; somebody who is at work goes to the office."""
        session = access.session_of(request)
        if session and not session.locked:
            return RedirectResponse(HOME, HTTPStatus.SEE_OTHER)
        ended = "locked" if session else "over" if COOKIE in request.cookies else ""
        return HTMLResponse(serving.pages.log_in(ended=ended, accounts=has_accounts(door)))

    @router.post(LOG_IN)
    async def log_in(request: Request) -> Response:
        """Log in: start a new session with a cookie of its own and end the one that the browser had before."""
        form = await form_of(request, LogInForm)
        try:
            session = await entered(door, misses, form.name, form.password, access.device_of(request))
        except NotDone as error:
            page = serving.pages.log_in(refused=error.sentence, name=form.name)
            return HTMLResponse(page, error.status_code, error.headers)
        if before := access.session_of(request):
            sessions.end(before)
        answer = RedirectResponse(HOME, HTTPStatus.SEE_OTHER)
        access.give(request, answer, session)
        await misses.settle(session.account.name)
        await desk.note("logged_in", session.account.name)
        return answer


def _serve_log_out(router: APIRouter, serving: Serving, desk: StaffDesk, sessions: Sessions) -> None:
    access = serving.access.staff

    @router.post("/officer/log-out")
    async def log_out(request: Request) -> Response:
        """Log out; it is the same for somebody whose session has ended."""
        answer = RedirectResponse(LOG_IN, HTTPStatus.SEE_OTHER)
        if session := access.session_of(request):
            sessions.end(session)
            answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
            await desk.note("logged_out", session.account.name)
        return answer
