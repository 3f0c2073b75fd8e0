"""Hand in a file about members, and look at the files that were taken. No address or log has anything of a file."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from kiosk.eligibility import FeedKind, PastFile
from kiosk.reception import Draft, IntakeProblem, IntakeRefused
from kiosk.staff import StaffSession
from kiosk.web.officer import file_texts
from kiosk.web.officer.file_wording import COLUMNS, row_of, why_not
from kiosk.web.officer.list_routes import filter_of, serve_filter_and_csv
from kiosk.web.officer.lists import KeptList, ListView
from kiosk.web.officer.refusals import LogInFirst, PageRefused
from kiosk.web.officer.serving import Serving, acting
from kiosk.web.officer.uploads import FILES, Arriving, UploadForm, UploadRefused, arriving, drained, received

__all__ = ["DRAFTS", "file_routes", "page_refused"]

DRAFTS: Final = f"{FILES}/drafts"

Batch = Annotated[int, Path(ge=1, le=2**31 - 1)]


class FilesView(ListView):
    """Which part of the list is looked at, and which kind the form begins with."""

    kind: Literal["members"] | FeedKind = "members"


FilesQuery = Annotated[FilesView, Query()]


def file_routes(serving: Serving) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)
    _serve_form(router, serving)
    serve_filter_and_csv(router, serving, FILES, lambda session: _list(serving, session))
    _serve_report(router, serving)
    return router


def page_refused(error: IntakeRefused) -> PageRefused:
    """Return the page of one sentence for what the intake refuses."""
    waits = error.problem in {IntakeProblem.BUSY, IntakeProblem.TOO_MANY_DRAFTS, IntakeProblem.OTHERS_DRAFTS}
    status = HTTPStatus.CONFLICT if waits else HTTPStatus.UNPROCESSABLE_ENTITY
    return PageRefused(why_not(error), status)


def _serve_form(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    async def sending(request: Request) -> StaffSession:
        """Return the session; a browser shows no refusal before it has sent its file, so that is dropped first."""
        try:
            return await serving.access.at_work(request)
        except (LogInFirst, PageRefused):
            await drained(request.stream())
            raise

    may_send = Depends(sending)

    @router.get(FILES)
    async def files_page(view: FilesQuery, session: StaffSession = at_work) -> Response:
        """Return the form and the list of files."""
        return serving.page(await _shown(serving, session, view, UploadForm(kind=view.kind)))

    @router.post(FILES)
    async def hand_in(request: Request, session: StaffSession = may_send) -> Response:
        """Receive a file, begin its preview, and go to the page of that."""
        body, typed = request.stream(), UploadForm()
        try:
            coming = await arriving(request, body)
            typed = coming.typed
            draft = await _handed_in(serving, coming, session)
        except UploadRefused as error:
            await drained(body)
            page = await _shown(serving, session, ListView(), typed, error.sentence, error.field)
            return serving.page(page, HTTPStatus.UNPROCESSABLE_ENTITY)
        except IntakeRefused as error:
            await drained(body)
            refusal = page_refused(error)
            return serving.page(await _shown(serving, session, ListView(), typed, str(refusal)), refusal.status)
        except PageRefused:
            await drained(body)
            raise
        return RedirectResponse(f"{DRAFTS}/{draft.handle}", HTTPStatus.SEE_OTHER)


async def _handed_in(serving: Serving, coming: Arriving, session: StaffSession) -> Draft:
    with serving.intake.receiving(session):
        upload = await received(coming, serving.intake)
    return serving.intake.preview_file(session, upload)


async def _shown(
    serving: Serving, session: StaffSession, view: ListView, typed: UploadForm, refused: str = "", field: str = ""
) -> str:
    kept, drafts = await _list(serving, session), serving.intake.drafts_of(session)
    return serving.pages.files(session.account, kept, view, drafts, typed, refused, field)


async def _list(serving: Serving, session: StaffSession) -> KeptList:
    async with acting():
        files: Sequence[PastFile] = await serving.intake.past_files()
    rows = tuple(row_of(at, file) for at, file in enumerate(files))
    return KeptList("files", COLUMNS, rows, filter_of(session, FILES))


def _serve_report(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(f"{FILES}/{{batch}}")
    async def report_page(batch: Batch, session: StaffSession = at_work) -> Response:
        """Return what is kept of a file; it names members, so the journal has it first."""
        async with acting():
            kept = await serving.intake.report(batch, session.account.name)
        if kept is None:
            raise PageRefused(file_texts.PROBLEMS[IntakeProblem.NO_SUCH_FILE], HTTPStatus.NOT_FOUND)
        return serving.page(serving.pages.report(session.account, kept))

    @router.post(f"{FILES}/{{batch}}/undo")
    async def preview_undoing(batch: Batch, session: StaffSession = at_work) -> Response:
        """Begin to find out what would be taken back, and go to the page that asks whether to do it."""
        try:
            draft = serving.intake.preview_undoing(session, batch)
        except IntakeRefused as error:
            raise page_refused(error) from None
        return RedirectResponse(f"{DRAFTS}/{draft.handle}", HTTPStatus.SEE_OTHER)
