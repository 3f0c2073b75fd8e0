"""Put the office into the application of the staff port: its routes, and its own way to refuse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from kiosk.documents import Stationery
from kiosk.reception import Office, StaffDesk
from kiosk.staff import Door, Sessions
from kiosk.web.errors import ApiRefusal
from kiosk.web.officer.access import LOG_IN, OfficeAccess
from kiosk.web.officer.drafts import draft_routes
from kiosk.web.officer.entering import log_in_routes
from kiosk.web.officer.files import file_routes
from kiosk.web.officer.members import member_routes
from kiosk.web.officer.picture_routes import picture_routes
from kiosk.web.officer.post_batches import batch_routes
from kiosk.web.officer.post_jobs import job_routes
from kiosk.web.officer.post_queue import post_routes
from kiosk.web.officer.refusals import CONFUSED, NO_PAGE, LogInFirst, PageRefused
from kiosk.web.officer.rendering import OfficePages
from kiosk.web.officer.searching import search_routes
from kiosk.web.officer.serving import Serving
from kiosk.web.officer.shielding import SHIELD_SENTENCES, is_of_office
from kiosk.web.officer.today import today_routes
from kiosk.web.staff.access import StaffAccess
from kiosk.web.staff.misses import Misses
from kiosk.web.staff.seams import StaffWebSettings

__all__ = ["serve_office"]


def serve_office(
    app: FastAPI,
    office: Office,
    desk: StaffDesk,
    settings: StaffWebSettings,
    stationery: Callable[[], Stationery],
    door: Door,
    misses: Misses,
    sessions: Sessions,
    access: StaffAccess,
    closing: Callable[[], bool],
) -> None:
    """Serve the office on ``app``, with the log-in of the staff pages.

    ``stationery`` returns what all papers share, ``access`` is that of the office, and ``closing`` says whether the
    service ends.
    """
    pages = OfficePages(kiosk=settings.kiosk_id, simulation=settings.simulation)
    intake = office.intake(settings.data_dir / "drafts", settings.imports.most_changed, closing)
    post = office.post(settings.data_dir / "post", stationery, settings.printing, closing)
    number, idle = settings.insurer_number, settings.staff.idle_limit
    serving = Serving(office, intake, post, pages, OfficeAccess(access), number, idle)
    app.include_router(today_routes(serving, desk, settings.kiosk_id))
    app.include_router(log_in_routes(serving, desk, door, misses, sessions))
    app.include_router(search_routes(serving))
    app.include_router(member_routes(serving))
    app.include_router(file_routes(serving))
    app.include_router(draft_routes(serving))
    app.include_router(post_routes(serving))
    app.include_router(job_routes(serving))
    app.include_router(batch_routes(serving))
    app.include_router(picture_routes(serving))
    _refuse(app, pages, access)


def _refuse(app: FastAPI, pages: OfficePages, access: StaffAccess) -> None:
    """Answer with a page where a request of the office was ended."""

    async def on_refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, PageRefused):
            raise error
        session = access.session_of(request)
        account = session.account if session and not session.locked else None
        return HTMLResponse(pages.refused(error.sentence, account, is_unsure=error.is_unsure), error.status)

    async def on_log_in_first(_: Request, error: Exception) -> Response:
        if not isinstance(error, LogInFirst):
            raise error
        return RedirectResponse(LOG_IN, HTTPStatus.SEE_OTHER)

    app.add_exception_handler(PageRefused, on_refused)
    app.add_exception_handler(LogInFirst, on_log_in_first)
    for kind in (HTTPException, RequestValidationError):
        _refuse_with_a_page(app, kind, on_refused)


def _refuse_with_a_page(
    app: FastAPI, kind: type[Exception], on_refused: Callable[[Request, Exception], Awaitable[Response]]
) -> None:
    """Answer with a page where the office has no such address, or no page of ours asks so; elsewhere as before."""
    elsewhere = app.exception_handlers[kind]

    async def on_error(request: Request, error: Exception) -> Response:
        if not is_of_office(request.url.path):
            answer = elsewhere(request, error)
            return await answer if isinstance(answer, Awaitable) else answer
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.UNPROCESSABLE_ENTITY
        return await on_refused(request, PageRefused(_sentence(error, status), status))

    app.add_exception_handler(kind, on_error)


def _sentence(error: Exception, status: int) -> str:
    if isinstance(error, ApiRefusal) and error.code in SHIELD_SENTENCES:
        return SHIELD_SENTENCES[error.code]
    return NO_PAGE if status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED} else CONFUSED
