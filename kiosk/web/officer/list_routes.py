"""What each list of the office has beside its page: the filter, kept with the session, and the CSV."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from kiosk.staff import StaffSession
from kiosk.web.officer.forms import FilterForm, form_of
from kiosk.web.officer.lists import KeptList, ListView, ViewQuery, csv_of
from kiosk.web.officer.serving import Serving
from kiosk.web.officer.work import office_work

__all__ = ["csv_response", "filter_of", "serve_filter_and_csv"]


def filter_of(session: StaffSession, at: str) -> str:
    """Return the filter of the list at this address; empty: there is none."""
    return office_work(session).filters.get(at, "")


def csv_response(kept: KeptList, view: ListView) -> Response:
    """Return all rows in the filter as CSV, sorted as the page is."""
    headers = {"Content-Disposition": f'attachment; filename="{kept.what}.csv"'}
    return Response(csv_of(kept, view), media_type="text/csv; charset=utf-8", headers=headers)


def serve_filter_and_csv(
    router: APIRouter, serving: Serving, at: str, listed: Callable[[StaffSession], Awaitable[KeptList]]
) -> None:
    """Serve both for a list that names nobody, so that its CSV is in no journal; ``listed`` returns the list."""
    at_work = Depends(serving.access.at_work)

    @router.post(f"{at}/filter")
    async def narrow(request: Request, session: StaffSession = at_work) -> Response:
        """Show only rows with this text from now on."""
        office_work(session).filters[at] = (await form_of(request, FilterForm)).filter.strip()
        return RedirectResponse(at, HTTPStatus.SEE_OTHER)

    @router.get(f"{at}/list.csv")
    async def csv_file(view: ViewQuery, session: StaffSession = at_work) -> Response:
        """Return the list as CSV."""
        return csv_response(await listed(session), view)
