"""The nfc worker in its own process, on nfcpy itself: dialogues, events and errors as every driver has them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from drivers.errors import CardRemoved, NoCard, NoReader
from drivers.nfc import plugin
from drivers.worker.client import DEFAULT_LIMITS, PinOutcome, ReaderInfo, ReaderWorker
from simulators.faults import Fault, FaultyCard
from simulators.nfc_target import NfcTarget

if TYPE_CHECKING:
    from conftest import Events

    from simulators.card import JpkiCardSimulator

CHALLENGE = bytes(range(32))
PATIENT = replace(DEFAULT_LIMITS, read=60.0, prove=60.0, release=60.0, readers=60.0, ping=60.0, first_pause=0.0)

MakeCard = Callable[..., "JpkiCardSimulator"]
Start = Callable[..., contextlib.AbstractAsyncContextManager[tuple[ReaderWorker, "Events"]]]


@pytest.fixture
def started(nfc_target: NfcTarget, make_events: type[Events]) -> Start:
    @contextlib.asynccontextmanager
    async def start(*more: str) -> AsyncIterator[tuple[ReaderWorker, Events]]:
        events = make_events()
        options = {"devices": [nfc_target.path, *more]}
        client = ReaderWorker(plugin, options=options, limits=PATIENT, on_event=events)
        await client.start()
        try:
            await client.readers()
            yield client, events
        finally:
            await client.stop()

    return start


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


def test_cards_come_and_go(started: Start, nfc_target: NfcTarget, card: MakeCard) -> None:
    async def test() -> None:
        async with started() as (client, events):
            await events.until("driver_ready", "reader_added")
            assert await client.readers() == [ReaderInfo(nfc_target.path, "nfc", False)]
            with pytest.raises(NoCard):
                await client.read(nfc_target.path, 1)
            nfc_target.put(card())
            await events.until("card_inserted")
            assert (await client.read(nfc_target.path, 2)).tries_left == 3
            nfc_target.take()
            await events.until("card_removed")
            with pytest.raises(NoReader):
                await client.read("no such reader", 3)

    run(test)


def test_a_visit_keeps_the_budget_of_pcsc_and_is_no_new_card_when_it_ends(
    started: Start, nfc_target: NfcTarget, card: MakeCard
) -> None:
    async def test() -> None:
        nfc_target.put(card())
        async with started() as (client, events):
            await events.until("card_inserted")
            read = await client.read(nfc_target.path, 1, hold=True)
            proof = await client.prove(nfc_target.path, 1, CHALLENGE, bytearray(b"1234"))
            await client.release(nfc_target.path, 1)
            assert (proof.outcome, read.apdus + proof.apdus) == (PinOutcome.RIGHT, 6)
            nfc_target.take()
            await events.until("card_removed")
            assert events.seen == []

    run(test)


def test_another_card_than_the_one_that_was_read_gets_no_pin(
    started: Start, nfc_target: NfcTarget, card: MakeCard
) -> None:
    async def test() -> None:
        nfc_target.put(card())
        async with started() as (client, events):
            await events.until("card_inserted")
            await client.read(nfc_target.path, 1)
            other = card()
            nfc_target.put(other)
            await events.until("card_removed", "card_inserted")
            with pytest.raises(CardRemoved):
                await client.prove(nfc_target.path, 1, CHALLENGE, bytearray(b"9999"))
            assert other.apdu_log == []

    run(test)


def test_a_card_that_leaves_while_it_is_read(started: Start, nfc_target: NfcTarget, card: MakeCard) -> None:
    async def test() -> None:
        nfc_target.put(FaultyCard(card(), [Fault.leaves(instruction=0xB0)]))
        async with started() as (client, events):
            await events.until("card_inserted")
            with pytest.raises(CardRemoved):
                await client.read(nfc_target.path, 1)
            await events.until("card_removed")
            nfc_target.put(card())
            await events.until("card_inserted")
            assert (await client.read(nfc_target.path, 2)).tries_left == 3

    run(test)


def test_two_readers_and_one_that_is_not_plugged_in(started: Start, nfc_target: NfcTarget, card: MakeCard) -> None:
    async def test() -> None:
        with NfcTarget() as second:
            second.put(card())
            async with started(second.path, "usb:054c:06c1") as (client, events):
                await events.until("card_inserted")
                listed = {reader.name: reader.card_present for reader in await client.readers()}
                assert listed == {nfc_target.path: False, second.path: True}
                nfc_target.put(card())
                await events.until("card_inserted")
                for path in (nfc_target.path, second.path):
                    assert (await client.read(path, 1)).tries_left == 3

    run(test)
