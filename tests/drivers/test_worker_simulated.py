"""The worker on simulated readers: the PIN is for the very card that was read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from drivers.errors import CardRemoved
from drivers.jpki import PinOutcome
from drivers.worker.client import WorkerClient
from simulators.driver import READER_NAME
from simulators.readers import SimulatorPlugin

if TYPE_CHECKING:
    from conftest import Events

    from simulators.card import JpkiCardSimulator

MakeCard = Callable[..., "JpkiCardSimulator"]
CHALLENGE = bytes(range(32))


@pytest.mark.parametrize("hold", [False, True], ids=["let go", "held"])
def test_another_card_than_the_one_that_was_read_gets_nothing(
    card: MakeCard, make_events: type[Events], hold: bool
) -> None:
    async def test() -> None:
        plugin, events, other = SimulatorPlugin(), make_events(), card()
        client = WorkerClient(plugin, on_event=events)
        await client.start()
        plugin.readers.put(card())
        await events.until("card_inserted")
        await client.read(READER_NAME, 1, hold=hold)
        plugin.readers.put(other)
        with pytest.raises(CardRemoved):
            await client.prove(READER_NAME, 1, CHALLENGE, bytearray(b"9999"))
        assert other.apdu_log == []
        read = await client.read(READER_NAME, 2)
        assert (read.certificate, read.tries_left) == (other.contents.auth_certificate, 3)
        await client.stop()

    asyncio.run(test())


def test_a_visit_that_let_the_card_go_takes_seven_commands(card: MakeCard, make_events: type[Events]) -> None:
    async def test() -> None:
        plugin, events = SimulatorPlugin(), make_events()
        client = WorkerClient(plugin, on_event=events)
        await client.start()
        plugin.readers.put(card())
        await events.until("card_inserted")
        read = await client.read(READER_NAME, 1)
        wrong = await client.prove(READER_NAME, 1, CHALLENGE, bytearray(b"9999"))
        right = await client.prove(READER_NAME, 1, CHALLENGE, bytearray(b"1234"))
        assert (read.apdus, wrong.apdus, right.apdus) == (4, 2, 3)
        assert (wrong.outcome, right.outcome) == (PinOutcome.WRONG, PinOutcome.RIGHT)
        await client.stop()

    asyncio.run(test())


def test_a_restart_ends_the_worker_and_the_card_that_lies_there_comes_back_with_the_next(
    card: MakeCard, make_events: type[Events]
) -> None:
    async def test() -> None:
        plugin, events = SimulatorPlugin(), make_events()
        client = WorkerClient(plugin, on_event=events)
        client.restart()
        await client.start()
        plugin.readers.put(card())
        await events.until("card_inserted")
        client.restart()
        await events.until("driver_lost")
        await events.until("card_inserted")
        assert (await client.read(READER_NAME, 1)).tries_left == 3
        await client.stop()

    asyncio.run(test())
