"""The page of work for the post that goes on: its progress, what it proposes or has done, or why it did not."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from kiosk.reception import JobKind, JobStage, PostJob
from kiosk.staff import StaffSession
from kiosk.web.officer.post_queue import JOBS, POST, posting
from kiosk.web.officer.post_texts import JOB_GONE
from kiosk.web.officer.refusals import PageRefused
from kiosk.web.officer.renewal import RenewQuery
from kiosk.web.officer.searching import Handle
from kiosk.web.officer.serving import Serving

__all__ = ["job_routes"]


def job_routes(serving: Serving) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)
    _serve_page(router, serving)
    _serve_acts(router, serving)
    return router


def _serve_page(router: APIRouter, serving: Serving) -> None:
    watching = Depends(serving.access.watching)

    @router.get(f"{JOBS}/{{handle}}")
    async def job_page(
        handle: Handle, request: Request, view: RenewQuery, session: StaffSession = watching
    ) -> Response:
        """Return how far it is. While it works the page renews itself, which is no act of the officer."""
        job = _job(serving, handle, session)
        page = serving.pages.post_job(session.account, job, renews=view.by_itself)
        if job.stage is JobStage.WORKING and view.by_itself:
            return serving.renewing_page(page, job.progress.since)
        await serving.access.at_work(request)
        return serving.page(page)


def _serve_acts(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.post(f"{JOBS}/{{handle}}/enqueue")
    async def enqueue(handle: Handle, session: StaffSession = at_work) -> Response:
        """Begin to put the plan into the queue; a second time does nothing."""
        async with posting():
            serving.post.enqueue(_job(serving, handle, session))
        return RedirectResponse(f"{JOBS}/{handle}", HTTPStatus.SEE_OTHER)

    @router.post(f"{JOBS}/{{handle}}/leave-out")
    async def leave_out(handle: Handle, session: StaffSession = at_work) -> Response:
        """Begin anew without the papers that cannot be made."""
        async with posting():
            job = await serving.post.leave_out(_job(serving, handle, session), session)
        return RedirectResponse(f"{JOBS}/{job.handle}", HTTPStatus.SEE_OTHER)

    @router.post(f"{JOBS}/{{handle}}/stop")
    async def stop(handle: Handle, session: StaffSession = at_work) -> Response:
        """Stop printing; the page says how it ended. What else goes on is not stopped."""
        job = _job(serving, handle, session)
        if job.work.kind is JobKind.PRINT and job.work.batch is not None:
            async with posting():
                await serving.post.stop_printing(job.work.batch, session.account.name)
        return RedirectResponse(f"{JOBS}/{handle}", HTTPStatus.SEE_OTHER)

    @router.post(f"{JOBS}/{{handle}}/drop")
    async def drop(handle: Handle, session: StaffSession = at_work) -> Response:
        """Drop a plan and go back to the queue."""
        serving.post.drop(_job(serving, handle, session))
        return RedirectResponse(POST, HTTPStatus.SEE_OTHER)


def _job(serving: Serving, handle: str, session: StaffSession) -> PostJob:
    job = serving.post.job_of(handle, session)
    if job is None:
        raise PageRefused(JOB_GONE, HTTPStatus.GONE)
    return job
