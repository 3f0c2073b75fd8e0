"""Serve the JSON API: the visit, its changes, and the actions. OpenAPI is at ``/api/openapi.json``."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import ValidationError

from kiosk.reception import Action, HolderUnknown, PhotoProblem, PhotoRefused, StaffConfirm, View
from kiosk.results import FinishedVisit, FinishedVisits, ResultsUnavailable
from kiosk.staff import Accounts
from kiosk.web.access import Access, Caller, require_account, require_any_act, require_permission
from kiosk.web.errors import SHIELD, ApiRefusal, ErrorCode, Responses, documented
from kiosk.web.misfits import NO_BODY, Misfit, misfit
from kiosk.web.models import Health, IgnoredBody, VisitBody
from kiosk.web.openapi import ACTION, ACTION_BODY, EVENT
from kiosk.web.replay import MOST_MISSED, event_number, with_missed
from kiosk.web.seams import ReceptionPort
from kiosk.web.streams import MOST_READERS, MOST_READERS_IN_ALL, Seats, watch

__all__ = ["api_router"]

_LOCKED = (*SHIELD, ErrorCode.UNAUTHENTICATED, ErrorCode.NOT_PERMITTED)
_ACTING = (
    *_LOCKED,
    ErrorCode.TOO_SLOW,
    ErrorCode.NOT_JSON,
    ErrorCode.INVALID,
    ErrorCode.SCREEN_HAS_CHANGED,
    ErrorCode.NOT_A_SCREEN,
    ErrorCode.WHICH_SCREEN,
    ErrorCode.NO_SUCH_ACCOUNT,
    ErrorCode.PHOTO_UNASKED,
    ErrorCode.ACCOUNTS_UNREADABLE,
    ErrorCode.REGISTER_DOWN,
)

_LAST_EVENT_ID = "The `id` of the last event that was seen; one of another kiosk or of no event is ignored."
_IF_MATCH = 'The sequence number of the screen that was seen, in quotes (`"7"`), or `*` for whichever there is.'
# FastAPI names the token in "security"; the empty requirement says that a caller without it is served too.
_TOKEN_IS_OPTIONAL: dict[str, object] = {"security": [{}]}


async def _action(request: Request, caller: Caller) -> Action:
    """Return the action in the body, which is read into a buffer of ours that is zeroed again.

    Raises:
        ApiRefusal: The body is no action, or the caller may not do it.

    """
    require_any_act(caller)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
        if not body:
            raise ApiRefusal(ErrorCode.INVALID, NO_BODY)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise ApiRefusal(ErrorCode.NOT_JSON)
        return _permitted(body, caller)
    finally:
        body[:] = bytes(len(body))


def _permitted(body: bytearray, caller: Caller) -> Action:
    """Return the action in ``body``.

    Raises:
        ApiRefusal: The caller may not do it, which is checked first, or it is malformed.

    """
    try:
        action = ACTION.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        at_fault = misfit(first["type"], first["loc"])
        require_permission(caller, str(next(iter(first["loc"]), "")))
    else:
        require_permission(caller, action.action)
        return action
    # Raised here, because in the block above pydantic's error, which holds the input, would become its context.
    raise ApiRefusal(ErrorCode.INVALID, at_fault)


def _sequence(if_match: str | None) -> int | None:
    """Return the sequence number in ``If-Match: "7"`` (or bare: ``7``); None without the header.

    Raises:
        ApiRefusal: The header has another form.

    """
    if if_match is None or if_match.strip() == "*":
        return None
    number = re.fullmatch(r'\s*("?)(\d{1,18})\1\s*', if_match, re.ASCII)
    if number is None:
        raise ApiRefusal(ErrorCode.NOT_A_SCREEN)
    return int(number[2])


def api_router(
    desk: ReceptionPort,
    access: Access,
    accounts: Accounts,
    word: str,
    closing: asyncio.Event,
    results: FinishedVisits | None = None,
) -> APIRouter:
    """Return the routes of the API.

    Args:
        desk: The reception.
        access: Who may do what.
        accounts: The accounts of staff.
        word: 受付 or 窓口.
        closing: Ends the stream when it is set.
        results: The finished visits that a reader of the stream may have missed; None: there are none.

    """
    router = APIRouter()
    _serve_health(router, desk, access)
    _serve_visit(router, desk, access, word, closing, results)
    _serve_actions(router, desk, access, accounts, word)
    return router


def _serve_health(router: APIRouter, desk: ReceptionPort, access: Access) -> None:
    has_token = Depends(access.has_token)

    @router.head("/healthz", include_in_schema=False)  # what many monitors ask
    @router.get(
        "/healthz",
        responses={503: {"model": Health, "description": "No visit can be served."}, **documented(SHIELD)},
        response_model_exclude_none=True,
        openapi_extra=_TOKEN_IS_OPTIONAL,
    )
    async def healthz(response: Response, details: bool = has_token) -> Health:
        """Say whether this kiosk can serve visits, and what is wrong even so. It needs no token.

        With a token the answer also has ``details``.
        """
        reasons = desk.health()
        response.status_code = 503 if reasons else 200
        return Health.of(reasons, desk.troubles(), details=details)


def _serve_visit(
    router: APIRouter,
    desk: ReceptionPort,
    access: Access,
    word: str,
    closing: asyncio.Event,
    results: FinishedVisits | None,
) -> None:
    known, seats, all_seats = Depends(access.reader), Seats(MOST_READERS), Seats(MOST_READERS_IN_ALL)
    said = _Said(word)

    @router.get("/api/v1/visit", dependencies=[known], responses=documented(_LOCKED))
    async def visit() -> VisitBody:
        """Return the present state of the kiosk."""
        return VisitBody.of(desk.view, word)

    streamed: Responses = {200: {"content": {"text/event-stream": {"schema": EVENT}}}}
    refused = documented(code for code in _LOCKED if code is not ErrorCode.INTERNAL)  # that would only end the stream

    @router.get("/api/v1/events", response_class=EventSourceResponse, responses=streamed | refused)
    async def events(
        request: Request,
        caller: Caller = known,
        last_event_id: Annotated[str | None, Header(description=_LAST_EVENT_ID)] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        """Send the visit as server-sent events: the present state first, then one event for every change.

        Events have no name, and the ``id`` is the sequence number, which no other event of this kiosk ever has. With
        ``Last-Event-ID`` the stream begins with what the reader missed, in order: the latest changes, and before them
        the visits that have finished. The stream ends for a reader that falls far behind, and for the oldest one when
        there are too many. The reader may connect again.
        """
        # The page's cookie is the next visitor's too: it never sees a visit that is over.
        after = event_number(last_event_id) if caller.is_program else None

        async def missed() -> Sequence[FinishedVisit]:
            return await _finished_after(results, after)

        with seats.taken(request, caller) as left, all_seats.taken(request) as crowded:
            async for shown in with_missed(watch(desk.every_change(after), left, crowded, closing), missed):
                if not access.is_current(caller):
                    return
                if shown is not None:
                    yield said.event(shown)


async def _finished_after(results: FinishedVisits | None, event: int | None) -> Sequence[FinishedVisit]:
    """Return the visits that have finished since an event; a disk that cannot say so now keeps no stream from going."""
    if results is None or event is None:
        return ()
    try:
        return await asyncio.to_thread(results.after_event, event, MOST_MISSED)
    except ResultsUnavailable:
        return ()


class _Said:
    """The events of a stream. The one that every reader gets at the same time is written once."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._last: tuple[View, ServerSentEvent] | None = None

    def event(self, shown: View | FinishedVisit) -> ServerSentEvent:
        """Return the event for a view, or for a visit that has finished."""
        if isinstance(shown, FinishedVisit):
            return ServerSentEvent(raw_data=shown.body.decode(), id=str(shown.event))
        if self._last is None or self._last[0] is not shown:
            body = VisitBody.of(shown, self._word).model_dump_json()
            self._last = shown, ServerSentEvent(raw_data=body, id=str(shown.sequence))
        return self._last[1]


