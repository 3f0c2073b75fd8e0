"""A card that is none of ours and stays in another slot: told once, then as if it were not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.failures import Code, Failure
from kiosk.reception import Rules, Screen
from simulators.demo import Stage
from simulators.faults import Fault, FaultyCard
from simulators.readers import SimulatedReaders
from tests.kiosk.reception.test_reception import Desk, open_desk, run, stage

__all__ = ["stage"]

OURS, SLOT = "Contactless", "Slot of the personnel"
BRIEF = Rules(idle_limit=0.3, farewell=0.05)


def foreign(desk: Desk) -> FaultyCard:
    """A card with an application of its own, and none of JPKI."""
    return FaultyCard(desk.card("card-works"), [Fault.status(0x6A82, instruction=0xA4, lasting=True)])


def two_readers() -> SimulatedReaders:
    return SimulatedReaders([OURS, SLOT])


async def told(desk: Desk) -> FaultyCard:
    card = foreign(desk)
    desk.put(card, SLOT)
    await desk.until(Screen.NOT_MY_NUMBER_CARD)
    return card


async def visit(desk: Desk) -> None:
    desk.put("card-works", OURS)
    await desk.until(Screen.PIN)
    await desk.pin("1234")
    await desk.until(Screen.RESULT_CARD)
    desk.readers.take(OURS)
    await desk.until(Screen.FAREWELL)


@pytest.mark.parametrize(
    ("readers", "screen"), [([OURS, SLOT], Screen.IDLE), ([SLOT], Screen.TAKE_CARD)], ids=["another", "none"]
)
def test_where_another_reader_is_free_nobody_needs_to_take_it_away(
    stage: Stage, tmp_path: Path, readers: list[str], screen: Screen
) -> None:
    async def test() -> None:
        async with open_desk(stage, tmp_path, rules=BRIEF, readers=SimulatedReaders(readers)) as desk:
            await told(desk)
            assert (await desk.until(Screen.IDLE, Screen.TAKE_CARD)).screen is screen

    run(test)


def test_a_card_on_the_other_reader_is_served_and_the_foreign_one_does_not_come_back(
    stage: Stage, tmp_path: Path
) -> None:
    async def test() -> None:
        async with open_desk(stage, tmp_path, rules=Rules(farewell=0.05), readers=two_readers()) as desk:
            lying = await told(desk)
            commands = len(lying.apdu_log)
            for _ in range(2):
                await visit(desk)
                await desk.until(Screen.IDLE)
            assert len(lying.apdu_log) == commands

    run(test)


def test_a_new_worker_that_finds_it_displaces_nobodys_visit_for_it(stage: Stage, tmp_path: Path) -> None:
    async def test() -> None:
        async with open_desk(stage, tmp_path, readers=two_readers()) as desk:
            await told(desk)
            desk.put("card-works", OURS)
            await desk.until(Screen.PIN)
            desk.reception.restart("simulator")
            await desk.until(Screen.READING)
            assert (await desk.until(Screen.PIN, Screen.NOT_MY_NUMBER_CARD)).screen is Screen.PIN
            await desk.pin("1234")
            await desk.until(Screen.RESULT_CARD)

    run(test)


def test_a_desk_that_opens_again_begins_with_the_card_that_can_be_read(stage: Stage, tmp_path: Path) -> None:
    async def test() -> None:
        async with open_desk(stage, tmp_path, rules=BRIEF, readers=two_readers()) as desk:
            await told(desk)
            await desk.until(Screen.IDLE)
            desk.reception.close(Failure.here(Code.OUT_OF_USE))
            await desk.until(Screen.SERVICE_TROUBLE)
            desk.put("card-works", OURS)
            desk.reception.close(None)
            assert (await desk.until(Screen.PIN, Screen.NOT_MY_NUMBER_CARD)).screen is Screen.PIN
            await desk.pin("1234")
            await desk.until(Screen.RESULT_CARD)

    run(test)


def test_taken_out_and_put_in_again_it_is_told_again(stage: Stage, tmp_path: Path) -> None:
    async def test() -> None:
        async with open_desk(stage, tmp_path, rules=BRIEF, readers=two_readers()) as desk:
            card = await told(desk)
            await desk.until(Screen.IDLE)
            desk.readers.take(SLOT)
            desk.put(card, SLOT)
            await desk.until(Screen.NOT_MY_NUMBER_CARD)

    run(test)


def test_a_reader_service_that_begins_anew_knows_no_card_again(stage: Stage, tmp_path: Path) -> None:
    """Its counts of movements begin anew too: it may be another card."""

    async def test() -> None:
        async with open_desk(stage, tmp_path, rules=BRIEF, readers=two_readers()) as desk:
            await told(desk)
            await desk.until(Screen.IDLE)
            desk.readers.stop_service()
            await desk.until(Screen.READER_TROUBLE)
            desk.readers.start_service()
            await desk.until(Screen.NOT_MY_NUMBER_CARD)

    run(test)
