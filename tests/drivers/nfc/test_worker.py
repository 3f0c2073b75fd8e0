"""The nfc worker in its own process, on nfcpy itself: dialogues, events and errors as every driver has them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from drivers.errors import CardRemoved, NoCard, NoReader
from drivers.nfc import plugin
from drivers.worker.client import PinOutcome, ReaderInfo, ReaderWorker
from simulators.faults import Fault, FaultyCard
from simulators.nfc_target import NfcTarget
from tests.drivers.doubles import Events
from tests.drivers.workers import real_worker

if TYPE_CHECKING:
    from simulators.card import JpkiCardSimulator

CHALLENGE = bytes(range(32))
pytestmark = pytest.mark.anyio

MakeCard = Callable[..., "JpkiCardSimulator"]
Start = Callable[..., contextlib.AbstractAsyncContextManager[tuple[ReaderWorker, Events]]]


@pytest.fixture
def started(nfc_target: NfcTarget) -> Start:
    """A client of the real worker, for the simulated reader and more device paths."""
    return lambda *more: real_worker(plugin, {"devices": [nfc_target.path, *more]})


async def test_cards_come_and_go(started: Start, nfc_target: NfcTarget, card: MakeCard) -> None:
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


async def test_a_visit_keeps_the_budget_of_pcsc_and_is_no_new_card_when_it_ends(
    started: Start, nfc_target: NfcTarget, card: MakeCard
) -> None:
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


async def test_another_card_than_the_one_that_was_read_gets_no_pin(
    started: Start, nfc_target: NfcTarget, card: MakeCard
) -> None:
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


async def test_a_card_that_leaves_while_it_is_read(started: Start, nfc_target: NfcTarget, card: MakeCard) -> None:
    nfc_target.put(FaultyCard(card(), [Fault.leaves(instruction=0xB0)]))
    async with started() as (client, events):
        await events.until("card_inserted")
        with pytest.raises(CardRemoved):
            await client.read(nfc_target.path, 1)
        await events.until("card_removed")
        nfc_target.put(card())
        await events.until("card_inserted")
        assert (await client.read(nfc_target.path, 2)).tries_left == 3


async def test_two_readers_and_one_that_is_not_plugged_in(
    started: Start, nfc_target: NfcTarget, card: MakeCard
) -> None:
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
