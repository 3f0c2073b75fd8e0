"""Show the pictures, and give the table of one as CSV. Nothing of a person is in them, so nothing is journaled."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Response
from fastapi.responses import HTMLResponse

from kiosk.staff import StaffSession
from kiosk.web.officer.refusals import PageRefused
from kiosk.web.officer.renewal import RenewQuery
from kiosk.web.officer.serving import Serving
from kiosk.web.officer.statistics import NAMES, csv_of_picture, pictures_of

__all__ = ["STATISTICS", "picture_routes"]

STATISTICS: Final = "/officer/statistics"
_NOT_YET: Final = "集計がまだできていません。少したってから、もう一度お試しください。"
_NO_PICTURE: Final = "その統計はありません。"
_SOON: Final = 2
"""Seconds until the browser asks again while the first count is under way."""


def picture_routes(serving: Serving) -> APIRouter:
    """Return the routes."""
    router, at_work = APIRouter(include_in_schema=False), Depends(serving.access.at_work)
    counting = serving.office.figures

    @router.get(STATISTICS)
    async def pictures(view: RenewQuery, session: StaffSession = at_work) -> Response:
        """Return the pictures of the newest figures; before there are any, a page that asks again by itself."""
        figures = counting.latest()
        html = serving.pages.statistics(session.account, figures, failed=counting.failed, renews=view.by_itself)
        if figures:
            return serving.page(html)
        if counting.failed:
            return serving.page(html, HTTPStatus.SERVICE_UNAVAILABLE)
        if not view.by_itself:
            return serving.page(html)
        return HTMLResponse(html, headers={"Refresh": f"{_SOON}; url={STATISTICS}"})

    @router.get(f"{STATISTICS}/{{name}}.csv", dependencies=[at_work])
    async def csv_file(name: Annotated[str, Path(pattern="^[a-z]{1,20}$")]) -> Response:
        """Return the table of a picture as CSV."""
        if name not in NAMES:
            raise PageRefused(_NO_PICTURE, HTTPStatus.NOT_FOUND)
        if (figures := counting.latest()) is None:
            raise PageRefused(_NOT_YET, HTTPStatus.SERVICE_UNAVAILABLE)
        content = csv_of_picture(pictures_of(figures)[NAMES.index(name)])
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)

    return router
