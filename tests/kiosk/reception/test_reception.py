"""The reception on the simulated reader: whole visits, and what happens when something breaks on the way."""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drivers.errors import ServiceNotRunning
from drivers.worker.client import Limits
from kiosk.assembly.certificates import revocation_source, trust_store
from kiosk.audit import Journal, JournalError, journal_path
from kiosk.decision import Need, Purpose, Supplement
from kiosk.eligibility import Registry, RegistryError
from kiosk.failures import Code, Failure
from kiosk.identity import Level, Revocation, Verifier, load_site_key
from kiosk.reception import (
    ChoosePurpose,
    EligibilityService,
    EnterPin,
    Finish,
    NeedStaff,
    OpenPage,
    Reception,
    Reminder,
    Require,
    Rules,
    SayNeeds,
    Screen,
    StaffConfirm,
    StateName,
    UnionOffice,
    UnionPage,
    View,
    eligibility_service,
)
from kiosk.reception.floors import Findings, Floors
from kiosk.reception.readers import ReaderBoard
from kiosk.reception.sleep import SleepWatch
from simulators.cards import Card
from simulators.demo import Stage, set_stage
from simulators.faults import Fault, FaultyCard
from simulators.people import make_card, persona
from simulators.readers import SimulatedReaders, SimulatorPlugin

LIMITS = Limits(read=0.5, prove=0.5, release=0.5)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return set_stage(tmp_path_factory.mktemp("reception") / "stage", datetime.now(UTC))


class Desk:
    """A running reception, and hands."""

    def __init__(
        self, stage: Stage, reception: Reception, readers: SimulatedReaders, service: EligibilityService
    ) -> None:
        self.stage, self.reception, self.readers, self.service = stage, reception, readers, service
        self.changes = reception.changes()

    async def until(self, *screens: Screen) -> View:
        async with asyncio.timeout(20):
            async for view in self.changes:
                if view.screen in screens:
                    return view
        raise AssertionError

    async def until_view(self, fits: Callable[[View], bool]) -> View:
        async with asyncio.timeout(20):
            async for view in self.changes:
                if fits(view):
                    return view
        raise AssertionError

    def card(self, who: str) -> Card:
        return make_card(persona(who, self.stage.on), self.stage.authority, self.stage.now)

    def put(self, card: str | Card, reader: str | None = None) -> None:
        self.readers.put(self.card(card) if isinstance(card, str) else card, reader)

    async def pin(self, digits: str) -> None:
        await self.reception.act(EnterPin(action="pin", pin=digits))


@asynccontextmanager
async def open_desk(
    stage: Stage,
    folder: Path,
    *,
    rules: Rules | None = None,
    readers: SimulatedReaders | None = None,
    sleep: SleepWatch | None = None,
    union: UnionOffice | None = None,
) -> AsyncIterator[Desk]:
    settings, readers = stage.settings, readers or SimulatedReaders()
    key = load_site_key(settings.site_key_path)
    with Registry.open(settings.database) as registry:
        journal = Journal.open(journal_path(folder, "t"), "t", key, now=stage.now)
        service = EligibilityService(registry, journal, key, lambda: datetime.now(UTC), union=union)
        trust = trust_store(settings.identity.trust, allow_test=True)
        reception = Reception(
            {"simulator": (SimulatorPlugin(readers), {})},
            Verifier(trust, revocation_source(settings.identity.crl, None)),
            service,
            now=lambda: datetime.now(UTC),
            rules=rules,
            limits=LIMITS,
            simulation=True,
            sleep=sleep,
        )
        await reception.start()
        desk = Desk(stage, reception, readers, service)
        try:
            await desk.until(Screen.IDLE)
            yield desk
        finally:
            await reception.stop()
            journal.close()


def visits_of(folder: Path) -> list[dict[str, object]]:
    """What the journal says of visits."""
    entries = map(json.loads, journal_path(folder, "t").read_text("utf-8").splitlines())
    return [entry for entry in entries if entry["kind"] == "visit"]


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(work())  # type: ignore[arg-type]


