"""Whether a staff page is open, and what the visitor who calls reads of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from kiosk.reception import CallShown, NeedStaff
from kiosk.reception.attendance import Attendance
from simulators.demo import Stage
from tests.kiosk.reception.sites import Site, open_site

pytestmark = pytest.mark.anyio


async def test_only_the_first_page_and_the_last_are_news(mocker: Any) -> None:
    mocker.patch("kiosk.reception.attendance._GRACE", 0.0)
    news: asyncio.Queue[bool] = asyncio.Queue()
    attendance = Attendance(news.put_nowait)
    with attendance.page():
        assert await news.get() is True
        with attendance.page():
            pass
        await asyncio.sleep(0)
        assert news.empty()
    assert await news.get() is False


async def test_a_page_that_is_loaded_anew_was_never_gone() -> None:
    news: list[bool] = []
    attendance = Attendance(news.append)
    for _ in range(3):
        with attendance.page():
            pass
    assert news == [True]


async def test_a_visitor_who_calls_reads_who_is_there_and_when_they_come(
    stage: Stage, tmp_path: Path, mocker: Any
) -> None:
    mocker.patch("kiosk.reception.attendance._GRACE", 0.0)
    async with open_site(stage, tmp_path) as site:
        await _calls(site, CallShown.NOBODY)
        with site.reception.staff_page():
            await _shows(site, CallShown.CALLED)
        await _shows(site, CallShown.NOBODY)
        with site.reception.staff_page():
            await _shows(site, CallShown.CALLED)
            await site.desk.answer_call("hanako")
            await _shows(site, CallShown.ANSWERED)
            await _calls(site, CallShown.CALLED)
            await site.desk.answer_call("hanako")
        await _shows(site, CallShown.ANSWERED)


async def test_a_page_that_opens_while_nobody_calls_leaves_the_screen_alone(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        before = site.reception.view
        with site.reception.staff_page():
            assert site.reception.view is before


async def _calls(site: Site, shown: CallShown) -> None:
    await site.reception.act(NeedStaff(action="staff"))
    await _shows(site, shown)


async def _shows(site: Site, shown: CallShown) -> None:
    await site.showing(lambda view: view.call is shown)
