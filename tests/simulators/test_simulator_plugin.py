"""The plug-in: simulated readers through the protocol of every worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.metadata import entry_points

import pytest
from cryptography import x509

from drivers.errors import CardSilent
from drivers.events import CardInserted, CardWithdrawn, ReaderEvent
from drivers.jpki import PinOutcome
from drivers.worker.client import ReaderWorker
from drivers.worker.link import Limits
from kiosk.identity import signature_is_valid
from simulators.card import JpkiCardSimulator
from simulators.driver import READER_NAME
from simulators.faults import Fault, FaultyCard
from simulators.readers import SimulatorPlugin

MakeCard = Callable[..., JpkiCardSimulator]
Expect = Callable[[type[ReaderEvent]], Awaitable[ReaderEvent]]

CHALLENGE = bytes(range(32))


@asynccontextmanager
async def client_of(
    plugin: SimulatorPlugin, limits: Limits | None = None
) -> AsyncIterator[tuple[ReaderWorker, Expect]]:
    """A started client, and a function that waits for the next event of a kind."""
    events: asyncio.Queue[ReaderEvent] = asyncio.Queue()
    client = ReaderWorker(plugin, limits=limits or Limits(), on_event=events.put_nowait)

    async def expect(kind: type[ReaderEvent]) -> ReaderEvent:
        async with asyncio.timeout(10):
            while not isinstance(event := await events.get(), kind):
                pass
        return event

    await client.start()
    try:
        yield client, expect
    finally:
        await client.stop()


def test_plugin_is_found_by_its_entry_point() -> None:
    (found,) = entry_points(group="kiosk.readers", name="simulator")

    assert found.load().name == "simulator"


def test_options_are_refused() -> None:
    with pytest.raises(ValueError, match="devices"):
        SimulatorPlugin().launch({"devices": []})


def test_whole_visit_through_the_worker(card: MakeCard) -> None:
    tested = card()

    async def visit() -> None:
        plugin = SimulatorPlugin()
        async with client_of(plugin) as (client, expect):
            plugin.readers.put(tested)
            await expect(CardInserted)
            read = await client.read(READER_NAME, 1)
            proof = await client.prove(READER_NAME, 1, CHALLENGE, bytearray(b"1234"))
            plugin.readers.take()
            await expect(CardWithdrawn)
        assert read.certificate == tested.contents.auth_certificate
        assert read.tries_left == 3
        assert proof.outcome is PinOutcome.RIGHT
        certificate = x509.load_der_x509_certificate(read.certificate)
        assert proof.signature is not None
        assert signature_is_valid(certificate, CHALLENGE, proof.signature)

    asyncio.run(visit())


def test_silent_card_costs_the_worker_but_not_the_readers(card: MakeCard) -> None:
    async def visit() -> None:
        plugin = SimulatorPlugin()
        async with client_of(plugin, Limits(read=0.2, first_pause=0.01)) as (client, expect):
            plugin.readers.put(FaultyCard(card(), [Fault.silent()]))
            await expect(CardInserted)
            with pytest.raises(CardSilent):
                await client.read(READER_NAME, 1)
            # The new worker sees the card that still lies there; its only fault is over.
            await expect(CardInserted)
            assert (await client.read(READER_NAME, 2)).tries_left == 3

    asyncio.run(visit())
