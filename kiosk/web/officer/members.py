"""Look at a member, for a reason that the journal has before the page is shown, and suppose something of them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field

from kiosk.audit import LookReason
from kiosk.reception import PostRefused, WhatIf
from kiosk.staff import StaffSession
from kiosk.web.officer.cancelling import cancelled
from kiosk.web.officer.forms import Form, form_of
from kiosk.web.officer.lists import PAGE, ListView
from kiosk.web.officer.member_forms import MemberForms
from kiosk.web.officer.post_forms import CancelForm
from kiosk.web.officer.post_wording import why_not
from kiosk.web.officer.refusals import CONFUSED, PageRefused
from kiosk.web.officer.searching import SEARCH, Handle
from kiosk.web.officer.serving import Serving, acting
from kiosk.web.officer.what_if import SupposedRefused, WhatIfForm, what_if_of
from kiosk.web.officer.work import Look, office_work

__all__ = ["MEMBERS", "member_routes"]

MEMBERS: Final = "/officer/members"
NO_REASON: Final = "見る理由を選んでください。"
_MOST_ROWS: Final = 100 * PAGE


class OpenForm(Form, ListView):
    """Who is looked at, by the row of the list, why (an empty reason opens nothing), and which part of it was shown."""

    row: Annotated[int, Field(ge=0, lt=_MOST_ROWS)]
    reason: LookReason | Annotated[str, Field(max_length=0)] = ""

    @property
    def view(self) -> ListView:
        """The part of the list from which they were chosen."""
        return ListView(sort=self.sort, down=self.down, page=self.page)


def member_routes(serving: Serving) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)
    _serve_opening(router, serving)
    _serve_member(router, serving)
    return router


def _serve_opening(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.post(f"{SEARCH}/{{handle}}/open")
    async def open_member(handle: Handle, request: Request, session: StaffSession = at_work) -> Response:
        """Open the member of a row, and go to their page."""
        work = office_work(session)
        form, found = await form_of(request, OpenForm), work.found_of(handle)
        if not isinstance(form.reason, LookReason):
            page = serving.pages.found(session.account, handle, found, form.view, NO_REASON)
            return serving.page(page, HTTPStatus.UNPROCESSABLE_ENTITY)
        if form.row >= len(found.members):
            raise PageRefused(CONFUSED)
        found.reason = form.reason
        opened = work.keep_look(Look(found.members[form.row].id, form.reason, handle, form.view))
        return RedirectResponse(f"{MEMBERS}/{opened}", HTTPStatus.SEE_OTHER)


def _serve_member(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(f"{MEMBERS}/{{handle}}")
    async def member_page(handle: Handle, session: StaffSession = at_work) -> Response:
        """Return the page of a member; each time it is shown, the journal has it first."""
        return await _shown(serving, handle, session, MemberForms())

    @router.post(f"{MEMBERS}/{{handle}}")
    async def suppose(handle: Handle, request: Request, session: StaffSession = at_work) -> Response:
        """Return the page with the decision as it would be; nothing is stored."""
        form = await form_of(request, WhatIfForm)
        try:
            return await _shown(serving, handle, session, MemberForms(form), what_if_of(form))
        except SupposedRefused as error:
            return await _shown(serving, handle, session, MemberForms(form, error.sentence, error.field))

    @router.post(f"{MEMBERS}/{{handle}}/cancel")
    async def cancel(handle: Handle, request: Request, session: StaffSession = at_work) -> Response:
        """Cancel one order of the member, and go back to their page, which says so."""
        form, look = await form_of(request, CancelForm), office_work(session).look_of(handle)
        try:
            await cancelled(serving, session, look.member, form)
        except PostRefused as error:
            forms = MemberForms(cancelling=form, not_cancelled=why_not(error))
            return await _shown(serving, handle, session, forms)
        return RedirectResponse(f"{MEMBERS}/{handle}#orders", HTTPStatus.SEE_OTHER)


async def _shown(
    serving: Serving, handle: str, session: StaffSession, forms: MemberForms, supposed: WhatIf | None = None
) -> Response:
    look = office_work(session).look_of(handle)
    async with acting():
        file = await serving.office.look(look.member, look.reason, session.account.name, supposed)
    html = serving.pages.member(session.account, handle, look, file, forms)
    refused = forms.refused or forms.not_cancelled
    return serving.page(html, HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK)
