"""What happens when card, reader, register or journal fail in the middle of a visit."""

from __future__ import annotations

import asyncio
import re
import threading
from pathlib import Path

import pytest

from drivers.errors import ServiceNotRunning
from kiosk.audit import Journal, JournalError
from kiosk.eligibility import Registry, RegistryError
from kiosk.failures import Code, Failure
from kiosk.identity import Level
from kiosk.reception import (
    Finish,
    HolderUnknown,
    NeedStaff,
    Rules,
    Screen,
    StaffConfirm,
    StateName,
)
from kiosk.reception.floors import Findings, Floors
from kiosk.reception.readers import ReaderBoard
from simulators.demo import Stage
from simulators.faults import Fault, FaultyCard
from simulators.readers import SimulatorPlugin
from tests.kiosk.reception.sites import LIMITS, open_site, visits_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("error", [RegistryError("down"), JournalError("down")], ids=["register", "journal"])
async def test_a_目視確認_whose_card_cannot_be_looked_up_is_refused_and_changes_nothing(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def down(*_: object) -> None:
        raise error

    async with open_site(stage, tmp_path) as site:
        site.put("card-works")
        await site.until(Screen.PIN)
        await site.reception.act(NeedStaff(action="staff"))
        before = await site.screen(Screen.STAFF_CHECK)
        monkeypatch.setattr(site.service, "require_photo", down)
        with pytest.raises(HolderUnknown):
            await site.reception.act(StaffConfirm(action="staff_confirm", staff="hanako", reason="other"))
        assert site.reception.view == before


@pytest.mark.parametrize("at", range(1, 5))
async def test_a_card_that_falls_silent_while_it_is_read_costs_its_worker_and_nothing_else(
    stage: Stage, tmp_path: Path, at: int
) -> None:
    async with open_site(stage, tmp_path) as site:
        site.put(FaultyCard(site.card("card-works"), [Fault.silent(at)]))
        trouble = await site.until(Screen.READER_TROUBLE)
        assert trouble.failure is not None and trouble.failure.code is Code.CARD_SILENT
        site.readers.take()
        site.put("card-works")
        await site.until(Screen.PIN)
        await site.pin("1234")
        await site.until(Screen.RESULT_CARD)


async def test_a_silent_card_that_stays_costs_one_worker_and_one_entry(stage: Stage, tmp_path: Path, mocker) -> None:
    launch = mocker.spy(SimulatorPlugin, "launch")
    async with open_site(stage, tmp_path, rules=Rules(farewell=0.05)) as site:
        card = FaultyCard(site.card("card-works"), [Fault.silent(instruction=0xB0, lasting=True)])
        site.put(card)
        first = await site.until(Screen.READER_TROUBLE)
        held = await site.until_view(
            lambda view: view.visit > first.visit and view.state is StateName.FAILURE and view.deadline is None
        )
        await asyncio.sleep(3 * LIMITS.read)
        assert site.reception.view == held
        assert held.failure is not None and held.failure.code is Code.CARD_SILENT and held.deadline is None
        assert launch.call_count == 2
        assert [exchange.ins for exchange in card.apdu_log] == [0xA4]
        site.readers.take()
        await site.until(Screen.IDLE)
    assert len(visits_of(tmp_path)) == 1


async def test_a_card_that_leaves_in_the_proof_leaves_the_outcome_unknown(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        site.put(FaultyCard(site.card("card-works"), [Fault.leaves(6)]))
        await site.until(Screen.PIN)
        await site.pin("1234")
        view = await site.until(Screen.CARD_UNREADABLE)
        assert view.failure is not None and view.failure.code is Code.PIN_OUTCOME_UNKNOWN
        assert view.level is not Level.CONFIRMED and view.decision is None


async def test_the_reader_service_goes_and_comes_back(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        site.put("card-works")
        await site.until(Screen.PIN)
        site.readers.stop_service()
        view = await site.until(Screen.READER_TROUBLE)
        assert view.decision is None and view.level is None
        site.readers.start_service()
        await site.until(Screen.READING, Screen.IDLE)
        assert site.reception.health() == ()


async def test_no_journal_no_answer(stage: Stage, tmp_path: Path, mocker) -> None:
    async with open_site(stage, tmp_path) as site:
        mocker.patch.object(Journal, "append", side_effect=JournalError("disk full"))
        site.put("card-works")
        await site.until(Screen.PIN)
        await site.pin("1234")
        view = await site.until(Screen.SERVICE_TROUBLE)
        assert view.failure is not None and view.failure.code is Code.JOURNAL_DOWN
        assert view.decision is None and view.masked_name == ""


@pytest.mark.parametrize(
    ("error", "code"), [(RegistryError("gone"), Code.REGISTRY_DOWN), (ZeroDivisionError(), Code.INTERNAL)]
)
async def test_a_registry_that_fails_is_a_screen_with_a_code(
    stage: Stage, tmp_path: Path, mocker, error: Exception, code: Code
) -> None:
    async with open_site(stage, tmp_path) as site:
        mocker.patch.object(Registry, "member_by_binding", side_effect=error)
        site.put("card-works")
        await site.until(Screen.PIN)
        await site.pin("1234")
        view = await site.until(Screen.SERVICE_TROUBLE)
        assert view.failure is not None and view.failure.code is code
        await site.reception.act(Finish(action="finish"))
        await site.until(Screen.TAKE_CARD)


@pytest.mark.parametrize(
    ("floor", "error", "code"),
    [
        (Registry, RegistryError("gone"), Code.REGISTRY_DOWN),
        (Journal, JournalError("disk full"), Code.JOURNAL_DOWN),
    ],
)
async def test_a_floor_that_cannot_serve_puts_the_kiosk_out_of_service(
    stage: Stage, tmp_path: Path, mocker, floor: type, error: Exception, code: Code
) -> None:
    mocker.patch("kiosk.reception.floor_watch._LOOK_EVERY", 0.02)
    async with open_site(stage, tmp_path) as site:
        broken = mocker.patch.object(floor, "check", side_effect=error)
        view = await site.until(Screen.SERVICE_TROUBLE)
        assert view.state is StateName.OUT_OF_SERVICE
        assert view.failure is not None and view.failure.code is code
        assert site.reception.health()[0].code is code
        mocker.stop(broken)
        await site.until(Screen.IDLE)
        assert site.reception.health() == ()


async def test_a_floor_that_does_not_answer_costs_one_thread(stage: Stage, tmp_path: Path, mocker) -> None:
    mocker.patch("kiosk.reception.floor_watch._LOOK_EVERY", 0.01)
    mocker.patch("kiosk.reception.floor_watch._LOOK_LIMIT", 0.05)
    back, again = threading.Event(), asyncio.Event()
    told = mocker.patch("kiosk.reception.floor_watch.failure_of", side_effect=lambda *_: again.set() or trouble)
    trouble = Failure.here(Code.REGISTRY_DOWN)
    async with open_site(stage, tmp_path) as site:
        hung = mocker.patch.object(Floors, "look", side_effect=lambda: (back.wait(10), Findings())[1])
        while told.call_count < 3:
            again.clear()
            await again.wait()
        assert (hung.call_count, site.reception.view.failure) == (1, trouble)
        back.set()
        await site.until(Screen.IDLE)


async def test_digits_that_reach_no_card_are_zeroed(stage: Stage, tmp_path: Path, mocker) -> None:
    typed = bytearray(b"1234")
    mocker.patch("kiosk.reception.visit.identifying.pin_digits", return_value=typed)
    async with open_site(stage, tmp_path) as site:
        site.put("card-works")
        await site.until(Screen.PIN)
        mocker.patch.object(ReaderBoard, "driver_of", side_effect=ServiceNotRunning("gone"))
        await site.pin("1234")
        await asyncio.sleep(0)
        assert typed == bytes(4)


async def test_the_place_of_every_failure_is_derived(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        for who in ("forged", "revoked-card", "pin-blocked", "foreign-card", "pin-last-try"):
            site.put(who)
            view = await site.until(*(screen for screen in Screen if screen not in {Screen.IDLE, Screen.READING}))
            assert view.failure is not None
            assert re.fullmatch(r"[a-z_.]+:\w+", view.failure.place)
            site.readers.take()
            await site.until(Screen.IDLE)
