"""How a worker begins and ends, and what those learn who wait for it."""

from __future__ import annotations

import asyncio
import socket
import threading
from dataclasses import replace

import pytest

from drivers.errors import (
    CardSilent,
    WorkerLost,
)
from drivers.worker.client import (
    ReaderWorker,
)
from drivers.worker.link import WorkerLink
from drivers.worker.messages import encode
from drivers.worker.server import serve
from tests.drivers.doubles import CardDouble, DriverDouble, Events
from tests.drivers.workers import (
    QUICK,
    PluginDouble,
    ProcessDouble,
    running,
    serving,
    silence,
)

pytestmark = pytest.mark.anyio


async def test_others_who_wait_learn_that_the_worker_is_lost(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver), replace(QUICK, read=60.0, release=0.05, end=0.05)) as (client, _, _):
        speak = silence(card)
        results = await asyncio.gather(client.read("reader", 1), client.release("reader", 1), return_exceptions=True)
        assert [type(result) for result in results] == [WorkerLost, CardSilent]
        speak.set()


async def test_a_dialogue_that_is_cancelled_leaves_the_worker_alone(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver)) as (client, _, plugin):
        speak = silence(card)
        reading = asyncio.create_task(client.read("reader", 1))
        await client.readers()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        speak.set()
        card.always = lambda apdu: None
        assert (await client.read("reader", 2)).tries_left == 3
        assert len(plugin.launched) == 1


async def test_a_worker_is_replaced_though_something_else_has_taken_every_thread(driver: DriverDouble) -> None:
    hangs = threading.Event()
    try:
        async with running(serving(driver)) as (client, events, plugin):
            await events.until("card_inserted")
            for _ in range(64):
                asyncio.get_running_loop().run_in_executor(None, hangs.wait, 20)
            client.restart()
            await events.until("driver_lost")
            await events.until("card_inserted")
            assert len(plugin.launched) == 2
    finally:
        hangs.set()


async def test_a_worker_that_cannot_be_started_is_tried_again(driver: DriverDouble, make_events: type[Events]) -> None:
    plugin, events = PluginDouble(serving(driver)), make_events()
    plugin.failures = 3
    client = ReaderWorker(plugin, limits=QUICK, on_event=events)
    await client.start()
    with pytest.raises(WorkerLost):
        await client.read("reader", 1)
    await events.until("driver_lost", "driver_lost", "driver_lost", "driver_ready")
    await client.stop()


async def test_a_client_that_was_stopped_asks_nobody(driver: DriverDouble) -> None:
    async with running(serving(driver)) as (client, _, _):
        await client.stop()
        with pytest.raises(WorkerLost):
            await client.read("reader", 1)


async def test_a_worker_that_ended_unseen_takes_no_question() -> None:
    async with running(lambda sock: None) as (client, events, plugin):
        plugin.launched[0].gone.wait(10)
        with pytest.raises(WorkerLost):
            await client.read("reader", 1)
        await events.until("driver_lost")


async def test_a_worker_that_ends_inside_a_frame_is_lost() -> None:
    async with running(lambda sock: sock.sendall(encode({}, b"body")[:-1])) as (_, events, _):
        await events.until("driver_lost", "driver_lost")


async def test_a_worker_that_does_not_end_when_hung_up_on_is_made_to() -> None:
    stay = threading.Event()

    async with running(lambda sock: (stay.wait(10), None)[1], replace(QUICK, end=0.01)) as (client, _, plugin):
        await client.stop()
        assert plugin.launched[0].killed
    stay.set()


async def test_a_link_that_was_ended_takes_no_question(driver: DriverDouble) -> None:
    link = WorkerLink(ProcessDouble(serving(driver)), QUICK, lambda event: None)
    link.kill()
    link.kill()
    with pytest.raises(WorkerLost):
        await link.ask("ping", 5.0)
    await link.reap()


async def test_at_the_clients_end_every_card_is_released(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver)) as (client, _, plugin):
        await client.read("reader", 1, hold=True)
        await client.stop()
        assert plugin.launched[0].gone.is_set()
        assert not plugin.launched[0].killed
        assert (driver.only_reader.releases, card.transactions) == (1, 0)


def test_a_monitor_that_fails_ends_the_worker(driver: DriverDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(known: object, timeout: float) -> dict[str, object]:
        raise KeyError("a bug")

    monkeypatch.setattr(driver, "watch", fails)
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    near, far = socket.socketpair()
    with near:
        serve(driver, far)
        assert far.fileno() == -1
