"""Search the register, look through the list, and take it as CSV. No address has anything of a person."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from kiosk.eligibility import TooManyFound
from kiosk.staff import StaffSession
from kiosk.web.officer.forms import FilterForm, form_of
from kiosk.web.officer.list_routes import csv_response
from kiosk.web.officer.lists import ViewQuery
from kiosk.web.officer.search_form import SearchForm, SearchRefused, list_of, search_of
from kiosk.web.officer.serving import Serving, acting
from kiosk.web.officer.work import Found, office_work

__all__ = ["SEARCH", "Handle", "search_routes"]

SEARCH: Final = "/officer/search"

Handle = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{16}$")]
"""A list or a look of the session; it says nothing."""


def search_routes(serving: Serving) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)
    _serve_form(router, serving)
    _serve_list(router, serving)
    return router


def _serve_form(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(SEARCH)
    async def form_page(session: StaffSession = at_work) -> Response:
        """Return the empty form."""
        return serving.page(serving.pages.search(session.account, SearchForm()))

    @router.post(SEARCH)
    async def search(request: Request, session: StaffSession = at_work) -> Response:
        """Search, keep the list with the session, and go to its page."""
        form = await form_of(request, SearchForm)
        try:
            found = await _found(serving, form, session)
        except SearchRefused as error:
            typed = SearchForm() if error.forget else form
            page = serving.pages.search(session.account, typed, error.sentence, error.field)
            return serving.page(page, HTTPStatus.UNPROCESSABLE_ENTITY)
        return RedirectResponse(f"{SEARCH}/{office_work(session).keep_found(found)}", HTTPStatus.SEE_OTHER)


async def _found(serving: Serving, form: SearchForm, session: StaffSession) -> Found:
    today = serving.office.today
    wanted = search_of(form, serving.insurer_number, today)
    try:
        async with acting():
            lines = tuple(await serving.office.search(wanted, session.account.name))
    except TooManyFound as error:
        raise SearchRefused(str(error)) from None
    return Found(list_of(lines, today), lines, form)


def _serve_list(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(f"{SEARCH}/{{handle}}")
    async def list_page(handle: Handle, view: ViewQuery, session: StaffSession = at_work) -> Response:
        """Return one page of the list."""
        found = office_work(session).found_of(handle)
        return serving.page(serving.pages.found(session.account, handle, found, view))

    @router.get(f"{SEARCH}/{{handle}}/conditions")
    async def conditions_page(handle: Handle, session: StaffSession = at_work) -> Response:
        """Return the form with what was typed for this list."""
        found = office_work(session).found_of(handle)
        return serving.page(serving.pages.search(session.account, found.typed))

    @router.post(f"{SEARCH}/{{handle}}/filter")
    async def narrow(handle: Handle, request: Request, session: StaffSession = at_work) -> Response:
        """Show only rows with this text from now on."""
        kept = office_work(session).found_of(handle).listed
        kept.filter = (await form_of(request, FilterForm)).filter.strip()
        return RedirectResponse(f"{SEARCH}/{handle}", HTTPStatus.SEE_OTHER)

    @router.get(f"{SEARCH}/{{handle}}/list.csv")
    async def csv_file(handle: Handle, view: ViewQuery, session: StaffSession = at_work) -> Response:
        """Return all rows in the filter as CSV; that it was taken is journaled first."""
        kept = office_work(session).found_of(handle).listed
        answer = csv_response(kept, view)
        async with acting():
            await serving.office.list_taken(session.account.name, kept.what)
        return answer