def test_a_visit_from_card_to_farewell(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path, rules=Rules(farewell=0.05)) as desk:
            assert desk.reception.health() == ()
            desk.put("card-works")
            assert (await desk.until(Screen.PIN)).level is Level.PRESENTED
            await desk.pin("１２３４")
            result = await desk.until(Screen.RESULT_CARD)
            assert (result.level, result.masked_name) == (Level.CONFIRMED, "ト＊＊ タ＊＊ 様")
            assert result.decision is not None and result.revocation is Revocation.GOOD
            desk.readers.take()
            farewell = await desk.until(Screen.FAREWELL)
            still_said = Reminder.of(result.decision, Purpose.VISIT)
            assert (farewell.decision, farewell.masked_name, farewell.farewell) == (None, "", still_said)
            await desk.until(Screen.IDLE)

    run(visit)


def test_every_visit_in_the_journal_says_what_was_known_of_the_revocation(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            for card, screen in (
                ("revoked-card", Screen.CERTIFICATE_REVOKED),
                ("foreign-card", Screen.NOT_MY_NUMBER_CARD),
                ("pin-blocked", Screen.PIN_BLOCKED),
                ("card-works", Screen.PIN),
            ):
                desk.put(card)
                await desk.until(screen)
            await desk.pin("1234")
            await desk.until(Screen.RESULT_CARD)

    run(visit)
    assert [(entry["failure"], entry["revocation"]) for entry in visits_of(tmp_path)] == [
        ("C-08", "revoked"),
        ("C-03", "not_checked"),
        ("P-03", "good"),
        (None, "good"),
    ]


def test_another_purpose_is_another_answer(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            desk.put("card-works")
            await desk.until(Screen.PIN)
            await desk.pin("1234")
            await desk.until(Screen.RESULT_CARD)
            await desk.reception.act(ChoosePurpose(action="purpose", purpose=Purpose.BENEFIT_CLAIM))
            assert (await desk.until(Screen.RESULT_NOTICE)).level is Level.CONFIRMED

    run(visit)


def test_what_the_visit_needs_is_asked_where_it_counts_and_journaled_with_the_new_answer(
    stage: Stage, tmp_path: Path
) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            desk.put("not-linked-notice")
            await desk.until(Screen.PIN)
            await desk.pin("1234")
            asked = await desk.until(Screen.QUESTION_NEEDS)
            assert asked.needs == tuple(Need)
            await desk.reception.act(SayNeeds(action="needs", needs=[Need.HIGH_COST, Need.HIGH_COST]))
            answer = await desk.until(Screen.RESULT_CARD)
            assert answer.decision is not None
            assert answer.decision.also_bring == (Supplement.LIMIT_APPLICATION_CERTIFICATE,)
        assert len(visits_of(tmp_path)) == 2

    run(visit)


@pytest.mark.parametrize("union", [None, UnionOffice("組合", "terminal 1")])
def test_the_own_record_is_read_at_the_unions_terminal_alone(
    stage: Stage, tmp_path: Path, union: UnionOffice | None
) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path, union=union) as desk:
            desk.put("card-works")
            await desk.until(Screen.PIN)
            await desk.pin("1234")
            shown = await desk.until(Screen.RESULT_CARD)
            assert (shown.has_own_side, shown.own) == (union is not None, None)
            await desk.reception.act(OpenPage(action="page", page=UnionPage.OWN_RECORD))
            view = desk.reception.view
            assert (view.screen is Screen.OWN_RECORD, view.own is not None) == (union is not None, union is not None)
            desk.readers.take()
            await desk.until(Screen.FAREWELL)
            assert desk.reception.view.own is None

    run(visit)


@pytest.mark.parametrize("rules", [Rules(require=Require.PRESENTED, union_office=True)])
def test_a_card_that_was_only_read_opens_no_record(stage: Stage, tmp_path: Path, rules: Rules) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path, rules=rules, union=UnionOffice("組合", "terminal 1")) as desk:
            desk.put("card-works")
            asked = await desk.until(Screen.QUESTION_PURPOSE)
            assert (asked.level, asked.has_own_side) == (Level.PRESENTED, False)

    run(visit)