def _serve_actions(router: APIRouter, desk: ReceptionPort, access: Access, accounts: Accounts, word: str) -> None:
    known = Depends(access.anyone_known)
    conflicts = (ErrorCode.DOES_NOT_FIT, ErrorCode.CARD_WITHOUT_PHOTO)
    refusals = documented(_ACTING) | documented(conflicts, IgnoredBody)

    @router.post("/api/v1/visit/actions", response_model=VisitBody, openapi_extra=ACTION_BODY, responses=refusals)
    async def act(
        request: Request,
        caller: Caller = known,
        if_match: Annotated[str | None, Header(description=_IF_MATCH)] = None,
    ) -> VisitBody | Response:
        """Press a button. With ``If-Match: "<sequence>"`` nothing happens unless that screen is still shown.

        A ``staff_confirm`` takes the scope ``staff:confirm``. It names an account of ``kiosk staff``, and the screen
        (If-Match), since the face was compared with one card.
        """
        action = await _action(request, caller)
        require_account(action, accounts)
        _require_screen(_sequence(if_match), action, desk)
        try:
            code = None if await desk.act(action) else ErrorCode.DOES_NOT_FIT
        except PhotoRefused as refusal:
            code = _photo_code(refusal)
        except HolderUnknown:
            raise ApiRefusal(ErrorCode.REGISTER_DOWN) from None
        return _ignored(desk.view, word, code) if code else VisitBody.of(desk.view, word)


def _photo_code(refusal: PhotoRefused) -> ErrorCode:
    """Return why the 目視確認 of a holder under five was refused.

    Raises:
        ApiRefusal: The body does not say whether the card has a photograph.

    """
    if refusal.problem is PhotoProblem.UNASKED:
        raise ApiRefusal(ErrorCode.PHOTO_UNASKED, Misfit("card_has_photo", "is needed for a holder under five"))
    return ErrorCode.CARD_WITHOUT_PHOTO


def _ignored(view: View, word: str, code: ErrorCode) -> JSONResponse:
    body = IgnoredBody.of_view(view, word, code)
    return JSONResponse(body.model_dump(mode="json", exclude={"error": {"field"}}), 409)


def _require_screen(expected: int | None, action: Action, desk: ReceptionPort) -> None:
    """Check that the caller saw the present screen.

    Raises:
        ApiRefusal: ``expected`` is another screen, or a 目視確認 names none.

    """
    if expected is None and isinstance(action, StaffConfirm):
        raise ApiRefusal(ErrorCode.WHICH_SCREEN)
    if expected not in (None, desk.view.sequence):
        raise ApiRefusal(ErrorCode.SCREEN_HAS_CHANGED)
