"""A card, a service or a reader library that never answers: the worker is ended and replaced."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from drivers.connection import ReaderState
from drivers.errors import (
    CardBusy,
    CardSilent,
    DriverError,
    ReaderStuck,
    ServiceStuck,
    Trouble,
)
from tests.drivers.doubles import CardDouble, DriverDouble, ReaderDouble
from tests.drivers.told import trouble_of
from tests.drivers.workers import (
    QUICK,
    SHORT_OF_PATIENCE,
    listens_only,
    running,
    serving,
    silence,
)

pytestmark = pytest.mark.anyio


async def test_a_silent_card_costs_its_worker_and_the_next_one_begins_with_what_is_there(
    driver: DriverDouble, card: CardDouble
) -> None:
    async with running(serving(driver), SHORT_OF_PATIENCE) as (client, events, plugin):
        await events.until("driver_ready", "card_inserted")
        speak = silence(card)
        with pytest.raises(CardSilent):
            await client.read("reader", 1)
        await events.until("card_removed", "reader_removed", "driver_lost", "driver_ready", "reader_added")
        await events.until_seen("card_inserted")
        assert trouble_of(events.seen[-1]) is Trouble.CARD_SILENT
        assert [process.killed for process in plugin.launched] == [True, False]
        speak.set()
        card.always = lambda apdu: None


async def test_a_card_that_was_moved_since_comes_without_a_past(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver), SHORT_OF_PATIENCE) as (client, events, _):
        await events.until("card_inserted")
        speak = silence(card)
        with pytest.raises(CardSilent):
            await client.read("reader", 1)
        driver.set_card(card)
        speak.set()
        card.always = lambda apdu: None
        await events.until("driver_lost", "reader_added")
        await events.until_seen("card_inserted")
        assert trouble_of(events.seen[-1]) is None


async def test_a_probe_says_nothing_to_the_card(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver)) as (client, events, _):
        await events.until("card_inserted")
        await client.probe("reader", 1)
        assert (card.log, driver.only_reader.releases) == ([], 1)


@pytest.mark.parametrize("silent_before", [False, True])
async def test_a_reader_that_lets_nobody_at_a_silent_card_is_stuck(
    driver: DriverDouble, card: CardDouble, monkeypatch: pytest.MonkeyPatch, silent_before: bool
) -> None:
    async with running(serving(driver), SHORT_OF_PATIENCE) as (client, events, _):
        await events.until("card_inserted")
        if silent_before:
            silence(card)
            with pytest.raises(CardSilent):
                await client.read("reader", 1)
            await events.until("driver_lost", "card_inserted")
        monkeypatch.setattr(driver.only_reader, "connect", raising(CardBusy("somebody's")))
        with pytest.raises(ServiceStuck if silent_before else CardBusy):
            await client.probe("reader", 2)
        card.always = lambda apdu: None


def raising(error: DriverError) -> Callable[[], Any]:
    def connect() -> Any:
        raise error

    return connect


async def test_a_look_that_does_not_end_is_a_stuck_service(
    driver: DriverDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    thaw, watch = threading.Event(), driver.watch
    monkeypatch.setattr("drivers.worker.server.OVERDUE_SECONDS", 0.05)
    monkeypatch.setattr("drivers.monitor.WATCH_SECONDS", 0.05)
    monkeypatch.setattr(driver, "watch", lambda *arguments: (thaw.wait(10), watch(*arguments))[1])

    limits = replace(QUICK, ping_every=0.02, end=0.05, readers=0.5)
    async with running(serving(driver), limits) as (client, events, plugin):
        await events.until_seen("driver_lost")
        assert trouble_of(events.seen[-1]) is Trouble.SERVICE_STUCK
        assert plugin.launched[0].killed
        thaw.set()
        await events.until("driver_ready", "card_inserted")
        assert len(await client.readers()) == 1


async def test_readers_that_a_stuck_service_does_not_name(
    driver: DriverDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    thaw, watch = threading.Event(), driver.watch
    monkeypatch.setattr(driver, "watch", lambda *arguments: (thaw.wait(10), watch(*arguments))[1])

    async with running(serving(driver), replace(QUICK, ping_every=0.01, readers=0.3)) as (client, _, _):
        with pytest.raises(ServiceStuck):
            await client.readers()
        thaw.set()


class PollingDouble:
    """A driver that looks at its readers itself, with no service between."""

    name = "double"
    overdue = False

    def __init__(self) -> None:
        self.thaw = threading.Event()

    def watch(self, known: object, timeout: float) -> dict[str, ReaderState]:
        self.thaw.wait(10)
        return {}

    def wake(self) -> None: ...

    def reader(self, name: str) -> ReaderDouble:
        raise AssertionError("nobody reads")


async def test_where_no_service_is_between_it_is_the_reader_that_hangs() -> None:
    """In a look that ``watch`` does not wait for, and in a search that never names its readers."""
    driver = PollingDouble()

    async with running(serving(driver), replace(QUICK, ping_every=0.01, readers=0.3)) as (client, events, _):
        with pytest.raises(ReaderStuck):
            await client.readers()
        await events.until("driver_lost")
        driver.overdue = True
        await events.until_seen("driver_lost")
        assert trouble_of(events.seen[-1]) is Trouble.READER_STUCK
        driver.thaw.set()


async def test_a_worker_that_is_renewed_begins_with_what_is_there(driver: DriverDouble) -> None:
    async with running(serving(driver)) as (client, events, plugin):
        await events.until("card_inserted")
        await client.read("reader", 1)
        client.renew()
        await events.until("driver_lost", "driver_ready", "card_inserted")
        assert (len(plugin.launched), driver.only_reader.releases) == (2, 1)
        assert (await client.read("reader", 2)).tries_left == 3


async def test_a_worker_that_does_not_end_when_it_is_renewed_is_made_to() -> None:
    async with running(listens_only, replace(QUICK, end=0.05)) as (client, events, plugin):
        client.renew()
        await events.until("driver_lost")
        assert len(plugin.launched) >= 1