def test_staff_confirm_whom_the_number_cannot(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            desk.put("card-works")
            await desk.until(Screen.PIN)
            await desk.reception.act(NeedStaff(action="staff"))
            await desk.until(Screen.STAFF_CHECK)
            act = StaffConfirm(action="staff_confirm", staff="hanako", reason="pin_forgotten")
            await desk.reception.act(act)
            assert (await desk.until(Screen.RESULT_CARD)).level is Level.STAFF_CONFIRMED
        (entry,) = visits_of(tmp_path)
        assert (entry["level"], entry["staff"], entry["path"]) == (
            "staff_confirmed",
            "hanako",
            "staff.pin_forgotten",
        )
        assert "133033" not in str(entry) and "太郎" not in str(entry)

    run(visit)


@pytest.mark.parametrize("digits", ["123", "12345", "abcd", "", "１２３", "12 4"])
def test_what_is_no_number_costs_no_try(stage: Stage, tmp_path: Path, digits: str) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            card = desk.card("card-works")
            desk.put(card)
            await desk.until(Screen.PIN)
            await desk.reception.act(EnterPin.model_construct(action="pin", pin=digits))
            wrong = await desk.until(Screen.PIN_WRONG)
            assert wrong.failure is not None and wrong.failure.code is Code.PIN_MALFORMED
            assert wrong.tries_left == 3

    run(visit)


@pytest.mark.parametrize("at", range(1, 5))
def test_a_card_that_falls_silent_while_it_is_read_costs_its_worker_and_nothing_else(
    stage: Stage, tmp_path: Path, at: int
) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            desk.put(FaultyCard(desk.card("card-works"), [Fault.silent(at)]))
            trouble = await desk.until(Screen.READER_TROUBLE)
            assert trouble.failure is not None and trouble.failure.code is Code.CARD_SILENT
            desk.readers.take()
            desk.put("card-works")
            await desk.until(Screen.PIN)
            await desk.pin("1234")
            await desk.until(Screen.RESULT_CARD)

    run(visit)


def test_a_silent_card_that_stays_costs_one_worker_and_one_entry(stage: Stage, tmp_path: Path, mocker) -> None:
    async def visit() -> None:
        launch = mocker.spy(SimulatorPlugin, "launch")
        async with open_desk(stage, tmp_path, rules=Rules(farewell=0.05)) as desk:
            card = FaultyCard(desk.card("card-works"), [Fault.silent(instruction=0xB0, lasting=True)])
            desk.put(card)
            first = await desk.until(Screen.READER_TROUBLE)
            held = await desk.until_view(
                lambda view: view.visit > first.visit and view.state is StateName.FAILURE and view.deadline is None
            )
            await asyncio.sleep(3 * LIMITS.read)
            assert desk.reception.view == held
            assert held.failure is not None and held.failure.code is Code.CARD_SILENT and held.deadline is None
            assert launch.call_count == 2
            assert [exchange.ins for exchange in card.apdu_log] == [0xA4]
            desk.readers.take()
            await desk.until(Screen.IDLE)
        assert len(visits_of(tmp_path)) == 1

    run(visit)


@pytest.mark.parametrize("screen", [Screen.PIN, Screen.RESULT_CARD])
def test_nothing_of_a_visit_survives_a_suspend(stage: Stage, tmp_path: Path, screen: Screen) -> None:
    async def visit() -> None:
        boot = 0.0
        sleep = SleepWatch(lambda: boot, lambda: 0.0)
        async with open_desk(stage, tmp_path, sleep=sleep) as desk:
            desk.put("card-works")
            before = await desk.until(Screen.PIN)
            if screen is Screen.RESULT_CARD:
                await desk.pin("1234")
                before = await desk.until(screen)
            boot = 8 * 3600.0
            after = desk.reception.view
            assert after.visit > before.visit
            assert (after.state, after.decision, after.level, after.masked_name) == (StateName.IDLE, None, None, "")
            again = await desk.until(Screen.PIN)
            assert again.visit > after.visit, "the card that lies there is read anew"

    run(visit)


def test_a_suspend_is_noticed_when_nobody_asks(stage: Stage, tmp_path: Path, mocker) -> None:
    async def visit() -> None:
        boot = 0.0
        mocker.patch("kiosk.reception.loop._SLEEP_LOOK_EVERY", 0.01)
        async with open_desk(stage, tmp_path, sleep=SleepWatch(lambda: boot, lambda: 0.0)) as desk:
            desk.put("card-works")
            before = await desk.until(Screen.PIN)
            boot = 60.0
            after = await desk.until_view(lambda view: view.visit > before.visit)
            assert after.level is None

    run(visit)


def test_what_was_typed_before_a_suspend_reaches_no_card_after_it(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        boot = 0.0
        async with open_desk(stage, tmp_path, sleep=SleepWatch(lambda: boot, lambda: 0.0)) as desk:
            card = desk.card("card-works")
            desk.put(card)
            await desk.until(Screen.PIN)
            boot = 60.0
            await desk.pin("1234")
            await desk.until(Screen.PIN)
            assert not [exchange for exchange in card.apdu_log if exchange.ins == 0x20 and exchange.sent > 4]

    run(visit)


@pytest.mark.parametrize(
    ("jump", "screen", "code"),
    [
        (timedelta(days=-3650), Screen.SERVICE_TROUBLE, Code.CLOCK_WRONG),
        (timedelta(days=-365), Screen.SERVICE_TROUBLE, Code.CLOCK_WRONG),  # before the register's newest file
        (timedelta(minutes=-4), Screen.RESULT_CARD, None),
        (timedelta(hours=1), Screen.RESULT_CARD, None),
    ],
)
def test_a_clock_that_is_set_during_a_visit_ends_it_or_does_not_hurt_it(
    stage: Stage, tmp_path: Path, mocker, jump: timedelta, screen: Screen, code: Code | None
) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            desk.put("card-works")
            await desk.until(Screen.PIN)
            mocker.patch.object(desk.service, "now", lambda: datetime.now(UTC) + jump)
            mocker.patch("time.time", lambda now=time.time: now() + jump.total_seconds())
            await desk.pin("1234")
            view = await desk.until(screen)
            assert (view.decision is not None) == (screen is Screen.RESULT_CARD)
            assert (view.failure and view.failure.code) == code

    run(visit)


@pytest.mark.parametrize("later", [timedelta(days=1), timedelta(days=365)])
def test_a_day_that_begins_with_a_result_on_the_screen_is_the_day_of_the_next_answer(
    stage: Stage, tmp_path: Path, mocker, later: timedelta
) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            desk.put("card-works")
            await desk.until(Screen.PIN)
            await desk.pin("1234")
            shown = await desk.until(Screen.RESULT_CARD)
            decided = mocker.spy(eligibility_service, "decide")
            mocker.patch.object(desk.service, "now", lambda: datetime.now(UTC) + later)
            assert desk.reception.view == shown
            await desk.reception.act(ChoosePurpose(action="purpose", purpose=Purpose.BENEFIT_CLAIM))
            again = await desk.until(Screen.RESULT_NOTICE)
            assert again.decision is not None
            assert decided.call_args_list[0].args[0].on == desk.service.today

    run(visit)


def test_a_card_that_leaves_in_the_proof_leaves_the_outcome_unknown(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            desk.put(FaultyCard(desk.card("card-works"), [Fault.leaves(6)]))
            await desk.until(Screen.PIN)
            await desk.pin("1234")
            view = await desk.until(Screen.CARD_UNREADABLE)
            assert view.failure is not None and view.failure.code is Code.PIN_OUTCOME_UNKNOWN
            assert view.level is not Level.CONFIRMED and view.decision is None

    run(visit)


def test_the_last_card_put_down_wins(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        readers = SimulatedReaders(("left", "right"))
        async with open_desk(stage, tmp_path, readers=readers) as desk:
            desk.put("card-works", "left")
            first = await desk.until(Screen.PIN)
            desk.put("card-works-foreign-name", "right")
            second = await desk.until(Screen.READING)
            assert second.visit > first.visit
            await desk.until(Screen.PIN)
            await desk.pin("0123")
            assert (await desk.until(Screen.RESULT_CARD)).masked_name.startswith("ニ")

    run(visit)


def test_the_reader_service_goes_and_comes_back(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            desk.put("card-works")
            await desk.until(Screen.PIN)
            desk.readers.stop_service()
            view = await desk.until(Screen.READER_TROUBLE)
            assert view.decision is None and view.level is None
            desk.readers.start_service()
            await desk.until(Screen.READING, Screen.IDLE)
            assert desk.reception.health() == ()

    run(visit)


def test_no_journal_no_answer(stage: Stage, tmp_path: Path, mocker) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            mocker.patch.object(Journal, "append", side_effect=JournalError("disk full"))
            desk.put("card-works")
            await desk.until(Screen.PIN)
            await desk.pin("1234")
            view = await desk.until(Screen.SERVICE_TROUBLE)
            assert view.failure is not None and view.failure.code is Code.JOURNAL_DOWN
            assert view.decision is None and view.masked_name == ""

    run(visit)


@pytest.mark.parametrize(
    ("error", "code"), [(RegistryError("gone"), Code.REGISTRY_DOWN), (ZeroDivisionError(), Code.INTERNAL)]
)
def test_a_registry_that_fails_is_a_screen_with_a_code(
    stage: Stage, tmp_path: Path, mocker, error: Exception, code: Code
) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            mocker.patch.object(Registry, "member_by_binding", side_effect=error)
            desk.put("card-works")
            await desk.until(Screen.PIN)
            await desk.pin("1234")
            view = await desk.until(Screen.SERVICE_TROUBLE)
            assert view.failure is not None and view.failure.code is code
            await desk.reception.act(Finish(action="finish"))
            await desk.until(Screen.TAKE_CARD)

    run(visit)


def test_every_change_misses_none_where_changes_skips_the_stale(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            seen: list[int] = []

            async def follow() -> None:
                async for view in desk.reception.every_change():
                    seen.append(view.sequence)

            follower = asyncio.create_task(follow())
            for _ in range(3):
                desk.put("card-works")
                await desk.until(Screen.PIN)
                desk.readers.take()
                await desk.until(Screen.IDLE)
            follower.cancel()
            assert len(seen) > 6
            assert seen == list(range(seen[0], seen[-1] + 1))

    run(visit)


def test_a_follower_that_falls_behind_is_ended(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            lagging = desk.reception.every_change()
            await anext(lagging)
            for _ in range(130):
                desk.put("card-works")
                await desk.until(Screen.READING)
                desk.readers.take()
                await desk.until(Screen.IDLE, Screen.CARD_UNREADABLE)
            assert len([view async for view in lagging]) == 256

    run(visit)


@pytest.mark.parametrize(
    ("floor", "error", "code"),
    [
        (Registry, RegistryError("gone"), Code.REGISTRY_DOWN),
        (Journal, JournalError("disk full"), Code.JOURNAL_DOWN),
    ],
)
def test_a_floor_that_cannot_serve_puts_the_kiosk_out_of_service(
    stage: Stage, tmp_path: Path, mocker, floor: type, error: Exception, code: Code
) -> None:
    async def visit() -> None:
        mocker.patch("kiosk.reception.floor_watch._LOOK_EVERY", 0.02)
        async with open_desk(stage, tmp_path) as desk:
            broken = mocker.patch.object(floor, "check", side_effect=error)
            view = await desk.until(Screen.SERVICE_TROUBLE)
            assert view.state is StateName.OUT_OF_SERVICE
            assert view.failure is not None and view.failure.code is code
            assert desk.reception.health()[0].code is code
            mocker.stop(broken)
            await desk.until(Screen.IDLE)
            assert desk.reception.health() == ()

    run(visit)


def test_a_floor_that_does_not_answer_costs_one_thread(stage: Stage, tmp_path: Path, mocker) -> None:
    async def visit() -> None:
        mocker.patch("kiosk.reception.floor_watch._LOOK_EVERY", 0.01)
        mocker.patch("kiosk.reception.floor_watch._LOOK_LIMIT", 0.05)
        back, again = threading.Event(), asyncio.Event()
        told = mocker.patch("kiosk.reception.floor_watch.failure_of", side_effect=lambda *_: again.set() or trouble)
        trouble = Failure.here(Code.REGISTRY_DOWN)
        async with open_desk(stage, tmp_path) as desk:
            hung = mocker.patch.object(Floors, "look", side_effect=lambda: (back.wait(10), Findings())[1])
            while told.call_count < 3:
                again.clear()
                await again.wait()
            assert (hung.call_count, desk.reception.view.failure) == (1, trouble)
            back.set()
            await desk.until(Screen.IDLE)

    run(visit)


def test_digits_that_reach_no_card_are_zeroed(stage: Stage, tmp_path: Path, mocker) -> None:
    async def visit() -> None:
        typed = bytearray(b"1234")
        mocker.patch("kiosk.reception.visit.identifying.pin_digits", return_value=typed)
        async with open_desk(stage, tmp_path) as desk:
            desk.put("card-works")
            await desk.until(Screen.PIN)
            mocker.patch.object(ReaderBoard, "driver_of", side_effect=ServiceNotRunning("gone"))
            await desk.pin("1234")
            await asyncio.sleep(0)
            assert typed == bytes(4)

    run(visit)


def test_digits_that_no_visit_asked_for_are_not_even_made_into_bytes(stage: Stage, tmp_path: Path, mocker) -> None:
    async def visit() -> None:
        made = mocker.patch("kiosk.reception.visit.identifying.pin_digits")
        async with open_desk(stage, tmp_path) as desk:
            await desk.pin("1234")
            made.assert_not_called()

    run(visit)


def test_the_place_of_every_failure_is_derived(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            for who in ("forged", "revoked-card", "pin-blocked", "foreign-card", "pin-last-try"):
                desk.put(who)
                view = await desk.until(*(screen for screen in Screen if screen not in {Screen.IDLE, Screen.READING}))
                assert view.failure is not None
                assert re.fullmatch(r"[a-z_.]+:\w+", view.failure.place)
                desk.readers.take()
                await desk.until(Screen.IDLE)

    run(visit)


def test_actions_out_of_order_are_ignored_and_counted(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            before = desk.reception.view
            await desk.pin("1234")
            assert not await desk.reception.act(Finish(action="finish"))
            assert desk.reception.view == before
            assert sum(desk.reception.ignored.values()) >= 2

    run(visit)


def test_fifty_cards_in_a_row(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            for _ in range(50):
                desk.put("card-works")
                desk.readers.take()
            desk.put("card-works")
            await desk.until(Screen.PIN)
            assert desk.reception.view.state is StateName.PIN

    run(visit)


def test_a_view_is_replaced_as_a_whole(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        async with open_desk(stage, tmp_path) as desk:
            view = desk.reception.view
            assert replace(view) == view
            with pytest.raises(AttributeError):
                view.masked_name = "x"  # type: ignore[misc]

    run(visit)
