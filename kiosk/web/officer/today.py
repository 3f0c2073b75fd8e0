"""「本日」: how things stand, what is wrong first; and in full the queue by age and the kiosks of the register.

Nobody is named in any of it, so nothing of it is in the journal.
"""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Depends, Response

from kiosk.reception import StaffDesk
from kiosk.staff import StaffSession
from kiosk.web.officer.access import HOME
from kiosk.web.officer.concerns import KIOSKS, WAITING, concerns_of
from kiosk.web.officer.list_routes import filter_of, serve_filter_and_csv
from kiosk.web.officer.lists import KeptList, ViewQuery
from kiosk.web.officer.serving import Serving, acting
from kiosk.web.officer.today_wording import kiosk_list, waiting_list

__all__ = ["today_routes"]


def today_routes(serving: Serving, desk: StaffDesk, kiosk: str) -> APIRouter:
    """Return the routes; ``kiosk`` is the name of this one."""
    router = APIRouter(include_in_schema=False)
    _serve_home(router, serving, desk, kiosk)
    _serve_waiting(router, serving)
    _serve_kiosks(router, serving)
    return router


def _serve_home(router: APIRouter, serving: Serving, desk: StaffDesk, kiosk: str) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(HOME)
    async def home(session: StaffSession = at_work) -> Response:
        """Return how register, queue and kiosks stand today."""
        async with acting():
            today = await serving.office.overview()
        concerns = concerns_of(today, desk.reception.health(), desk.reception.troubles(), kiosk)
        lists = waiting_list(today.queue, today.on), kiosk_list(today.kiosks, today.on)
        return serving.page(serving.pages.today(session.account, today, concerns, *lists))


def _serve_waiting(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(WAITING)
    async def waiting_page(view: ViewQuery, session: StaffSession = at_work) -> Response:
        """Return one page of the open orders by day and document."""
        kept, counted_at = await _waiting(serving, session)
        return serving.page(serving.pages.waiting(session.account, kept, view, counted_at))

    async def listed(session: StaffSession) -> KeptList:
        kept, _ = await _waiting(serving, session)
        return kept

    serve_filter_and_csv(router, serving, WAITING, listed)


async def _waiting(serving: Serving, session: StaffSession) -> tuple[KeptList, datetime]:
    """Return the list, and when it was counted."""
    async with acting():
        today = await serving.office.overview()
    return waiting_list(today.queue, today.on, filter_of(session, WAITING)), today.counted_at


def _serve_kiosks(router: APIRouter, serving: Serving) -> None:
    at_work = Depends(serving.access.at_work)

    @router.get(KIOSKS)
    async def kiosks_page(view: ViewQuery, session: StaffSession = at_work) -> Response:
        """Return one page of the kiosks of the register."""
        kept = kiosk_list(serving.office.kiosks, serving.office.today, filter_of(session, KIOSKS))
        return serving.page(serving.pages.kiosks(session.account, kept, view))

    async def with_days(session: StaffSession) -> KeptList:
        """Return the list with the day of each time."""
        return kiosk_list(serving.office.kiosks, narrowed=filter_of(session, KIOSKS))

    serve_filter_and_csv(router, serving, KIOSKS, with_days)
