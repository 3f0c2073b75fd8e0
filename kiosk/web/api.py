"""The JSON API: the visit, its changes, and the actions. OpenAPI at ``/api/openapi.json``."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import ValidationError

from kiosk.reception import Action, StaffConfirm
from kiosk.staff import Accounts
from kiosk.web.access import Access, Caller, require_account, require_permission
from kiosk.web.errors import ErrorCode, ErrorEnvelope, Refusal
from kiosk.web.models import Health, Visit
from kiosk.web.openapi import ACTION, ACTION_BODY
from kiosk.web.seams import Desk
from kiosk.web.streams import MOST_STREAMS, Seats, watch

__all__ = ["api_router"]

_REFUSALS: dict[int | str, dict[str, object]] = {
    status: {"model": ErrorEnvelope} for status in (401, 403, 408, 412, 413, 415, 421, 422, 428, 503)
}


# FastAPI names the token in "security"; the empty requirement says that a caller without it is served too.
_TOKEN_IS_OPTIONAL: dict[str, object] = {"security": [{}]}


async def _action(request: Request) -> Action:
    """Return the action of the body, read into a buffer of ours that is zeroed again. Raises Refusal."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(ErrorCode.NOT_JSON)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
        return ACTION.validate_json(body)
    except ValidationError:
        # from None: pydantic's error holds the input
        raise Refusal(ErrorCode.INVALID) from None
    finally:
        body[:] = bytes(len(body))


def _sequence(if_match: str | None) -> int | None:
    """Return the sequence number in ``If-Match: "7"``, None without the header. Raises Refusal."""
    if if_match is None or if_match.strip() == "*":
        return None
    number = re.fullmatch(r'\s*"(\d{1,18})"\s*', if_match, re.ASCII)
    if number is None:
        raise Refusal(ErrorCode.SCREEN_HAS_CHANGED)
    return int(number[1])


def api_router(desk: Desk, access: Access, accounts: Accounts, word: str, closing: asyncio.Event) -> APIRouter:
    """Return the routes of the API. ``word`` is 受付 or 窓口; the stream ends when ``closing`` is set."""
    router = APIRouter()
    _serve_health(router, desk, access)
    _serve_visit(router, desk, access, word, closing)
    _serve_actions(router, desk, access, accounts, word)
    return router


def _serve_health(router: APIRouter, desk: Desk, access: Access) -> None:
    has_token = Depends(access.has_token)

    @router.head("/healthz", include_in_schema=False)  # what many monitors ask
    @router.get(
        "/healthz",
        responses={503: {"model": Health}},
        response_model_exclude_none=True,
        openapi_extra=_TOKEN_IS_OPTIONAL,
    )
    async def healthz(response: Response, details: bool = has_token) -> Health:
        """Whether this kiosk can serve visits, and what is wrong although it does. It needs no token.

        With a token it also has ``details``.
        """
        reasons = desk.health()
        response.status_code = 503 if reasons else 200
        return Health.of(reasons, desk.troubles(), details=details)


def _serve_visit(router: APIRouter, desk: Desk, access: Access, word: str, closing: asyncio.Event) -> None:
    known, seats = Depends(access.anyone_known), Seats(MOST_STREAMS)

    @router.get("/api/v1/visit", dependencies=[known], responses=_REFUSALS)
    async def visit() -> Visit:
        """The kiosk as it stands."""
        return Visit.of(desk.view, word)

    @router.get("/api/v1/events", response_class=EventSourceResponse, responses=_REFUSALS)
    async def events(request: Request, caller: Caller = known) -> AsyncIterator[ServerSentEvent]:
        """Server-sent events without a name: the same object, the present one first, then one at every change.

        The ``id`` is the sequence number. The stream ends for a reader that falls far behind, and the oldest one for
        the seventeenth; it may come again.
        """
        with seats.taken(request, caller) as left:
            async for view in watch(desk.every_change(), left, closing):
                if view is not None:
                    yield ServerSentEvent(data=Visit.of(view, word), id=str(view.sequence))


def _serve_actions(router: APIRouter, desk: Desk, access: Access, accounts: Accounts, word: str) -> None:
    known = Depends(access.anyone_known)

    @router.post("/api/v1/visit/actions", openapi_extra=ACTION_BODY, responses=_REFUSALS)
    async def act(
        request: Request,
        caller: Caller = known,
        if_match: Annotated[str | None, Header()] = None,
    ) -> Visit:
        """Press a button. With ``If-Match: "<sequence>"`` nothing happens unless that screen still stands.

        A ``staff_confirm`` is refused (403): staff confirm at their own pages, under the account they are logged in
        with. Whoever may send it names an account of staff, and the screen: the face was compared with one card.
        """
        expected = _sequence(if_match)
        action = await _action(request)
        require_permission(caller, action)
        require_account(action, accounts)
        if expected is None and isinstance(action, StaffConfirm):
            raise Refusal(ErrorCode.WHICH_SCREEN)
        if expected not in (None, desk.view.sequence):
            raise Refusal(ErrorCode.SCREEN_HAS_CHANGED)
        await desk.act(action)
        return Visit.of(desk.view, word)
