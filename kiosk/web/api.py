"""Serve the JSON API: the visit, its changes, and the actions. OpenAPI is at ``/api/openapi.json``."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from kiosk.reception import Action, HolderUnknown, PhotoProblem, PhotoRefused, StaffConfirm, View
from kiosk.results import FinishedVisits
from kiosk.staff import Accounts
from kiosk.web.access import Access, Caller, require_account, require_any_act, require_permission
from kiosk.web.errors import SHIELD, ApiRefusal, ErrorCode, documented
from kiosk.web.events import events_router
from kiosk.web.misfits import NO_BODY, Misfit, misfit
from kiosk.web.models import Health, IgnoredBody, VisitBody
from kiosk.web.openapi import ACTION, ACTION_BODY
from kiosk.web.seams import Queues, ReceptionPort, no_queues

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
    queues: Queues = no_queues,
) -> APIRouter:
    """Return the routes of the API.

    Args:
        desk: The reception.
        access: Who may do what.
        accounts: The accounts of staff.
        word: 受付 or 窓口.
        closing: Ends the stream when it is set.
        results: The finished visits that a reader of the stream may have missed; None: there are none.
        queues: Returns a line for each queue of results.

    """
    router = APIRouter()
    _serve_health(router, desk, access, queues)
    _serve_visit(router, desk, access, word)
    router.include_router(events_router(desk, access, word, closing, results))
    _serve_actions(router, desk, access, accounts, word)
    return router


def _serve_health(router: APIRouter, desk: ReceptionPort, access: Access, queues: Queues) -> None:
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
        return Health.of(reasons, desk.troubles(), await asyncio.to_thread(queues) if details else None)


def _serve_visit(router: APIRouter, desk: ReceptionPort, access: Access, word: str) -> None:
    known = Depends(access.reader)

    @router.get("/api/v1/visit", dependencies=[known], responses=documented(_LOCKED))
    async def visit() -> VisitBody:
        """Return the present state of the kiosk."""
        return VisitBody.of(desk.view, word)


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
