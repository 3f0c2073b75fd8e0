"""Batches of papers: their list, their files, printing, and that they are issued, by batch or by scanning."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from pydantic import Field

from kiosk.reception import PostProblem, PostRefused
from kiosk.staff import StaffSession
from kiosk.web.officer.forms import FilterForm, Form, form_of
from kiosk.web.officer.lists import KeptList, ViewQuery, csv_of
from kiosk.web.officer.post_queue import JOBS, POST, day_of, posting
from kiosk.web.officer.post_texts import PROBLEMS
from kiosk.web.officer.post_wording import batch_list
from kiosk.web.officer.refusals import PageRefused
from kiosk.web.officer.serving import Serving, acting
from kiosk.web.officer.work import office_work
from kiosk.web.texts import DOCUMENTS

__all__ = ["BATCHES", "SCAN", "batch_routes"]

BATCHES: Final = f"{POST}/batches"
SCAN: Final = f"{POST}/scan"
_MOST_SHOWN: Final = 20
"""The most scanned orders that a page names."""

Batch = Annotated[int, Path(ge=1, le=2**31 - 1)]
FileName = Annotated[str, Path(pattern=r"^[a-z-]{1,32}\.(pdf|csv)$")]


class IssueForm(Form):
    """交付年月日 (empty: the one on the papers), and that the officer has made sure."""

    issued_on: Annotated[str, Field(max_length=100)] = ""
    posted: Literal["", "yes"] = ""


class ScanForm(Form):
    """What the scanner has typed."""

    order: Annotated[str, Field(max_length=80)] = ""


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
        return batch_list(await serving.post.batches(), office_work(session).batches_filter)


def _serve_list(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(BATCHES)
    async def batches_page(view: ViewQuery, session: StaffSession = at_work) -> Response:
        """Return the list of batches."""
        return serving.page(serving.pages.post_batches(session.account, await _list(serving, session), view))

    @router.post(f"{BATCHES}/filter")
    async def narrow(request: Request, session: StaffSession = at_work) -> Response:
        """Show only batches with this text from now on."""
        office_work(session).batches_filter = (await form_of(request, FilterForm)).filter.strip()
        return RedirectResponse(BATCHES, HTTPStatus.SEE_OTHER)

    @router.get(f"{BATCHES}/list.csv")
    async def csv_file(view: ViewQuery, session: StaffSession = at_work) -> Response:
        """Return all batches in the filter as CSV; nobody is in it, so it is in no journal."""
        content = csv_of(await _list(serving, session), view)
        headers = {"Content-Disposition": 'attachment; filename="batches.csv"'}
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _serve_batch(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(f"{BATCHES}/{{batch}}")
    async def batch_page(batch: Batch, session: StaffSession = at_work) -> Response:
        """Return a batch and what can be done with it."""
        async with posting():
            found, withheld = await serving.post.batch(batch), await serving.post.withheld(batch)
        files, prints = serving.post.files(batch), serving.post.prints(batch)
        return serving.page(serving.pages.post_batch(session.account, found, files, withheld, prints=prints))

    @router.get(f"{BATCHES}/{{batch}}/{{name}}")
    async def file(batch: Batch, name: FileName, session: StaffSession = at_work) -> Response:
        """Send a file of a batch, piece by piece, once the journal has it."""
        async with posting():
            path = await serving.post.taken_file(batch, name, session.account.name)
        kind = "application/pdf" if name.endswith(".pdf") else "text/csv; charset=utf-8"
        return FileResponse(path, media_type=kind, filename=f"{batch}-{name}")


def _serve_acts(router: APIRouter, serving: Serving) -> None:
    at_work, post = Depends(serving.access.at_work), serving.post

    @router.post(f"{BATCHES}/{{batch}}/again")
    async def make_again(batch: Batch, session: StaffSession = at_work) -> Response:
        """Begin to make the papers of a batch once more."""
        async with posting():
            job = await post.make_again(session, batch)
        return RedirectResponse(f"{JOBS}/{job.handle}", HTTPStatus.SEE_OTHER)

    @router.post(f"{BATCHES}/{{batch}}/print")
    async def print_papers(batch: Batch, session: StaffSession = at_work) -> Response:
        """Begin to print the papers of a batch."""
        async with posting():
            job = await post.print(session, batch)
        return RedirectResponse(f"{JOBS}/{job.handle}", HTTPStatus.SEE_OTHER)

    @router.post(f"{BATCHES}/{{batch}}/issued")
    async def issued(batch: Batch, request: Request, session: StaffSession = at_work) -> Response:
        """Begin to mark a batch as issued; the tick says that the officer has made sure."""
        form = await form_of(request, IssueForm)
        if not form.posted:
            raise PageRefused(PROBLEMS[PostProblem.NOT_AGREED])
        day = day_of(form.issued_on)
        async with posting():
            job = await post.issue(session, batch, day)
        return RedirectResponse(f"{JOBS}/{job.handle}", HTTPStatus.SEE_OTHER)


def _serve_scan(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(SCAN)
    async def scan_page(session: StaffSession = at_work) -> Response:
        """Return the field for the scanner."""
        return serving.page(serving.pages.post_scan(session.account, office_work(session).scanned))

    @router.post(SCAN)
    async def scan(request: Request, session: StaffSession = at_work) -> Response:
        """Mark the scanned order as issued; the page comes back with the field for the next one."""
        form, work = await form_of(request, ScanForm), office_work(session)
        try:
            async with acting():
                order = await serving.post.scanned(_number(form.order), session.account.name)
        except PostRefused as error:
            page = serving.pages.post_scan(session.account, work.scanned, PROBLEMS[error.problem])
            return serving.page(page, HTTPStatus.UNPROCESSABLE_ENTITY)
        work.scanned = [f"受付番号{order.number}　{DOCUMENTS[order.document]}", *work.scanned[: _MOST_SHOWN - 1]]
        return RedirectResponse(SCAN, HTTPStatus.SEE_OTHER)


def _number(text: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= len(str(2**31))):
        raise PostRefused(PostProblem.NO_SUCH_ORDER)
    return int(plain)
