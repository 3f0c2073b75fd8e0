"""No visit begins, and no 暗証番号 is spent, while its answer could not be given and written down."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from drivers.worker.client import Limits
from kiosk.assembly.certificates import revocation_source, trust_store
from kiosk.audit import Journal, journal_path
from kiosk.eligibility import MemberQuery, Registry
from kiosk.failures import Code
from kiosk.identity import Verifier, load_site_key
from kiosk.reception import (
    Asked,
    DeskRefused,
    EligibilityService,
    EnterPin,
    LookingUp,
    OutOfUse,
    Reception,
    Screen,
    Seen,
    StaffDesk,
    StateName,
    View,
)
from kiosk.reception.floors import Findings, Floors
from simulators.cards import Card
from simulators.demo import Stage, set_stage
from simulators.people import make_card, persona
from simulators.readers import SimulatedReaders, SimulatorPlugin

VERIFY = 0x20


class Site:
    """A running reception on a folder of its own, and what can be broken under it."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.readers, self.clock = stage, SimulatedReaders(), timedelta()
        self.journal = journal_path(stage.folder, "t")
        self.register = Path(stage.settings.database.removeprefix("sqlite:///"))
        self.reception: Reception
        self.service: EligibilityService

    def now(self) -> datetime:
        return datetime.now(UTC) + self.clock

    def put(self, who: str = "card-works") -> Card:
        card = make_card(persona(who, self.stage.on), self.stage.authority, self.stage.now)
        self.readers.put(card)
        return card

    async def until(self, fits: Callable[[View], bool]) -> View:
        async with asyncio.timeout(20):
            async for view in self.reception.changes():
                if fits(view):
                    return view
        raise AssertionError

    async def screen(self, screen: Screen) -> View:
        return await self.until(lambda view: view.screen is screen)

    async def pin(self, digits: str = "1234") -> None:
        await self.reception.act(EnterPin(action="pin", pin=digits))

    def entries(self) -> int:
        lines = map(json.loads, self.journal.read_text("utf-8").splitlines())
        return len([line for line in lines if line["kind"] in {"visit", "staff"}])


@asynccontextmanager
async def opened(stage: Stage) -> AsyncIterator[Site]:
    site, settings = Site(stage), stage.settings
    key = load_site_key(settings.site_key_path)
    with Registry.open(settings.database) as registry, Journal.open(site.journal, "t", key, now=stage.now) as journal:
        trust = trust_store(settings.identity.trust, allow_test=True)
        site.service = EligibilityService(registry, journal, key, site.now)
        site.reception = Reception(
            {"simulator": (SimulatorPlugin(site.readers), {})},
            Verifier(trust, revocation_source(settings.identity.crl, None)),
            site.service,
            now=site.now,
            limits=Limits(read=2, prove=2, release=2),
            simulation=True,
        )
        await site.reception.start()
        try:
            await site.screen(Screen.IDLE)
            yield site
        finally:
            await site.reception.stop()


@contextmanager
def register_gone(site: Site) -> Iterator[None]:
    aside = site.register.rename(site.register.with_suffix(".aside"))
    yield
    aside.rename(site.register)


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
        (register_gone, Code.REGISTRY_DOWN),
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
def test_a_card_that_is_put_down_out_of_service_is_read_once_it_can_be_served(
    stage: Stage, mocker, fault: Fault, code: Code
) -> None:
    async def story() -> None:
        mocker.patch("kiosk.reception.floor_watch._LOOK_EVERY", 0.02)
        async with opened(stage) as site:
            with ExitStack() as broken:
                broken.enter_context(fault(site))
                closed = await site.until(out_of_service(code))
                card = site.put()
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.5):
                        await site.until(lambda view: view.visit > closed.visit)
                assert site.reception.view == closed
                assert (card.apdu_log, site.entries()) == ([], 0) if code is not Code.JOURNAL_DOWN else True
                assert [each.code for each in site.reception.health()] == [code]
            await site.screen(Screen.PIN)
            assert tries_spent(card) == 0

    asyncio.run(story())


@FAULTS
def test_a_fault_between_two_looks_is_found_before_the_number_is_asked_for(
    stage: Stage, mocker, fault: Fault, code: Code
) -> None:
    async def story() -> None:
        mocker.patch("kiosk.reception.floor_watch._LOOK_EVERY", 600)
        async with opened(stage) as site:
            with ExitStack() as broken:
                broken.enter_context(fault(site))
                site.put()
                view = await site.until(lambda view: view.screen not in {Screen.IDLE, Screen.READING})
                assert view.failure is not None
                assert (view.screen, view.failure.code) == (Screen.SERVICE_TROUBLE, code)
                assert [each.code for each in site.reception.health()] == [code]
                site.readers.take()
                await site.until(out_of_service(code))

    asyncio.run(story())


@FAULTS
def test_a_fault_between_two_looks_is_found_before_the_number_is_sent(
    stage: Stage, mocker, fault: Fault, code: Code
) -> None:
    async def story() -> None:
        mocker.patch("kiosk.reception.floor_watch._LOOK_EVERY", 600)
        async with opened(stage) as site:
            card = site.put()
            await site.screen(Screen.PIN)
            with ExitStack() as broken:
                broken.enter_context(fault(site))
                await site.pin()
                view = await site.until(lambda view: view.screen not in {Screen.PIN, Screen.CHECKING})
                assert view.failure is not None
                assert (view.failure.code, tries_spent(card)) == (code, 0)

    asyncio.run(story())


def test_a_card_put_down_before_the_first_look_is_read_after_it(stage: Stage) -> None:
    async def story() -> None:
        async with opened(stage) as site:
            site.put()
            await site.screen(Screen.PIN)

    asyncio.run(story())


def test_digits_typed_for_one_card_never_reach_the_next(stage: Stage, mocker) -> None:
    async def story() -> None:
        async with opened(stage) as site:
            site.put()
            await site.screen(Screen.PIN)
            begun, go_on = threading.Event(), threading.Event()
            looks = mocker.patch.object(
                Floors, "look", side_effect=lambda: (begun.set(), go_on.wait(10), Findings())[2]
            )
            await site.pin()
            await asyncio.to_thread(begun.wait, 10)
            site.readers.take()
            await site.screen(Screen.CARD_UNREADABLE)
            other = site.put("card-works-foreign-name")
            await site.screen(Screen.READING)
            go_on.set()
            await site.screen(Screen.PIN)
            assert looks.called and tries_spent(other) == 0

    asyncio.run(story())


@FAULTS
def test_staff_can_neither_show_nor_bind_what_could_not_be_written_down(
    stage: Stage, mocker, fault: Fault, code: Code
) -> None:
    async def story() -> None:
        mocker.patch("kiosk.reception.floor_watch._LOOK_EVERY", 600)
        async with opened(stage) as site:
            desk = StaffDesk(site.reception, LookingUp(site.service), OutOfUse(stage.folder, "t"))
            cells = persona("card-works", stage.on).member
            assert cells is not None
            born = date.fromisoformat(cells["birth_date"])
            (found,) = await desk.find(
                MemberQuery.of(cells["insurer_number"], cells["symbol"], cells["number"], born), "hanako"
            )
            decision = await desk.decide(found, Asked(), "hanako")
            before = site.entries()
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
            assert site.entries() <= before + 4, "refusals alone, and the visit that ended"
            assert found == await desk.again(found)

    asyncio.run(story())
