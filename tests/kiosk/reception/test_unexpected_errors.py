"""An error of our own in the loop or in the watch of the floors is reported (S-01), and the kiosk goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kiosk.failures import Code
from kiosk.reception import Screen
from kiosk.reception.floors import Findings
from kiosk.reception.service_log import ServiceLog
from kiosk.reception.visit.visit import Visit
from simulators.demo import Stage
from tests.kiosk.reception.sites import Site, open_site

pytestmark = pytest.mark.anyio


class Slip:
    """Something that goes wrong once."""

    def __init__(self) -> None:
        self.made = asyncio.Event()

    def make(self) -> None:
        if not self.made.is_set():
            self.made.set()
            raise ZeroDivisionError


def codes(site: Site) -> list[Code]:
    return [trouble.code for trouble in site.reception.troubles()]


async def test_the_loop_goes_on_after_an_event_that_it_could_not_take(stage: Stage, tmp_path: Path) -> None:
    slip = Slip()

    def observer(before: Visit, after: Visit) -> None:
        slip.make()

    with capture_logs() as lines:
        async with open_site(stage, tmp_path) as site:
            assert codes(site) == []
            site.reception.observe(observer)
            site.put()
            await slip.made.wait()
            assert codes(site) == [Code.INTERNAL]
            site.readers.take()
            site.put()
            await site.until(Screen.PIN)
    [line] = [line for line in lines if line["event"] == "unexpected error"]
    assert (line["log_level"], line["code"], line["problem"]) == ("critical", "S-01", "ZeroDivisionError")
    assert line["place"].startswith("kiosk.reception.")


async def test_the_floors_are_looked_at_after_a_look_that_could_not_be_told(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, slip, again = ServiceLog.found, Slip(), asyncio.Event()

    def found(log: ServiceLog, findings: Findings) -> None:
        slip.make()
        told(log, findings)
        again.set()

    monkeypatch.setattr(ServiceLog, "found", found)
    async with open_site(stage, tmp_path) as site:
        async with asyncio.timeout(20):
            await again.wait()
        assert codes(site) == [Code.INTERNAL]
