"""The page of a draft: its progress, what it would do, and the two buttons; then what was done, or why not."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from kiosk.reception import Consent, Draft, IntakeProblem, IntakeRefused
from kiosk.staff import StaffSession
from kiosk.web.officer import file_texts
from kiosk.web.officer.files import DRAFTS, page_refused
from kiosk.web.officer.forms import Form, form_of
from kiosk.web.officer.refusals import PageRefused
from kiosk.web.officer.renewal import RenewQuery
from kiosk.web.officer.searching import Handle
from kiosk.web.officer.serving import Serving
from kiosk.web.officer.uploads import FILES

__all__ = ["draft_routes"]

_Ticked = Literal["", "yes"]


class TakeForm(Form):
    """What the officer has ticked."""

    large_change: _Ticked = ""
    older: _Ticked = ""
    leave_changed: _Ticked = ""

    @property
    def agreed(self) -> frozenset[Consent]:
        """What was agreed to."""
        return frozenset(need for need in Consent if self.model_dump()[need.value])


def draft_routes(serving: Serving) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)
    at_work, watching = Depends(serving.access.at_work), Depends(serving.access.watching)

    @router.get(f"{DRAFTS}/{{handle}}")
    async def draft_page(
        handle: Handle, request: Request, view: RenewQuery, session: StaffSession = watching
    ) -> Response:
        """Return how far it is. While it works the page renews itself, which is no act of the officer."""
        draft = _draft(serving, handle, session)
        page = serving.pages.draft(session.account, draft, renews=view.by_itself)
        if draft.is_working and view.by_itself:
            return serving.renewing_page(page, draft.progress.since)
        await serving.access.at_work(request)
        return serving.page(page)

    @router.post(f"{DRAFTS}/{{handle}}/take")
    async def take(handle: Handle, request: Request, session: StaffSession = at_work) -> Response:
        """Begin to do what was proposed; a second time does nothing."""
        form, draft = await form_of(request, TakeForm), _draft(serving, handle, session)
        try:
            serving.intake.take(draft, form.agreed)
        except IntakeRefused as error:
            if error.problem is not IntakeProblem.NOT_AGREED:
                raise page_refused(error) from None
            page = serving.pages.draft(session.account, draft, file_texts.PROBLEMS[error.problem])
            return serving.page(page, HTTPStatus.UNPROCESSABLE_ENTITY)
        return RedirectResponse(f"{DRAFTS}/{handle}", HTTPStatus.SEE_OTHER)

    @router.post(f"{DRAFTS}/{{handle}}/drop")
    async def drop(handle: Handle, session: StaffSession = at_work) -> Response:
        """Remove the draft and go back to the list of files."""
        serving.intake.drop(_draft(serving, handle, session))
        return RedirectResponse(FILES, HTTPStatus.SEE_OTHER)

    return router


def _draft(serving: Serving, handle: str, session: StaffSession) -> Draft:
    draft = serving.intake.draft_of(handle, session)
    if draft is None:
        raise PageRefused(file_texts.DRAFT_GONE, HTTPStatus.GONE)
    return draft
