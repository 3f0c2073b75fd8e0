"""Batches of papers: their list, their files, printing, and that they are issued, by batch or by scanning."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from kiosk.issuance import Order
from kiosk.reception import PostJob, PostRefused
from kiosk.staff import StaffSession
from kiosk.web.officer.cancelling import cancelled
from kiosk.web.officer.forms import form_of
from kiosk.web.officer.list_routes import filter_of, serve_filter_and_csv
from kiosk.web.officer.lists import KeptList, ViewQuery
from kiosk.web.officer.post_forms import CancelForm, IssueForm, PrintForm, ScanForm
from kiosk.web.officer.post_queue import JOBS, POST, posting, refused_page, status_of
from kiosk.web.officer.post_texts import NOT_AN_ORDER
from kiosk.web.officer.post_wording import batch_list
from kiosk.web.officer.refusals import PageRefused
from kiosk.web.officer.serving import Serving, acting
from kiosk.web.officer.work import office_work
from kiosk.web.texts import DOCUMENTS

__all__ = ["BATCHES", "SCAN", "batch_routes"]

BATCHES: Final = f"{POST}/batches"
SCAN: Final = f"{POST}/scan"
Batch = Annotated[int, Path(ge=1, le=2**31 - 1)]
FileName = Annotated[str, Path(pattern=r"^[a-z-]{1,32}\.(pdf|csv)$")]


def batch_routes(serving: Serving) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)
    _serve_list(router, serving)
    _serve_batch(router, serving)
    _serve_acts(router, serving)
    _serve_scan(router, serving)
    return router


async def _list(serving: Serving, session: StaffSession) -> KeptList:
    async with acting():
        return batch_list(await serving.post.batches(), filter_of(session, BATCHES))


def _serve_list(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(BATCHES)
    async def batches_page(view: ViewQuery, session: StaffSession = at_work) -> Response:
        """Return the list of batches."""
        return serving.page(serving.pages.post_batches(session.account, await _list(serving, session), view))

    serve_filter_and_csv(router, serving, BATCHES, lambda session: _list(serving, session))


def _serve_batch(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(f"{BATCHES}/{{batch}}")
    async def batch_page(batch: Batch, session: StaffSession = at_work) -> Response:
        """Return a batch and what can be done with it."""
        return await _shown(serving, session, batch)

    @router.get(f"{BATCHES}/{{batch}}/{{name}}")
    async def file(batch: Batch, name: FileName, session: StaffSession = at_work) -> Response:
        """Send a file of a batch, piece by piece, once the journal has it."""
        async with posting():
            path = await serving.post.taken_file(batch, name, session.account.name)
        kind = "application/pdf" if name.endswith(".pdf") else "text/csv; charset=utf-8"
        return FileResponse(path, media_type=kind, filename=f"{batch}-{name}")


async def _shown(
    serving: Serving,
    session: StaffSession,
    number: int,
    refused: PostRefused | None = None,
    typed: IssueForm | CancelForm | None = None,
) -> Response:
    """Return the page of a batch; ``refused`` is why something was not begun."""
    async with posting():
        batch, withheld = await serving.post.batch(number), await serving.post.withheld(number)
        spoilt = await serving.post.spoilt(batch)
    files, printable = serving.post.files(number), serving.post.printable(number)
    jobs = [job for job in serving.post.jobs_of(session) if number in job.batches]
    stopped, ended = (withheld, spoilt), office_work(session).cancelled.pop(number, None)
    given = (batch, files, printable, stopped, serving.post.prints, jobs)
    html = serving.pages.post_batch(session.account, *given, typed, refused, ended)
    return serving.page(html, status_of(refused))


async def _begun(
    serving: Serving, session: StaffSession, number: int, begin: Callable[[], Awaitable[PostJob]], typed: IssueForm
) -> Response:
    """Begin work on a batch and go to its page; if it is refused, the batch's page says why."""
    try:
        async with acting():
            job = await begin()
    except PostRefused as error:
        return await _shown(serving, session, number, error, typed)
    return RedirectResponse(f"{JOBS}/{job.handle}", HTTPStatus.SEE_OTHER)


def _serve_acts(router: APIRouter, serving: Serving) -> None:
    at_work, post = Depends(serving.access.at_work), serving.post

    @router.post(f"{BATCHES}/{{batch}}/again")
    async def make_again(batch: Batch, session: StaffSession = at_work) -> Response:
        """Begin to make the papers of a batch once more."""
        return await _begun(serving, session, batch, lambda: post.make_again(session, batch), IssueForm())

    @router.post(f"{BATCHES}/{{batch}}/print")
    async def print_papers(batch: Batch, request: Request, session: StaffSession = at_work) -> Response:
        """Begin to print the papers of a batch, or one file of them."""
        form = await form_of(request, PrintForm)
        return await _begun(serving, session, batch, lambda: post.print(session, batch, form.file), IssueForm())

    @router.post(f"{BATCHES}/{{batch}}/stop")
    async def stop(batch: Batch, session: StaffSession = at_work) -> Response:
        """Stop the printing of a batch, whoever began it."""
        async with acting():
            await post.stop_printing(batch, session.account.name)
        return RedirectResponse(f"{BATCHES}/{batch}", HTTPStatus.SEE_OTHER)

    @router.post(f"{BATCHES}/{{batch}}/issued")
    async def issued(batch: Batch, request: Request, session: StaffSession = at_work) -> Response:
        """Begin to mark a batch as issued; the tick says that the officer has made sure."""
        form = await form_of(request, IssueForm)

        async def issue() -> PostJob:
            return await post.issue(session, batch, form.day)

        return await _begun(serving, session, batch, issue, form)

    @router.post(f"{BATCHES}/{{batch}}/cancel")
    async def cancel(batch: Batch, request: Request, session: StaffSession = at_work) -> Response:
        """Cancel one order of a batch, and go back to its page."""
        form = await form_of(request, CancelForm)
        try:
            office_work(session).cancelled[batch] = await cancelled(serving, session, batch, form)
        except PostRefused as error:
            return await _shown(serving, session, batch, error, form)
        return RedirectResponse(f"{BATCHES}/{batch}", HTTPStatus.SEE_OTHER)


def _serve_scan(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(SCAN)
    async def scan_page(session: StaffSession = at_work) -> Response:
        """Return the field for the scanner."""
        return serving.page(serving.pages.post_scan(session.account, office_work(session).scanned))

    @router.post(SCAN)
    async def scan(request: Request, session: StaffSession = at_work) -> Response:
        """Mark the scanned order as issued; the page comes back with the field for the next one."""
        number, pile = (await form_of(request, ScanForm)).number, office_work(session).scanned
        pile.refused.pop(number, None)
        try:
            order = await _scanned(serving, number, session.account.name)
        except PageRefused as error:
            said = NOT_AN_ORDER if number is None else f"受付番号{number}：{error.sentence}"
            page = serving.pages.post_scan(session.account, pile, said)
            pile.note_refused(number, said)
            return serving.page(page, error.status)
        pile.note_issued(f"受付番号{order.number}　{DOCUMENTS[order.document]}")
        return RedirectResponse(SCAN, HTTPStatus.SEE_OTHER)


async def _scanned(serving: Serving, number: int | None, by: str) -> Order:
    """Return the order that is issued now. Raises PageRefused, whatever it is that nobody can issue it for."""
    if number is None:
        raise PageRefused(NOT_AN_ORDER)
    try:
        async with acting():
            return await serving.post.scanned(number, by)
    except PostRefused as error:
        raise refused_page(error) from None
