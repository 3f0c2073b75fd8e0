"""No visit begins, and no 暗証番号 is spent, while its answer could not be given and written down."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from errno import EDQUOT
from pathlib import Path

import pytest

from drivers.worker.client import Limits
from kiosk.failures import Code
from kiosk.reception import (
    Asked,
    DeskRefused,
    Screen,
    Seen,
    StateName,
    View,
)
from kiosk.reception.floors import Findings, Floors
from simulators.cards import Card
from simulators.demo import Stage, set_stage
from tests.kiosk.reception.sites import Site, open_site

pytestmark = pytest.mark.anyio

VERIFY = 0x20


def opened(stage: Stage) -> AbstractAsyncContextManager[Site]:
    return open_site(stage, stage.folder, limits=Limits(read=2, prove=2, release=2))


@contextmanager
def register_gone(site: Site) -> Iterator[None]:
    register = Path(site.stage.settings.database.removeprefix("sqlite:///"))
    aside = register.rename(register.with_suffix(".aside"))
    yield
    aside.rename(register)


@contextmanager
def journal_gone(site: Site) -> Iterator[None]:
    """A folder is in its place: nothing can be begun there anew."""
    aside = site.journal.rename(site.journal.with_suffix(".aside"))
    site.journal.mkdir()
    yield
    site.journal.rmdir()
    aside.rename(site.journal)


@contextmanager
def battery_dead(site: Site) -> Iterator[None]:
    site.clock = datetime(1972, 1, 1, tzinfo=UTC) - datetime.now(UTC)
    yield
    site.clock = timedelta()


Fault = Callable[[Site], "contextmanager[None]"]
FAULTS = pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param(register_gone, Code.REGISTRY_DOWN, marks=pytest.mark.sqlite),
        (journal_gone, Code.JOURNAL_DOWN),
        (battery_dead, Code.CLOCK_WRONG),
    ],
)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return set_stage(tmp_path / "stage", datetime.now(UTC))


def tries_spent(card: Card) -> int:
    return len([exchange for exchange in card.apdu_log if exchange.ins == VERIFY and exchange.sent > 4])


def out_of_service(code: Code) -> Callable[[View], bool]:
    return lambda view: (
        view.state is StateName.OUT_OF_SERVICE and view.failure is not None and view.failure.code is code
    )


@FAULTS
async def test_a_card_that_is_put_down_out_of_service_is_read_once_it_can_be_served(
    stage: Stage, mocker, fault: Fault, code: Code
) -> None:
    mocker.patch("kiosk.reception.floor_watch._LOOK_EVERY", 0.02)
    async with opened(stage) as site:
        with ExitStack() as broken:
            broken.enter_context(fault(site))
            closed = await site.showing(out_of_service(code))
            card = site.put()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await site.showing(lambda view: view.visit > closed.visit)
            assert site.reception.view == closed
            assert (card.apdu_log, len(site.entries())) == ([], 0) if code is not Code.JOURNAL_DOWN else True
            assert [each.code for each in site.reception.health()] == [code]
        await site.screen(Screen.PIN)
        assert tries_spent(card) == 0


async def test_a_disk_that_has_room_and_takes_nothing_costs_one_visit_and_no_second_number(
    stage: Stage, mocker
) -> None:
    """A quota, a limit of the process, a folder in the place of a draft: only a write can tell."""
    mocker.patch("kiosk.reception.floor_watch._LOOK_EVERY", 0.02)
    async with opened(stage) as site:
        over = OSError(EDQUOT, "Disk quota exceeded")
        full = mocker.patch("kiosk.audit.journal.write_head", side_effect=over)
        site.put()
        await site.screen(Screen.PIN)
        await site.pin()
        await site.screen(Screen.SERVICE_TROUBLE)
        site.readers.take()
        await site.showing(out_of_service(Code.JOURNAL_DOWN))
        card = site.put()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await site.screen(Screen.PIN)
        mocker.stop(full)
        await site.screen(Screen.PIN)
        assert (tries_spent(card), site.reception.health()) == (0, ())


@FAULTS
async def test_a_fault_between_two_looks_is_found_before_the_number_is_asked_for(
    stage: Stage, mocker, fault: Fault, code: Code
) -> None:
    mocker.patch("kiosk.reception.floor_watch._LOOK_EVERY", 600)
    async with opened(stage) as site:
        with ExitStack() as broken:
            broken.enter_context(fault(site))
            site.put()
            view = await site.showing(lambda view: view.screen not in {Screen.IDLE, Screen.READING})
            assert view.failure is not None
            assert (view.screen, view.failure.code) == (Screen.SERVICE_TROUBLE, code)
            assert [each.code for each in site.reception.health()] == [code]
            site.readers.take()
            await site.showing(out_of_service(code))


@FAULTS
async def test_a_fault_between_two_looks_is_found_before_the_number_is_sent(
    stage: Stage, mocker, fault: Fault, code: Code
) -> None:
    mocker.patch("kiosk.reception.floor_watch._LOOK_EVERY", 600)
    async with opened(stage) as site:
        card = site.put()
        await site.screen(Screen.PIN)
        with ExitStack() as broken:
            broken.enter_context(fault(site))
            await site.pin()
            view = await site.showing(lambda view: view.screen not in {Screen.PIN, Screen.CHECKING})
            assert view.failure is not None
            assert (view.failure.code, tries_spent(card)) == (code, 0)


async def test_a_card_put_down_before_the_first_look_is_read_after_it(stage: Stage) -> None:
    async with opened(stage) as site:
        site.put()
        await site.screen(Screen.PIN)


async def test_digits_typed_for_one_card_never_reach_the_next(stage: Stage, mocker) -> None:
    async with opened(stage) as site:
        site.put()
        await site.screen(Screen.PIN)
        begun, go_on = threading.Event(), threading.Event()
        looks = mocker.patch.object(Floors, "look", side_effect=lambda: (begun.set(), go_on.wait(10), Findings())[2])
        await site.pin()
        await asyncio.to_thread(begun.wait, 10)
        site.readers.take()
        await site.screen(Screen.CARD_UNREADABLE)
        other = site.put("card-works-foreign-name")
        await site.screen(Screen.READING)
        go_on.set()
        await site.screen(Screen.PIN)
        assert looks.called and tries_spent(other) == 0


@FAULTS
async def test_staff_can_neither_show_nor_bind_what_could_not_be_written_down(
    stage: Stage, mocker, fault: Fault, code: Code
) -> None:
    mocker.patch("kiosk.reception.floor_watch._LOOK_EVERY", 600)
    async with opened(stage) as site:
        desk, found = site.desk, await site.found("card-works")
        decision = await desk.decide(found, Asked(), "hanako")
        before = len(site.entries())
        site.put()
        await site.screen(Screen.PIN)
        with ExitStack() as broken:
            broken.enter_context(fault(site))
            sequence = site.reception.view.sequence
            for act in (
                desk.show(found, Asked(), decision, Seen.PASSPORT, "hanako", sequence),
                desk.bind(found, Seen.PASSPORT, "hanako", site.reception.view.sequence),
                desk.unbind(found, "hanako"),
            ):
                with pytest.raises(DeskRefused):
                    await act
            assert site.reception.view.decision is None
        assert len(site.entries()) <= before + 4, "refusals alone, and the visit that ended"
        assert found == await desk.again(found)
