"""A card that is none of ours and stays in another slot: told once, then as if it were not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.failures import Code, Failure
from kiosk.reception import Rules, Screen
from simulators.demo import Stage
from simulators.faults import Fault, FaultyCard
from simulators.readers import SimulatedReaders
from tests.kiosk.reception.sites import Site, open_site

pytestmark = pytest.mark.anyio

OURS, SLOT = "Contactless", "Slot of the personnel"
BRIEF = Rules(idle_limit=0.3, result_warning=0.1, farewell=0.05)


def foreign(site: Site) -> FaultyCard:
    """A card with an application of its own, and none of JPKI."""
    return FaultyCard(site.card("card-works"), [Fault.status(0x6A82, instruction=0xA4, lasting=True)])


def two_readers() -> SimulatedReaders:
    return SimulatedReaders([OURS, SLOT])


async def told(site: Site) -> FaultyCard:
    card = foreign(site)
    site.put(card, SLOT)
    await site.until(Screen.NOT_MY_NUMBER_CARD)
    return card


async def whole_visit(site: Site) -> None:
    site.put("card-works", OURS)
    await site.until(Screen.PIN)
    await site.pin("1234")
    await site.until(Screen.RESULT_CARD)
    site.readers.take(OURS)
    await site.until(Screen.FAREWELL)


@pytest.mark.parametrize(
    ("readers", "screen"), [([OURS, SLOT], Screen.IDLE), ([SLOT], Screen.TAKE_CARD)], ids=["another", "none"]
)
async def test_where_another_reader_is_free_nobody_needs_to_take_it_away(
    stage: Stage, tmp_path: Path, readers: list[str], screen: Screen
) -> None:
    async with open_site(stage, tmp_path, rules=BRIEF, readers=SimulatedReaders(readers)) as site:
        await told(site)
        assert (await site.until(Screen.IDLE, Screen.TAKE_CARD)).screen is screen


async def test_a_card_on_the_other_reader_is_served_and_the_foreign_one_does_not_come_back(
    stage: Stage, tmp_path: Path
) -> None:
    async with open_site(stage, tmp_path, rules=Rules(farewell=0.05), readers=two_readers()) as site:
        lying = await told(site)
        commands = len(lying.apdu_log)
        for _ in range(2):
            await whole_visit(site)
            await site.until(Screen.IDLE)
        assert len(lying.apdu_log) == commands


async def test_a_new_worker_that_finds_it_displaces_nobodys_visit_for_it(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path, readers=two_readers()) as site:
        await told(site)
        site.put("card-works", OURS)
        await site.until(Screen.PIN)
        site.reception.restart("simulator")
        await site.until(Screen.READING)
        assert (await site.until(Screen.PIN, Screen.NOT_MY_NUMBER_CARD)).screen is Screen.PIN
        await site.pin("1234")
        await site.until(Screen.RESULT_CARD)


async def test_a_desk_that_opens_again_begins_with_the_card_that_can_be_read(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path, rules=BRIEF, readers=two_readers()) as site:
        await told(site)
        await site.until(Screen.IDLE)
        site.reception.close(Failure.here(Code.OUT_OF_USE))
        await site.until(Screen.SERVICE_TROUBLE)
        site.put("card-works", OURS)
        site.reception.close(None)
        assert (await site.until(Screen.PIN, Screen.NOT_MY_NUMBER_CARD)).screen is Screen.PIN
        await site.pin("1234")
        await site.until(Screen.RESULT_CARD)


async def test_taken_out_and_put_in_again_it_is_told_again(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path, rules=BRIEF, readers=two_readers()) as site:
        card = await told(site)
        await site.until(Screen.IDLE)
        site.readers.take(SLOT)
        site.put(card, SLOT)
        await site.until(Screen.NOT_MY_NUMBER_CARD)


async def test_a_reader_service_that_begins_anew_knows_no_card_again(stage: Stage, tmp_path: Path) -> None:
    """Its counts of movements begin anew too: it may be another card."""

    async with open_site(stage, tmp_path, rules=BRIEF, readers=two_readers()) as site:
        await told(site)
        await site.until(Screen.IDLE)
        site.readers.stop_service()
        await site.until(Screen.READER_TROUBLE)
        site.readers.start_service()
        await site.until(Screen.NOT_MY_NUMBER_CARD)
