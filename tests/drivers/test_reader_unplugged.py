"""What a reader that was unplugged leaves in its worker: nothing, neither its thread nor its last certificate."""

from __future__ import annotations

import asyncio
import gc
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from drivers.errors import CommunicationFailed, NoReader
from drivers.jpki import PinOutcome
from drivers.memory import CardMemory
from drivers.pcsc import plugin as pcsc_plugin
from drivers.worker.client import ReaderWorker
from drivers.worker.dialogues import DialogueRunner, Job, PriorRead, Reply
from drivers.worker.messages import Message
from drivers.worker.plugin import SpawnedProcess
from simulators.driver import READER_NAME
from simulators.readers import SimulatorPlugin
from tests.drivers.doubles import CardDouble, DriverDouble, Events

if TYPE_CHECKING:
    from simulators.card import JpkiCardSimulator
    from simulators.pcscd import PrivatePcscd

MakeCard = Callable[..., "JpkiCardSimulator"]
CHALLENGE = bytes(range(32))
PATIENCE = 20.0

pytestmark = pytest.mark.anyio

OnReaders = tuple[ReaderWorker, SimulatorPlugin, Events]


def dialogue_threads(reader: str = READER_NAME) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == f"dialogues {reader}"]


def kept(certificate: bytes) -> list[PriorRead]:
    """Everything in this process that a read has left for a prove."""
    gc.collect()
    return [thing for thing in gc.get_objects() if isinstance(thing, PriorRead) and thing.certificate == certificate]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
async def on_simulated_readers() -> AsyncIterator[OnReaders]:
    plugin, events = SimulatorPlugin(), Events()
    client = ReaderWorker(plugin, on_event=events)
    await client.start()
    yield client, plugin, events
    await client.stop()


@pytest.mark.parametrize("hold", [False, True], ids=["let go", "held"])
async def test_neither_thread_nor_certificate(on_simulated_readers: OnReaders, card: MakeCard, hold: bool) -> None:
    client, plugin, events = on_simulated_readers
    plugin.readers.put(card())
    await events.until("card_inserted")
    certificate = (await client.read(READER_NAME, 1, hold=hold)).certificate
    assert dialogue_threads() and kept(certificate)
    plugin.readers.remove(READER_NAME)
    await events.until("card_removed", "reader_removed")
    await asyncio.to_thread(until, lambda: not dialogue_threads())
    assert kept(certificate) == []


async def test_what_is_asked_of_it_later_is_answered_and_leaves_nothing_either(
    on_simulated_readers: OnReaders, card: MakeCard
) -> None:
    """The service powers the card off at the end of its visit, which the reader's end may be."""

    client, plugin, events = on_simulated_readers
    plugin.readers.put(card())
    await events.until("card_inserted")
    await client.read(READER_NAME, 1)
    plugin.readers.remove(READER_NAME)
    await events.until("reader_removed")
    await client.release(READER_NAME, 1)
    with pytest.raises(CommunicationFailed, match="no card has been read"):
        await client.prove(READER_NAME, 1, CHALLENGE, bytearray(b"1234"))
    with pytest.raises(NoReader):
        await client.read(READER_NAME, 2)
    await asyncio.to_thread(until, lambda: not dialogue_threads())


@pytest.mark.parametrize("name", [READER_NAME, "Another port"])
async def test_plugged_in_again_it_serves(on_simulated_readers: OnReaders, card: MakeCard, name: str) -> None:
    client, plugin, events = on_simulated_readers
    plugin.readers.put(card())
    await events.until("card_inserted")
    await client.read(READER_NAME, 1)
    plugin.readers.remove(READER_NAME)
    await events.until("reader_removed")
    plugin.readers.add(name)
    plugin.readers.put(card(), name)
    await events.until("reader_added", "card_inserted")
    await client.read(name, 2, hold=True)
    proof = await client.prove(name, 2, CHALLENGE, bytearray(b"1234"))
    assert proof.outcome is PinOutcome.RIGHT
    assert len(dialogue_threads(name)) == 1


async def test_a_card_that_leaves_takes_its_certificate_along(on_simulated_readers: OnReaders, card: MakeCard) -> None:
    client, plugin, events = on_simulated_readers
    plugin.readers.put(card())
    await events.until("card_inserted")
    certificate = (await client.read(READER_NAME, 1)).certificate
    plugin.readers.take()
    await events.until("card_removed")
    await asyncio.to_thread(until, lambda: not kept(certificate))


# -- a thread that is stuck ------------------------------------------------------------------------------


def job(ask: str, number: int) -> Job:
    return Job(ask, number, 1, Message({}))


def test_a_stuck_thread_holds_nobody_up_and_keeps_no_certificate(
    make_driver: type[DriverDouble], make_card: type[CardDouble], monkeypatch: pytest.MonkeyPatch
) -> None:
    driver, answers = make_driver(make_card()), queue.Queue[tuple[int, Reply]]()
    stuck, freed = threading.Event(), threading.Event()
    connect = driver.only_reader.connect

    def hangs() -> object:
        stuck.set()
        assert freed.wait(PATIENCE)
        return connect()

    runner = DialogueRunner(driver.reader("reader"), CardMemory(), lambda job, reply: answers.put((job.id, reply)))
    runner.submit(job("read", 1))
    certificate = answers.get(timeout=PATIENCE)[1].body
    assert kept(certificate)
    monkeypatch.setattr(driver.only_reader, "connect", hangs)
    runner.submit(job("probe", 2))
    runner.submit(job("prove", 3))
    assert stuck.wait(PATIENCE)
    begun = time.monotonic()
    runner.leave()
    assert time.monotonic() - begun < 1.0
    assert kept(certificate) == []
    freed.set()
    runner.thread.join(PATIENCE)
    assert not runner.thread.is_alive() and driver.only_reader.closed.is_set()
    # Who asked before the reader left has an answer: else the worker would pass for silent.
    late = dict([answers.get_nowait(), answers.get_nowait()])
    assert late[2].fields == {} and late[3].fields["error"] == "communication_failed"


# -- the real stack --------------------------------------------------------------------------------------


class CountingPlugin:
    """The pcsc plug-in, and how many threads its process has."""

    name = pcsc_plugin.name

    def launch(self, options: Any) -> SpawnedProcess:
        self.process = pcsc_plugin.launch(options)
        return self.process

    @property
    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.process.process.pid}/task").iterdir()))


async def test_on_pcscd_its_thread_ends_whatever_it_is_called_next(
    pcscd: PrivatePcscd, card: MakeCard, make_events: type[Events]
) -> None:
    """vpcd's readers leave with their pcscd only: that is how a reader goes here."""

    async def visit(client: ReaderWorker, events: Events) -> None:
        pcscd.put(card())
        await events.until("card_inserted")
        assert (await client.read(pcscd.reader, 1)).tries_left == 3

    plugin, events = CountingPlugin(), make_events()
    client = ReaderWorker(cast(Any, plugin), on_event=events)
    await client.start()
    try:
        await events.until("driver_ready")
        before = plugin.threads
        for name in ("Virtual PCD B", "Virtual PCD"):
            await visit(client, events)
            assert plugin.threads > before
            await asyncio.to_thread(pcscd.stop)
            await events.until("reader_removed", "driver_lost")
            await asyncio.to_thread(until, lambda: plugin.threads == before)
            pcscd.rename(name)
            await asyncio.to_thread(pcscd.start)
            await events.until("driver_ready")
        await visit(client, events)
    finally:
        await client.stop()
