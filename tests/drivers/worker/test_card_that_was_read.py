"""The PIN is for the very card that was read in this visit."""

from __future__ import annotations

import pytest

from drivers.errors import (
    CardAnswerError,
    CardRemoved,
    CommunicationFailed,
    NoCard,
)
from drivers.worker.client import (
    PinOutcome,
)
from tests.drivers.doubles import CardDouble, DriverDouble
from tests.drivers.workers import (
    CHALLENGE,
    SELECT,
    running,
    serving,
)

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("hold", [False, True], ids=["let go", "held"])
@pytest.mark.parametrize("seen", [False, True], ids=["at once", "after the event"])
async def test_another_card_than_the_one_that_was_read_gets_nothing(
    driver: DriverDouble, card: CardDouble, make_card: type[CardDouble], hold: bool, seen: bool
) -> None:
    async with running(serving(driver)) as (client, events, _):
        await events.until("card_inserted")
        await client.read("reader", 1, hold=hold)
        read, other = len(card.log), make_card()
        driver.set_card(other)
        if seen:
            await events.until("card_removed", "card_inserted")
        with pytest.raises(CardRemoved):
            await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
        assert (len(card.log), other.log) == (read, [])
        assert driver.only_reader.connection is None


async def test_a_card_that_was_away_must_be_read_again(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver)) as (client, events, _):
        await events.until("card_inserted")
        await client.read("reader", 1)
        driver.set_card(None)
        driver.set_card(card)
        with pytest.raises(CardRemoved):
            await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
        assert card.verifies == []
        await events.until("card_removed", "card_inserted")
        await client.read("reader", 1)
        assert (await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))).outcome is PinOutcome.RIGHT


async def test_a_prove_without_a_card(driver: DriverDouble) -> None:
    async with running(serving(driver)) as (client, _, _):
        await client.read("reader", 1)
        driver.set_card(None)
        with pytest.raises(NoCard):
            await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))


async def test_without_a_read_nothing_is_sent(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver)) as (client, _, _):
        with pytest.raises(CommunicationFailed):
            await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
        assert card.log == []
        assert driver.only_reader.releases == 1


@pytest.mark.parametrize("hold", [False, True], ids=["let go", "held"])
async def test_a_read_of_another_visit_is_none(driver: DriverDouble, card: CardDouble, hold: bool) -> None:
    async with running(serving(driver)) as (client, _, _):
        await client.read("reader", 1, hold=hold)
        with pytest.raises(CommunicationFailed):
            await client.prove("reader", 2, CHALLENGE, bytearray(b"1234"))
        assert len(card.log) == 4
        assert (driver.only_reader.releases, card.transactions) == (1, 0)


async def test_a_dialogue_that_failed_tells_its_effort_too(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver)) as (client, _, _):
        card.answers = {2: CardRemoved("gone")}
        with pytest.raises(CardRemoved) as caught:
            await client.read("reader", 1, hold=True)
        assert caught.value.apdus == 3 and 0 < caught.value.card_seconds < 10
        card.log.clear()
        card.answers = {5: (b"", 0x6F00)}
        assert (await client.read("reader", 1, hold=True)).apdus == 4
        with pytest.raises(CardAnswerError) as refused:
            await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
        # Those of the read were told with it.
        assert refused.value.apdus == 2
        driver.set_card(None)
        with pytest.raises(NoCard) as absent:
            await client.read("reader", 2)
        assert (absent.value.apdus, absent.value.card_seconds) == (0, 0.0)


async def test_a_read_that_failed_is_none(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver)) as (client, _, _):
        await client.read("reader", 1)
        card.answers = {7: (b"", 0x6F00)}
        with pytest.raises(CardAnswerError):
            await client.read("reader", 1)
        with pytest.raises(CommunicationFailed):
            await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
        assert card.verifies == []


@pytest.mark.parametrize("end", ["release", "right"])
async def test_a_read_does_not_outlive_its_visit(driver: DriverDouble, card: CardDouble, end: str) -> None:
    async with running(serving(driver)) as (client, _, _):
        await client.read("reader", 1)
        if end == "release":
            await client.release("reader", 1)
        else:
            await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
        sent = len(card.log)
        with pytest.raises(CommunicationFailed):
            await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
        assert len(card.log) == sent


async def test_after_a_reset_by_another_program_the_tries_are_asked_for_again(
    driver: DriverDouble, card: CardDouble
) -> None:
    async with running(serving(driver)) as (client, _, _):
        await client.read("reader", 1)
        card.tries = 1
        card.reset()
        proof = await client.prove("reader", 1, CHALLENGE, bytearray(b"9999"))
        assert (proof.outcome, proof.tries_left, card.log[4:]) == (PinOutcome.LAST_TRY, 1, [SELECT, "00200098"])
        proof = await client.prove("reader", 1, CHALLENGE, bytearray(b"9999"))
        assert (proof.outcome, proof.apdus) == (PinOutcome.LAST_TRY, 0)


async def test_tries_that_no_answer_told_are_asked_for_again(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver)) as (client, _, _):
        await client.read("reader", 1)
        card.answers = {5: (b"", 0x6300)}
        proof = await client.prove("reader", 1, CHALLENGE, bytearray(b"9999"))
        assert (proof.outcome, proof.tries_left) == (PinOutcome.WRONG, None)
        assert (await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))).apdus == 4
        assert card.log[6:8] == [SELECT, "00200098"]
