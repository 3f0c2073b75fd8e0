"""Serve the visitor page and its stream of screens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from kiosk.reception import View
from kiosk.web.access import Access, is_own_navigation
from kiosk.web.screens import Screens
from kiosk.web.seams import ReceptionPort
from kiosk.web.streams import Seats, watch
from kiosk.web.tokens import COOKIE, Tokens

__all__ = ["page_router"]

_RETRY = 1000


def page_router(
    desk: ReceptionPort, screens: Screens, access: Access, tokens: Tokens, closing: asyncio.Event, scale: str = ""
) -> APIRouter:
    """Return the visitor page at ``/``, its ``scale`` and its stream, which ends when ``closing`` is set."""
    router = APIRouter(include_in_schema=False)
    # There is one seat in front of the kiosk; the page that had it before is informed.
    seat = Seats()

    @router.get("/", response_class=HTMLResponse)
    async def page(request: Request) -> HTMLResponse:
        """Return the visitor page with the present screen in it, and the cookie that lets it act."""
        response = HTMLResponse(screens.page(desk.view))
        if is_own_navigation(request):
            response.set_cookie(COOKIE, tokens.visitor, path="/", httponly=True, samesite="strict")
        return response

    @router.get("/screen.css")
    async def size() -> Response:
        """Return the style sheet that fits the screens to this kiosk's panel."""
        return Response(scale, media_type="text/css")

    @router.get("/screens/events", response_class=EventSourceResponse, dependencies=[Depends(access.visitor)])
    async def events(request: Request) -> AsyncIterator[ServerSentEvent]:
        """Send the events ``screen`` (HTML of <main>, id = sequence), ``alive``, and ``elsewhere`` when the seat is
        taken.
        """
        with seat.taken(request) as left:
            async for view in watch(desk.changes(), left, closing):
                yield _said(screens, view)
            if left.is_set():
                yield ServerSentEvent(raw_data="", event="elsewhere")

    return router


def _said(screens: Screens, view: View | None) -> ServerSentEvent:
    if view is None:
        return ServerSentEvent(raw_data="", event="alive")
    return ServerSentEvent(raw_data=screens.main(view), event="screen", id=str(view.sequence), retry=_RETRY)
