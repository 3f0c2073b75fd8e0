"""Serve the staff page: the log-in or the desk, the part that changes with the kiosk, and the person's own work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from kiosk.reception import StaffDesk
from kiosk.roles import Part, may_use
from kiosk.staff import Door, Sessions, StaffSession
from kiosk.web.staff.access import StaffAccess
from kiosk.web.staff.board import Board
from kiosk.web.staff.entering import has_accounts
from kiosk.web.staff.refusals import EntryProblem, NotDone
from kiosk.web.staff.work import work_of
from kiosk.web.streams import MOST_STREAMS, Seats, watch

__all__ = ["staff_pages"]

_RETRY = 1000
_MOST_IN_ALL = 64
OFFICE = "/officer"
"""Where those go whose role is not one of the desk."""


def staff_pages(
    desk: StaffDesk, door: Door, sessions: Sessions, access: StaffAccess, board: Board, closing: asyncio.Event
) -> APIRouter:
    """Return the page at ``/``, its parts and its stream, which ends when ``closing`` is set."""
    router = _stream(desk, sessions, access, board, closing)
    at_work = Depends(access.at_work)

    @router.get("/", response_class=HTMLResponse)
    async def page(request: Request) -> Response:
        """Return the desk for somebody at work, or the log-in, with the bell if the session is only locked.

        Who has nothing to do with the desk goes to the office.
        """
        session = access.session_of(request)
        if session is None or session.locked:
            return HTMLResponse(board.log_in_page(bell=session is not None, accounts=has_accounts(door)))
        if not may_use(session.account.role, Part.DESK):
            return RedirectResponse(OFFICE, HTTPStatus.SEE_OTHER)
        sessions.touch(session)
        missed, session.missed = session.missed, 0
        return HTMLResponse(board.desk_page(desk.picture(), session.account, work_of(session), missed))

    @router.get("/desk/work", response_class=HTMLResponse)
    async def work(session: StaffSession = at_work) -> HTMLResponse:
        """Return the part with the person's own work."""
        return HTMLResponse(board.work(desk.picture(), work_of(session)))

    @router.get("/desk/paper")
    async def paper(session: StaffSession = at_work) -> Response:
        """Return the PDF that was made last; its address names nobody."""
        if not (pdf := work_of(session).paper):
            raise NotDone(EntryProblem.NO_PAPER)
        return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": "inline"})

    return router


def _stream(
    desk: StaffDesk, sessions: Sessions, access: StaffAccess, board: Board, closing: asyncio.Event
) -> APIRouter:
    """Return the route of the page's stream."""
    router = APIRouter(include_in_schema=False)
    seats, all_seats = Seats(MOST_STREAMS), Seats(_MOST_IN_ALL)
    of_role = Depends(access.of_role)

    @router.get("/desk/events", response_class=EventSourceResponse)
    async def events(request: Request, session: StaffSession = of_role) -> AsyncIterator[ServerSentEvent]:
        """Send the events ``board`` (HTML), ``bell`` (1 or 0, when locked), ``locked``, ``ended`` and ``alive``."""
        with (
            seats.taken(request, session.token) as left,
            all_seats.taken(request) as also_left,
            desk.reception.staff_page(),
        ):
            async for event in _news(desk, sessions, session, board, (left, also_left, closing)):
                yield event
        # A page that was closed without logging out: what it showed is still forgotten in time.
        asyncio.get_running_loop().call_later(sessions.idle + 1, sessions.sweep)

    return router


async def _news(
    desk: StaffDesk, sessions: Sessions, session: StaffSession, board: Board, ends: Sequence[asyncio.Event]
) -> AsyncIterator[ServerSentEvent]:
    sent, was_locked = "", session.locked
    async for _ in watch(desk.reception.changes(), *ends):
        if sessions.find(session.token) is None:
            yield ServerSentEvent(raw_data="", event="ended")
            return
        if session.locked and not was_locked:
            yield ServerSentEvent(raw_data="", event="locked")
            return
        picture = desk.picture()
        news = str(int(board.rings(picture))) if session.locked else board.live(picture)
        kind = "alive" if news == sent else "bell" if session.locked else "board"
        yield ServerSentEvent(raw_data="" if news == sent else news, event=kind, retry=_RETRY)
        sent = news
