"""What every route of the office needs, and how a page is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic

from fastapi import Response
from fastapi.responses import HTMLResponse

from kiosk.reception import DeskRefused, Intake, Office, PostDesk
from kiosk.web.officer.access import HOME, OfficeAccess
from kiosk.web.officer.refusals import refused
from kiosk.web.officer.rendering import OfficePages
from kiosk.web.officer.renewal import seconds_until_renewal

__all__ = ["Serving"]

_AFTER_LOCK = 2


@dataclass(frozen=True, slots=True)
class Serving:
    """The office, its files, post and pages, who may see them, whose members they are, and the seconds to the lock."""

    office: Office
    intake: Intake
    post: PostDesk
    pages: OfficePages
    access: OfficeAccess
    insurer_number: str
    idle_limit: float

    def page(self, html: str, status: int = HTTPStatus.OK) -> Response:
        """Return a page of somebody at work. The browser leaves it when the session has locked, without a script."""
        seconds = int(self.idle_limit) + _AFTER_LOCK
        return HTMLResponse(html, status, {"Refresh": f"{seconds}; url={HOME}"})

    def renewing_page(self, html: str, since: float) -> Response:
        """Return a page that the browser asks for again by itself: something goes on since then (monotonic clock)."""
        return HTMLResponse(html, headers={"Refresh": str(seconds_until_renewal(monotonic() - since))})


@asynccontextmanager
async def acting() -> AsyncIterator[None]:
    """Turn what the office refuses into what ends the request."""
    try:
        yield
    except DeskRefused as error:
        raise refused(error) from None
