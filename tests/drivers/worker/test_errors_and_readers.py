"""What a worker reports: errors with their place, readers, and what happens to them."""

from __future__ import annotations

import asyncio

import pytest

from drivers.errors import (
    CardAnswerError,
    DriverError,
    ReaderClaimed,
    ReaderFailed,
    ServiceNotRunning,
    UnsupportedCard,
    WorkerLost,
    place_of,
)
from drivers.events import ReaderEvent
from drivers.worker.client import (
    ReaderInfo,
    ReaderWorker,
    list_readers,
)
from tests.drivers.doubles import CardDouble, DriverDouble
from tests.drivers.workers import (
    QUICK,
    PluginDouble,
    running,
    serving,
)

pytestmark = pytest.mark.anyio


async def test_an_error_arrives_with_its_status_word_and_its_place(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver)) as (client, _, _):
        card.always = lambda apdu: (b"", 0x6985) if apdu[1] == 0xB0 else None
        with pytest.raises(CardAnswerError) as caught:
            await client.read("reader", 1)
        assert caught.value.sw == 0x6985
        assert place_of(caught.value) == "drivers.jpki:_capabilities_after_refusal"
        assert driver.only_reader.releases == 1
        card.always = lambda apdu: (b"", 0x6A82)
        with pytest.raises(UnsupportedCard):
            await client.read("reader", 1)


async def test_an_unexpected_error_loses_its_text_but_not_its_place(driver: DriverDouble, card: CardDouble) -> None:
    def fails(apdu: bytes) -> None:
        raise ValueError("PIN 1234")

    async with running(serving(driver)) as (client, _, _):
        card.always = fails
        with pytest.raises(WorkerLost) as caught:
            await client.read("reader", 1)
        assert "1234" not in str(caught.value)
        assert place_of(caught.value) == "drivers.worker.dialogues:send_and_receive"
        card.always = lambda apdu: None
        assert (await client.read("reader", 1)).tries_left == 3


async def test_readers_are_listed_as_soon_as_they_were_looked_at(driver: DriverDouble) -> None:
    async with running(serving(driver)) as (client, events, _):
        assert await client.readers() == [ReaderInfo("reader", "double", True)]
        driver.set_card(None)
        await events.until("driver_ready", "card_inserted", "card_removed")
        assert await client.readers() == [ReaderInfo("reader", "double", False)]
        assert [state.card_present for state in client.known.values()] == [False]


async def test_readers_can_be_listed_once(driver: DriverDouble) -> None:
    plugin = PluginDouble(serving(driver))
    assert await list_readers(plugin) == [ReaderInfo("reader", "double", True)]
    assert [process.gone.is_set() for process in plugin.launched] == [True]


@pytest.mark.parametrize("error", [ServiceNotRunning, ReaderClaimed, ReaderFailed])
async def test_no_reader_service(driver: DriverDouble, error: type[DriverError]) -> None:
    driver.fail(error("nothing to be had"))
    async with running(serving(driver)) as (client, events, _):
        with pytest.raises(error):
            await client.readers()
        await events.until("driver_lost")
        assert client.known == {}
        driver.fail(None)
        await events.until("driver_ready", "reader_added", "card_inserted")
        assert len(await client.readers()) == 1


async def test_a_listener_that_fails_does_not_harm_the_worker(driver: DriverDouble) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))

    def listener(event: ReaderEvent) -> None:
        raise RuntimeError("a bug above")

    client = ReaderWorker(PluginDouble(serving(driver)), limits=QUICK, on_event=listener)
    await client.start()
    assert (await client.read("reader", 1)).tries_left == 3
    await client.stop()
    assert complaints
