"""The queue to post: the list of open orders, the plan of the day, and the choice of orders whose papers are made."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from kiosk.decision import Policy
from kiosk.issuance import OrderSort, WaitingOrder
from kiosk.reception import PostProblem, PostRefused
from kiosk.staff import StaffSession
from kiosk.web.officer.forms import form_of
from kiosk.web.officer.lists import PAGE, ListPage, ListView, Row, ViewQuery, csv_parts
from kiosk.web.officer.order_filter import OrdersFilter
from kiosk.web.officer.post_forms import MakeForm
from kiosk.web.officer.post_wording import ORDER_COLUMNS, order_rows, why_not
from kiosk.web.officer.refusals import PageRefused
from kiosk.web.officer.serving import Serving, acting
from kiosk.web.officer.work import office_work

__all__ = ["JOBS", "POST", "post_routes", "posting", "refused_page", "status_of"]

POST: Final = "/officer/post"
JOBS: Final = f"{POST}/jobs"
_NOT_SORTED: Final = "その列では並べ替えられません。"
_WAITS: Final = frozenset(
    {
        PostProblem.BUSY,
        PostProblem.BATCH_IN_WORK,
        PostProblem.BATCH_ENDED,
        PostProblem.ORDER_DONE,
        PostProblem.ORDER_CANCELLED,
        PostProblem.SPOILT,
        PostProblem.TAKEN,
    }
)
_DOWN: Final = frozenset({PostProblem.JOURNAL_DOWN, PostProblem.REGISTER_DOWN, PostProblem.CLOCK})
_GONE: Final = frozenset({PostProblem.NO_SUCH_BATCH, PostProblem.NO_SUCH_ORDER, PostProblem.PAPERS_GONE})


@asynccontextmanager
async def posting() -> AsyncIterator[None]:
    """Turn what the office or the post refuses into a page of one sentence."""
    try:
        async with acting():
            yield
    except PostRefused as error:
        raise refused_page(error) from None


def refused_page(error: PostRefused) -> PageRefused:
    """Return the page of one sentence for what the post refuses."""
    return PageRefused(why_not(error), status_of(error), is_unsure=error.is_unsure)


def status_of(refused: PostRefused | None) -> int:
    """Return the status of a page that says why something was refused, or nothing of that."""
    if refused is None:
        return HTTPStatus.OK
    if refused.problem in _GONE:
        return HTTPStatus.NOT_FOUND
    if refused.problem in _DOWN:
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.CONFLICT if refused.problem in _WAITS else HTTPStatus.UNPROCESSABLE_ENTITY


def post_routes(serving: Serving) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)
    _serve_list(router, serving)
    _serve_beginnings(router, serving)
    return router


def _serve_list(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(POST)
    async def queue_page(view: ViewQuery, session: StaffSession = at_work) -> Response:
        """Return the forms and one page of the open orders; nobody is named in it, so it is in no journal."""
        return await _shown(serving, session, view)

    @router.post(f"{POST}/filter")
    async def narrow(request: Request, session: StaffSession = at_work) -> Response:
        """Show only these orders from now on."""
        office_work(session).orders_filter = await form_of(request, OrdersFilter)
        return RedirectResponse(POST, HTTPStatus.SEE_OTHER)

    @router.get(f"{POST}/list.csv")
    async def csv_file(view: ViewQuery, session: StaffSession = at_work) -> Response:
        """Send all orders in the filter as CSV, a part at a time; nobody is in it, so it is in no journal."""
        post, chosen = serving.post, office_work(session).orders_filter
        async with acting():
            found = await post.all_waiting(chosen.wanted(post), _sort(view), down=view.down)
        content = csv_parts(ORDER_COLUMNS, _rows(found, post.today, serving.office.policy))
        headers = {"Content-Disposition": 'attachment; filename="orders.csv"'}
        return StreamingResponse(content, media_type="text/csv; charset=utf-8", headers=headers)


async def _rows(
    parts: AsyncIterator[Sequence[WaitingOrder]], today: date, policy: Policy
) -> AsyncIterator[Sequence[Row]]:
    async for part in parts:
        yield order_rows(part, today, policy)


async def _shown(
    serving: Serving,
    session: StaffSession,
    view: ListView,
    typed: MakeForm | None = None,
    refused: PostRefused | None = None,
) -> Response:
    """Return the page; ``refused`` is why nothing was begun: with ``typed`` no papers, without it no plan."""
    chosen = office_work(session).orders_filter
    listed = await _page(serving, chosen, view)
    jobs = serving.post.jobs_of(session)
    html = serving.pages.post_queue(session.account, chosen, view, listed, jobs, typed, refused)
    return serving.page(html, status_of(refused))


def _sort(view: ListView) -> OrderSort:
    if not view.sort:
        return OrderSort.NUMBER
    if view.sort not in {one.value for one in OrderSort}:
        raise PageRefused(_NOT_SORTED)
    return OrderSort(view.sort)


async def _page(serving: Serving, chosen: OrdersFilter, view: ListView) -> ListPage:
    """Return a page of the list; a number beyond the last one is the last one."""
    post, wanted, sort = serving.post, chosen.wanted(serving.post), _sort(view)
    async with acting():
        found = await post.waiting(wanted, sort, down=view.down, first=(view.page - 1) * PAGE, most=PAGE)
    rows = order_rows(found.rows, post.today, serving.office.policy, found.first)
    pages = max(1, -(-found.fitting // PAGE))
    return ListPage(rows, found.first // PAGE + 1, pages, found.fitting, found.whole)


def _serve_beginnings(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.post(f"{POST}/plan")
    async def plan(session: StaffSession = at_work) -> Response:
        """Begin to plan today, and go to the page of that."""
        try:
            job = await serving.post.plan(session)
        except PostRefused as error:
            return await _shown(serving, session, ListView(), refused=error)
        return RedirectResponse(f"{JOBS}/{job.handle}", HTTPStatus.SEE_OTHER)

    @router.post(f"{POST}/make")
    async def make(request: Request, session: StaffSession = at_work) -> Response:
        """Begin to make the papers of the chosen orders, and go to the page of that."""
        form = await form_of(request, MakeForm)
        try:
            async with acting():
                post, day = serving.post, form.day(serving.post.today)
                job = await post.make(session, form.kind.document, form.count, day)
        except PostRefused as error:
            return await _shown(serving, session, ListView(), form, error)
        return RedirectResponse(f"{JOBS}/{job.handle}", HTTPStatus.SEE_OTHER)
