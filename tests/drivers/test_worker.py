"""A worker and its client: dialogues, holds, silence, death and replacement."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from drivers.connection import ReaderState
from drivers.errors import (
    BadCardData,
    CardAnswerError,
    CardBusy,
    CardRemoved,
    CardSilent,
    CommunicationFailed,
    DriverError,
    NoCard,
    ReaderClaimed,
    ReaderFailed,
    ReaderStuck,
    ServiceNotRunning,
    ServiceStuck,
    Trouble,
    UnsupportedCard,
    WorkerLost,
    place_of,
)
from drivers.events import ReaderEvent
from drivers.jpki import JpkiCard, PinResult
from drivers.pcsc import plugin as pcsc_plugin
from drivers.recording import MAX_RECORDING
from drivers.worker.client import (
    DEFAULT_LIMITS,
    CardRead,
    Limits,
    PinOutcome,
    Proof,
    ReaderInfo,
    ReaderWorker,
    list_readers,
)
from drivers.worker.link import WorkerLink
from drivers.worker.messages import Message, encode, receive
from drivers.worker.server import serve
from tests.drivers.told import trouble_of

if TYPE_CHECKING:
    from conftest import CardDouble, DriverDouble, Events, ReaderDouble

QUICK = replace(DEFAULT_LIMITS, first_pause=0.0, last_pause=0.01)
SHORT_OF_PATIENCE = replace(QUICK, read=0.05, prove=0.05, release=0.05, end=0.05)
SELECT = "00A4040C0AD392F000260100000001"
CHALLENGE = bytes(range(32))


class ThreadedProcess:
    """A worker in a thread; like a process it can be ended whatever its card does."""

    def __init__(self, work: Callable[[socket.socket], None]) -> None:
        self.socket, self.far = socket.socketpair()
        self.gone = threading.Event()
        self.killed = False
        threading.Thread(target=self._run, args=(work,), daemon=True).start()

    def _run(self, work: Callable[[socket.socket], None]) -> None:
        with self.far:
            work(self.far)
        self.gone.set()

    def kill(self) -> None:
        self.killed = True
        with contextlib.suppress(OSError):
            self.far.shutdown(socket.SHUT_RDWR)
        self.gone.set()

    def wait(self) -> None:
        self.gone.wait()


class ThreadPlugin:
    """Starts workers in threads, and remembers them."""

    name = "double"

    def __init__(self, work: Callable[[socket.socket], None]) -> None:
        self.work = work
        self.launched: list[ThreadedProcess] = []
        self.failures = 0

    def launch(self, options: Mapping[str, object]) -> ThreadedProcess:
        if self.failures:
            self.failures -= 1
            raise OSError("no more processes")
        self.launched.append(ThreadedProcess(self.work))
        return self.launched[-1]


Running = contextlib.AbstractAsyncContextManager[tuple[ReaderWorker, "Events", ThreadPlugin]]
Work = Callable[[socket.socket], None]


@pytest.fixture
def running(make_events: type[Events]) -> Callable[..., Running]:
    """A client whose workers do this work, its events and its plug-in."""

    @contextlib.asynccontextmanager
    async def start(work: Work, limits: Limits = QUICK) -> AsyncIterator[tuple[ReaderWorker, Events, ThreadPlugin]]:
        plugin, events = ThreadPlugin(work), make_events()
        client = ReaderWorker(plugin, limits=limits, on_event=events)
        await client.start()
        try:
            yield client, events, plugin
        finally:
            await client.stop()

    return start


def serving(driver: DriverDouble, hold_seconds: float = 60.0) -> Callable[[socket.socket], None]:
    return lambda sock: serve(driver, sock, hold_seconds=hold_seconds)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


async def in_thread(event: threading.Event) -> None:
    assert await asyncio.to_thread(event.wait, 10)


@pytest.fixture
def card(make_card: type[CardDouble]) -> CardDouble:
    return make_card()


@pytest.fixture
def driver(make_driver: type[DriverDouble], card: CardDouble) -> DriverDouble:
    return make_driver(card)


# -- dialogues -------------------------------------------------------------------------------------------


def test_read_brings_certificate_tries_and_effort(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            read = await client.read("reader", 1)
            assert read == CardRead(card.certificate, 3, 4, read.card_seconds)
            assert 0 < read.card_seconds < 10
            assert card.transactions == 0

    run(test)


def test_the_certificate_is_handed_up_while_the_card_is_still_busy(
    running: Any, driver: DriverDouble, card: CardDouble
) -> None:
    handed: list[bytes] = []
    arrived = threading.Event()

    def wait_before_the_tries(apdu: bytes) -> None:
        if apdu.hex() == "00200098":
            assert arrived.wait(10)

    def take(certificate: bytes) -> None:
        handed.append(certificate)
        arrived.set()

    async def test() -> None:
        card.always = wait_before_the_tries
        async with running(serving(driver)) as (client, _, _):
            read = await client.read("reader", 1, on_certificate=take)
            assert (handed, read.certificate, read.tries_left) == ([card.certificate], card.certificate, 3)

    run(test)


def test_the_longest_recording_is_handed_over(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    card.always = lambda apdu: (bytes(255) if apdu[1] == 0xC0 else b"", 0x61FF)

    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            with pytest.raises(BadCardData, match="too long to be recorded"):
                await client.read("reader", 1, record=True)
            steps = await client.recording("reader", 1)
            assert MAX_RECORDING * 0.9 < sum(step.size for step in steps) <= MAX_RECORDING

    run(test)


def test_prove_after_a_held_read_makes_six_commands_in_one_transaction(
    running: Any, driver: DriverDouble, card: CardDouble
) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            read = await client.read("reader", 1, hold=True)
            assert card.transactions == 1
            proof = await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
            assert (proof.outcome, proof.tries_left, len(proof.signature or b"")) == (PinOutcome.RIGHT, 3, 256)
            assert (read.apdus, proof.apdus, len(card.log)) == (4, 2, 6)
            assert card.transactions == 0

    run(test)


def test_a_card_that_was_let_go_costs_one_more_select(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            await client.read("reader", 1)
            proof = await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
            assert (proof.outcome, proof.apdus, len(card.log)) == (PinOutcome.RIGHT, 3, 7)
            assert [command[:8] for command in card.log[4:]] == [SELECT[:8], "00200098", "802A0097"]
            assert card.verifies == ["002000980431323334"]

    run(test)


def test_a_card_that_was_let_go_without_short_ids(
    running: Any, make_driver: type[DriverDouble], make_card: type[CardDouble]
) -> None:
    card = make_card(short_ids=frozenset())

    async def test() -> None:
        async with running(serving(make_driver(card))) as (client, _, _):
            await client.read("reader", 1)
            card.log.clear()
            assert (await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))).apdus == 5
            assert card.log[:4] == [SELECT, "00A4020C020018", "002000800431323334", "00A4020C020017"]
            assert card.log[4].startswith("802A0080")

    run(test)


def test_a_hold_ends_by_itself(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    ended = threading.Event()
    card.on_end = ended.set

    async def test() -> None:
        async with running(serving(driver, hold_seconds=0.01)) as (client, _, _):
            await client.read("reader", 1, hold=True)
            await in_thread(ended)
            assert (await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))).apdus == 3

    run(test)


def test_a_removal_ends_a_hold_and_drops_the_connection(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    ended = threading.Event()
    card.on_end = ended.set

    async def test() -> None:
        async with running(serving(driver)) as (client, events, _):
            await client.read("reader", 1, hold=True)
            driver.set_card(None)
            await events.until("card_removed")
            await in_thread(ended)
            with pytest.raises(NoCard):
                await client.read("reader", 1)
            assert driver.desk.releases >= 1

    run(test)


@pytest.mark.parametrize("pin", [b"1234", b"9999", b"12345", b""])
def test_the_pin_is_zeroed_whatever_becomes_of_it(running: Any, driver: DriverDouble, pin: bytes) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            await client.read("reader", 1)
            buffer = bytearray(pin)
            await client.prove("reader", 1, CHALLENGE, buffer)
            assert buffer == bytes(len(pin))
            await client.stop()
            buffer = bytearray(pin)
            with contextlib.suppress(WorkerLost):
                await client.prove("reader", 1, CHALLENGE, buffer)
            assert buffer == bytes(len(pin))

    run(test)


def test_a_malformed_pin_goes_nowhere(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            proof = await client.prove("reader", 1, CHALLENGE, bytearray(b"12a4"))
            assert proof == Proof(PinOutcome.MALFORMED, None, None, 0, 0.0)
            assert card.log == []

    run(test)


def test_wrong_pins_then_the_last_try(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            await client.read("reader", 1)
            outcomes = []
            for allow in (False, False, False, True, True):
                proof = await client.prove("reader", 1, CHALLENGE, bytearray(b"9999"), allow_last_try=allow)
                outcomes.append((proof.outcome.value, proof.tries_left, proof.apdus))
                assert proof.signature is None
            assert outcomes[:3] == [("wrong", 2, 2), ("wrong", 1, 2), ("last_try", 1, 0)]
            assert outcomes[3:] == [("blocked", 0, 2), ("blocked", 0, 0)]
            assert len(card.verifies) == 3
            assert card.transactions == 0

    run(test)


def test_a_right_pin_does_not_outlive_its_signature(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            await client.read("reader", 1)
            await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
            await client.release("reader", 1)
            assert driver.desk.releases == 2
            assert not card.verified

    run(test)


def test_release_of_an_empty_reader_is_no_error(running: Any, driver: DriverDouble) -> None:
    async def test() -> None:
        driver.set_card(None)
        async with running(serving(driver)) as (client, _, _):
            await client.release("reader", 1)

    run(test)


def test_a_link_fault_in_verify_is_reported_and_nothing_is_sent_again(
    running: Any, driver: DriverDouble, card: CardDouble
) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            await client.read("reader", 1)
            card.answers = {5: CommunicationFailed("link")}
            for _ in range(2):
                with pytest.raises(CommunicationFailed):
                    await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
            assert len(card.verifies) == 1
            assert (await client.read("reader", 1)).tries_left == 3

    run(test)


# -- the PIN is for the card that was read ---------------------------------------------------------------


@pytest.mark.parametrize("hold", [False, True], ids=["let go", "held"])
@pytest.mark.parametrize("seen", [False, True], ids=["at once", "after the event"])
def test_another_card_than_the_one_that_was_read_gets_nothing(
    running: Any, driver: DriverDouble, card: CardDouble, make_card: type[CardDouble], hold: bool, seen: bool
) -> None:
    async def test() -> None:
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
            assert driver.desk.connection is None

    run(test)


def test_a_card_that_was_away_must_be_read_again(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
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

    run(test)


def test_a_prove_without_a_card(running: Any, driver: DriverDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            await client.read("reader", 1)
            driver.set_card(None)
            with pytest.raises(NoCard):
                await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))

    run(test)


def test_without_a_read_nothing_is_sent(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            with pytest.raises(CommunicationFailed):
                await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
            assert card.log == []
            assert driver.desk.releases == 1

    run(test)


@pytest.mark.parametrize("hold", [False, True], ids=["let go", "held"])
def test_a_read_of_another_visit_is_none(running: Any, driver: DriverDouble, card: CardDouble, hold: bool) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            await client.read("reader", 1, hold=hold)
            with pytest.raises(CommunicationFailed):
                await client.prove("reader", 2, CHALLENGE, bytearray(b"1234"))
            assert len(card.log) == 4
            assert (driver.desk.releases, card.transactions) == (1, 0)

    run(test)


def test_a_dialogue_that_failed_tells_its_effort_too(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
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

    run(test)


def test_a_read_that_failed_is_none(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            await client.read("reader", 1)
            card.answers = {7: (b"", 0x6F00)}
            with pytest.raises(CardAnswerError):
                await client.read("reader", 1)
            with pytest.raises(CommunicationFailed):
                await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
            assert card.verifies == []

    run(test)


@pytest.mark.parametrize("end", ["release", "right"])
def test_a_read_does_not_outlive_its_visit(running: Any, driver: DriverDouble, card: CardDouble, end: str) -> None:
    async def test() -> None:
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

    run(test)


def test_after_a_reset_by_another_program_the_tries_are_asked_for_again(
    running: Any, driver: DriverDouble, card: CardDouble
) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            await client.read("reader", 1)
            card.tries = 1
            card.reset()
            proof = await client.prove("reader", 1, CHALLENGE, bytearray(b"9999"))
            assert (proof.outcome, proof.tries_left, card.log[4:]) == (PinOutcome.LAST_TRY, 1, [SELECT, "00200098"])
            proof = await client.prove("reader", 1, CHALLENGE, bytearray(b"9999"))
            assert (proof.outcome, proof.apdus) == (PinOutcome.LAST_TRY, 0)

    run(test)


def test_tries_that_no_answer_told_are_asked_for_again(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            await client.read("reader", 1)
            card.answers = {5: (b"", 0x6300)}
            proof = await client.prove("reader", 1, CHALLENGE, bytearray(b"9999"))
            assert (proof.outcome, proof.tries_left) == (PinOutcome.WRONG, None)
            assert (await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))).apdus == 4
            assert card.log[6:8] == [SELECT, "00200098"]

    run(test)


# -- errors ----------------------------------------------------------------------------------------------


def test_an_error_arrives_with_its_status_word_and_its_place(
    running: Any, driver: DriverDouble, card: CardDouble
) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            card.always = lambda apdu: (b"", 0x6985) if apdu[1] == 0xB0 else None
            with pytest.raises(CardAnswerError) as caught:
                await client.read("reader", 1)
            assert caught.value.sw == 0x6985
            assert place_of(caught.value) == "drivers.jpki:_capabilities_after_refusal"
            assert driver.desk.releases == 1
            card.always = lambda apdu: (b"", 0x6A82)
            with pytest.raises(UnsupportedCard):
                await client.read("reader", 1)

    run(test)


def test_an_unexpected_error_loses_its_text_but_not_its_place(
    running: Any, driver: DriverDouble, card: CardDouble
) -> None:
    def fails(apdu: bytes) -> None:
        raise ValueError("PIN 1234")

    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            card.always = fails
            with pytest.raises(WorkerLost) as caught:
                await client.read("reader", 1)
            assert "1234" not in str(caught.value)
            assert place_of(caught.value) == "drivers.worker.dialogues:send_and_receive"
            card.always = lambda apdu: None
            assert (await client.read("reader", 1)).tries_left == 3

    run(test)


# -- readers and events ----------------------------------------------------------------------------------


def test_readers_are_listed_as_soon_as_they_were_looked_at(running: Any, driver: DriverDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, events, _):
            assert await client.readers() == [ReaderInfo("reader", "double", True)]
            driver.set_card(None)
            await events.until("driver_ready", "card_inserted", "card_removed")
            assert await client.readers() == [ReaderInfo("reader", "double", False)]
            assert [state.card_present for state in client.known.values()] == [False]

    run(test)


def test_readers_can_be_listed_once(driver: DriverDouble) -> None:
    plugin = ThreadPlugin(serving(driver))
    assert asyncio.run(list_readers(plugin)) == [ReaderInfo("reader", "double", True)]
    assert [process.gone.is_set() for process in plugin.launched] == [True]


@pytest.mark.parametrize("error", [ServiceNotRunning, ReaderClaimed, ReaderFailed])
def test_no_reader_service(running: Any, driver: DriverDouble, error: type[DriverError]) -> None:
    async def test() -> None:
        driver.fail(error("nothing to be had"))
        async with running(serving(driver)) as (client, events, _):
            with pytest.raises(error):
                await client.readers()
            await events.until("driver_lost")
            assert client.known == {}
            driver.fail(None)
            await events.until("driver_ready", "reader_added", "card_inserted")
            assert len(await client.readers()) == 1

    run(test)


def test_a_listener_that_fails_does_not_harm_the_worker(driver: DriverDouble) -> None:
    async def test() -> None:
        complaints: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))

        def listener(event: ReaderEvent) -> None:
            raise RuntimeError("a bug above")

        client = ReaderWorker(ThreadPlugin(serving(driver)), limits=QUICK, on_event=listener)
        await client.start()
        assert (await client.read("reader", 1)).tries_left == 3
        await client.stop()
        assert complaints

    run(test)


# -- silence and death -----------------------------------------------------------------------------------


def silence(card: CardDouble) -> threading.Event:
    """Let the card never answer READ BINARY, until the event is set."""
    speak = threading.Event()
    card.always = lambda apdu: (speak.wait(10), None)[1] if apdu[1] == 0xB0 else None
    return speak


def test_a_silent_card_costs_its_worker_and_the_next_one_begins_with_what_is_there(
    running: Any, driver: DriverDouble, card: CardDouble
) -> None:
    async def test() -> None:
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

    run(test)


def test_a_card_that_was_moved_since_comes_without_a_past(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
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

    run(test)


def test_a_probe_says_nothing_to_the_card(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, events, _):
            await events.until("card_inserted")
            await client.probe("reader", 1)
            assert (card.log, driver.desk.releases) == ([], 1)

    run(test)


@pytest.mark.parametrize("silent_before", [False, True])
def test_a_reader_that_lets_nobody_at_a_silent_card_is_stuck(
    running: Any, driver: DriverDouble, card: CardDouble, monkeypatch: pytest.MonkeyPatch, silent_before: bool
) -> None:
    async def test() -> None:
        async with running(serving(driver), SHORT_OF_PATIENCE) as (client, events, _):
            await events.until("card_inserted")
            if silent_before:
                silence(card)
                with pytest.raises(CardSilent):
                    await client.read("reader", 1)
                await events.until("driver_lost", "card_inserted")
            monkeypatch.setattr(driver.desk, "connect", raising(CardBusy("somebody's")))
            with pytest.raises(ServiceStuck if silent_before else CardBusy):
                await client.probe("reader", 2)
            card.always = lambda apdu: None

    run(test)


def raising(error: DriverError) -> Callable[[], Any]:
    def connect() -> Any:
        raise error

    return connect


def test_a_look_that_does_not_end_is_a_stuck_service(
    running: Any, driver: DriverDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    thaw, watch = threading.Event(), driver.watch
    monkeypatch.setattr("drivers.worker.server.OVERDUE_SECONDS", 0.05)
    monkeypatch.setattr("drivers.monitor.WATCH_SECONDS", 0.05)
    monkeypatch.setattr(driver, "watch", lambda *arguments: (thaw.wait(10), watch(*arguments))[1])

    async def test() -> None:
        limits = replace(QUICK, ping_every=0.02, end=0.05, readers=0.5)
        async with running(serving(driver), limits) as (client, events, plugin):
            await events.until_seen("driver_lost")
            assert trouble_of(events.seen[-1]) is Trouble.SERVICE_STUCK
            assert plugin.launched[0].killed
            thaw.set()
            await events.until("driver_ready", "card_inserted")
            assert len(await client.readers()) == 1

    run(test)


def test_readers_that_a_stuck_service_does_not_name(
    running: Any, driver: DriverDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    thaw, watch = threading.Event(), driver.watch
    monkeypatch.setattr(driver, "watch", lambda *arguments: (thaw.wait(10), watch(*arguments))[1])

    async def test() -> None:
        async with running(serving(driver), replace(QUICK, ping_every=0.01, readers=0.3)) as (client, _, _):
            with pytest.raises(ServiceStuck):
                await client.readers()
            thaw.set()

    run(test)


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


def test_where_no_service_is_between_it_is_the_reader_that_hangs(running: Any) -> None:
    """In a look that ``watch`` does not wait for, and in a search that never names its readers."""
    driver = PollingDouble()

    async def test() -> None:
        async with running(serving(driver), replace(QUICK, ping_every=0.01, readers=0.3)) as (client, events, _):
            with pytest.raises(ReaderStuck):
                await client.readers()
            await events.until("driver_lost")
            driver.overdue = True
            await events.until_seen("driver_lost")
            assert trouble_of(events.seen[-1]) is Trouble.READER_STUCK
            driver.thaw.set()

    run(test)


def test_a_worker_that_is_renewed_begins_with_what_is_there(running: Any, driver: DriverDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, events, plugin):
            await events.until("card_inserted")
            await client.read("reader", 1)
            client.renew()
            await events.until("driver_lost", "driver_ready", "card_inserted")
            assert (len(plugin.launched), driver.desk.releases) == (2, 1)
            assert (await client.read("reader", 2)).tries_left == 3

    run(test)


def test_a_worker_that_does_not_end_when_it_is_renewed_is_made_to(running: Any) -> None:
    async def test() -> None:
        async with running(listens_only, replace(QUICK, end=0.05)) as (client, events, plugin):
            client.renew()
            await events.until("driver_lost")
            assert len(plugin.launched) >= 1

    run(test)


@contextlib.contextmanager
def served(driver: DriverDouble) -> Iterator[socket.socket]:
    """The bare socket of a worker."""
    near, far = socket.socketpair()
    near.settimeout(10)
    thread = threading.Thread(target=serve, args=(driver, far))
    thread.start()
    with near:
        yield near
    thread.join(10)
    assert not thread.is_alive()


def answer(sock: socket.socket) -> Message:
    """The next message that is no event."""
    while (message := receive(sock)) is not None:
        if "event" not in message.header:
            return message
    raise AssertionError("the worker hung up")


def test_pings_are_answered_while_a_card_is_silent(driver: DriverDouble, card: CardDouble) -> None:
    speak = silence(card)
    with served(driver) as sock:
        sock.sendall(encode({"ask": "read", "id": 1, "visit": 7, "reader": "reader"}))
        for number in (2, 3):
            sock.sendall(encode({"ask": "ping", "id": number, "visit": 7}))
            assert answer(sock).header == {"id": number, "visit": 7, "stuck": "service_stuck"}
        speak.set()
        read = answer(sock)
        assert (read.integer("id"), read.integer("visit"), bytes(read.body)) == (1, 7, card.certificate)


def test_readers_that_were_not_looked_at_yet_are_waited_for(
    driver: DriverDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for, watch = threading.Event(), driver.watch
    monkeypatch.setattr(driver, "watch", lambda *arguments: (asked_for.wait(10), watch(*arguments))[1])
    with served(driver) as sock:
        sock.sendall(encode({"ask": "readers", "id": 1}))
        sock.sendall(encode({"ask": "ping", "id": 2}))
        assert answer(sock).header["id"] == 2
        asked_for.set()
        assert answer(sock).header["readers"] == [{"name": "reader", "card": True, "trouble": None}]


def test_a_pin_in_a_request_is_wiped_by_the_worker(
    driver: DriverDouble, card: CardDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Message | None] = []

    def take(sock: socket.socket) -> Message | None:
        taken.append(receive(sock))
        return taken[-1]

    monkeypatch.setattr("drivers.worker.server.receive", take)
    with served(driver) as sock:
        sock.sendall(encode({"ask": "read", "id": 1, "reader": "reader"}))
        sock.sendall(encode({"ask": "prove", "id": 2, "reader": "reader", "challenge": 32}, CHALLENGE, b"1234"))
        assert "error" not in answer(sock).header
        assert answer(sock).header["outcome"] == "right"
    assert taken[1] is not None
    assert taken[1].body == bytes(36)


@pytest.mark.parametrize("speaks", [True, False])
def test_the_pin_that_the_card_was_sent_is_wiped_whatever_came_of_it(
    running: Any, driver: DriverDouble, monkeypatch: pytest.MonkeyPatch, speaks: bool
) -> None:
    sent: list[bytearray] = []

    def verify(self: JpkiCard, pin: bytearray, *, allow_last_try: bool) -> PinResult:
        sent.append(pin)
        if not speaks:
            raise CommunicationFailed("the link broke")
        return PinResult(PinOutcome.WRONG, 2)

    monkeypatch.setattr(JpkiCard, "verify_pin", verify)

    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            await client.read("reader", 1)
            with nullcontext() if speaks else pytest.raises(CommunicationFailed):
                await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))

    run(test)
    assert sent == [bytearray(4)]


def test_others_who_wait_learn_that_the_worker_is_lost(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
        async with running(serving(driver), replace(QUICK, read=60.0, release=0.05, end=0.05)) as (client, _, _):
            speak = silence(card)
            results = await asyncio.gather(
                client.read("reader", 1), client.release("reader", 1), return_exceptions=True
            )
            assert [type(result) for result in results] == [WorkerLost, CardSilent]
            speak.set()

    run(test)


def test_a_dialogue_that_is_cancelled_leaves_the_worker_alone(
    running: Any, driver: DriverDouble, card: CardDouble
) -> None:
    async def test() -> None:
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

    run(test)


def listens_only(sock: socket.socket) -> None:
    """A worker that takes every message and never answers."""
    while receive(sock) is not None:
        pass


def test_a_worker_that_answers_no_ping_is_replaced(running: Any) -> None:
    async def test() -> None:
        limits = replace(QUICK, ping_every=0.01, ping=0.05)
        async with running(listens_only, limits) as (_, events, plugin):
            await events.until("driver_lost", "driver_lost")
            assert plugin.launched[0].killed

    run(test)


def test_a_worker_that_does_not_name_its_readers_is_replaced(running: Any) -> None:
    async def test() -> None:
        async with running(listens_only, replace(QUICK, readers=0.05)) as (client, events, _):
            with pytest.raises(WorkerLost):
                await client.readers()
            await events.until("driver_lost")

    run(test)


def test_a_worker_that_does_not_read_is_replaced(running: Any) -> None:
    stay = threading.Event()

    async def test() -> None:
        async with running(lambda sock: (stay.wait(10), None)[1], QUICK) as (client, events, _):
            with pytest.raises(WorkerLost):
                for _ in range(20):
                    with pytest.raises(TimeoutError):
                        async with asyncio.timeout(0):
                            await client.prove("reader", 1, bytes(60_000), bytearray(b"1234"))
            await events.until("driver_lost")
            stay.set()

    run(test)


@pytest.mark.parametrize(
    "frame",
    [
        b"\xff" * 8,
        b"\x00\x00\x00\x01\x00\x00\x00\x00x",
        encode({"event": "party"}),
        encode({"id": "one"}),
        encode({"event": "reader_added", "driver": "pcsc", "reader": "\ud800"}),
    ],
    ids=["too long", "no JSON", "no event", "no number", "no text"],
)
def test_a_worker_that_breaks_the_protocol_is_replaced(running: Any, frame: bytes) -> None:
    def talks_nonsense(sock: socket.socket) -> None:
        sock.sendall(frame)
        listens_only(sock)

    async def test() -> None:
        async with running(talks_nonsense) as (_, events, plugin):
            await events.until("driver_lost")
            assert plugin.launched[0].killed

    run(test)


@pytest.mark.parametrize(
    "answer",
    [
        {"outcome": "perhaps"},
        {"outcome": "right", "apdus": "many"},
        {"outcome": "right", "card_seconds": 1},
        {"outcome": "right", "card_seconds": float("nan")},
        {"outcome": "right", "card_seconds": float("inf")},
        {"error": "card_busy", "message": "\ud800"},
        {"error": "card_busy", "apdus": "many"},
        {"error": "card_busy", "card_seconds": -1.0},
    ],
)
def test_a_worker_that_answers_nonsense_is_replaced(running: Any, answer: dict[str, object]) -> None:
    def answers_nonsense(sock: socket.socket) -> None:
        while (message := receive(sock)) is not None:
            sock.sendall(encode({"id": message.integer("id"), "visit": message.integer("visit"), **answer}))

    async def test() -> None:
        async with running(answers_nonsense) as (client, events, _):
            with pytest.raises(WorkerLost, match="nonsense"):
                await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
            await events.until("driver_lost")

    run(test)


def test_a_worker_whose_pings_are_answered_with_nonsense_is_replaced(running: Any) -> None:
    def answers_nonsense(sock: socket.socket) -> None:
        while (message := receive(sock)) is not None:
            sock.sendall(encode({"id": message.integer("id"), "visit": 0, "stuck": 5}))

    async def test() -> None:
        async with running(answers_nonsense, replace(QUICK, ping_every=0.01)) as (_, events, plugin):
            await events.until("driver_lost")
            assert plugin.launched[0].killed

    run(test)


@pytest.mark.parametrize(
    "listed", [None, "reader", ["reader"], [{"name": 1}], [{"name": "reader\udfff", "card": True}]]
)
def test_a_list_of_readers_is_checked(running: Any, listed: object) -> None:
    def lists(sock: socket.socket) -> None:
        while (message := receive(sock)) is not None:
            sock.sendall(encode({"id": message.integer("id"), "readers": listed}))

    async def test() -> None:
        async with running(lists) as (client, _, _):
            with pytest.raises(WorkerLost, match="nonsense"):
                await client.readers()

    run(test)


def test_an_answer_of_another_visit_is_dropped(running: Any) -> None:
    def of_yesterday(sock: socket.socket) -> None:
        while (message := receive(sock)) is not None:
            sock.sendall(encode({"id": message.integer("id"), "visit": message.integer("visit") - 1}))

    async def test() -> None:
        async with running(of_yesterday, SHORT_OF_PATIENCE) as (client, _, _):
            with pytest.raises(CardSilent):
                await client.release("reader", 7)

    run(test)


def test_a_worker_is_replaced_though_something_else_has_taken_every_thread(running: Any, driver: DriverDouble) -> None:
    hangs = threading.Event()

    async def test() -> None:
        async with running(serving(driver)) as (client, events, plugin):
            await events.until("card_inserted")
            for _ in range(64):
                asyncio.get_running_loop().run_in_executor(None, hangs.wait, 20)
            client.restart()
            await events.until("driver_lost")
            await events.until("card_inserted")
            assert len(plugin.launched) == 2
            hangs.set()

    try:
        run(test)
    finally:
        hangs.set()


def test_a_worker_that_cannot_be_started_is_tried_again(driver: DriverDouble, make_events: type[Events]) -> None:
    async def test() -> None:
        plugin, events = ThreadPlugin(serving(driver)), make_events()
        plugin.failures = 3
        client = ReaderWorker(plugin, limits=QUICK, on_event=events)
        await client.start()
        with pytest.raises(WorkerLost):
            await client.read("reader", 1)
        await events.until("driver_lost", "driver_lost", "driver_lost", "driver_ready")
        await client.stop()

    run(test)


def test_a_client_that_was_stopped_asks_nobody(running: Any, driver: DriverDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, _):
            await client.stop()
            with pytest.raises(WorkerLost):
                await client.read("reader", 1)

    run(test)


def test_a_worker_that_ended_unseen_takes_no_question(running: Any) -> None:
    async def test() -> None:
        async with running(lambda sock: None) as (client, events, plugin):
            plugin.launched[0].gone.wait(10)
            with pytest.raises(WorkerLost):
                await client.read("reader", 1)
            await events.until("driver_lost")

    run(test)


def test_a_worker_that_ends_inside_a_frame_is_lost(running: Any) -> None:
    async def test() -> None:
        async with running(lambda sock: sock.sendall(encode({}, b"body")[:-1])) as (_, events, _):
            await events.until("driver_lost", "driver_lost")

    run(test)


def test_a_worker_that_does_not_end_when_hung_up_on_is_made_to(running: Any) -> None:
    stay = threading.Event()

    async def test() -> None:
        async with running(lambda sock: (stay.wait(10), None)[1], replace(QUICK, end=0.01)) as (client, _, plugin):
            await client.stop()
            assert plugin.launched[0].killed
        stay.set()

    run(test)


def test_a_link_that_was_ended_takes_no_question(driver: DriverDouble) -> None:
    async def test() -> None:
        link = WorkerLink(ThreadedProcess(serving(driver)), QUICK, lambda event: None)
        link.kill()
        link.kill()
        with pytest.raises(WorkerLost):
            await link.ask("ping", 5.0)
        await link.reap()

    run(test)


# -- the server's own end --------------------------------------------------------------------------------


def test_at_the_clients_end_every_card_is_released(running: Any, driver: DriverDouble, card: CardDouble) -> None:
    async def test() -> None:
        async with running(serving(driver)) as (client, _, plugin):
            await client.read("reader", 1, hold=True)
            await client.stop()
            assert plugin.launched[0].gone.is_set()
            assert not plugin.launched[0].killed
            assert (driver.desk.releases, card.transactions) == (1, 0)

    run(test)


@pytest.mark.parametrize("frame", [b"\xff" * 8, encode({"ask": "dance"}), encode({"ask": 1})])
def test_a_client_that_breaks_the_protocol_is_left(driver: DriverDouble, frame: bytes) -> None:
    near, far = socket.socketpair()
    with near:
        near.sendall(frame)
        serve(driver, far)
        assert far.fileno() == -1


def test_a_monitor_that_fails_ends_the_worker(driver: DriverDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(known: object, timeout: float) -> dict[str, object]:
        raise KeyError("a bug")

    monkeypatch.setattr(driver, "watch", fails)
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    near, far = socket.socketpair()
    with near:
        serve(driver, far)
        assert far.fileno() == -1


# -- a process of its own --------------------------------------------------------------------------------


@pytest.fixture
def no_pcscd(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "nobody"))


@pytest.mark.usefixtures("no_pcscd")
def test_a_spawned_worker_without_pcscd_says_so() -> None:
    with pytest.raises(ServiceNotRunning):
        asyncio.run(list_readers(pcsc_plugin, limits=replace(DEFAULT_LIMITS, readers=60.0, ping=60.0)))


def asked(sock: socket.socket) -> None:
    """Wait until the worker answers, so that it is fully up."""
    sock.sendall(encode({"ask": "ping", "id": 1}))
    sock.settimeout(60)
    while (message := receive(sock)) is not None and "event" in message.header:
        pass


@pytest.mark.usefixtures("no_pcscd")
@pytest.mark.skipif(os.geteuid() != 0, reason="a process that is not dumpable shows its descriptors to root only")
def test_a_spawned_worker_has_only_what_it_needs() -> None:
    with open(os.devnull) as _secret:
        process = pcsc_plugin.launch({})
        asked(process.socket)
        folder = Path("/proc") / str(process.process.pid)
        status = dict(line.split(":\t", 1) for line in (folder / "status").read_text().splitlines() if ":\t" in line)
        assert int(status["SigIgn"], 16) >> (signal.SIGINT - 1) & 1
        limits = (folder / "limits").read_text()
        assert [line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core")] == [["0", "0"]]
        sockets = [os.readlink(fd) for fd in (folder / "fd").iterdir() if int(fd.name) > 2]
        assert len([target for target in sockets if target.startswith("socket")]) == 1
        assert os.devnull not in sockets
    with process.socket:
        pass
    assert process.wait() == 0


@pytest.mark.usefixtures("no_pcscd")
def test_a_spawned_worker_ends_politely_on_sigterm() -> None:
    process = pcsc_plugin.launch({})
    with process.socket:
        asked(process.socket)
        process.process.send_signal(signal.SIGTERM)
        assert process.wait() == 0


@pytest.mark.usefixtures("no_pcscd")
def test_a_spawned_worker_can_be_ended_at_once() -> None:
    process = pcsc_plugin.launch({})
    with process.socket:
        process.kill()
        assert process.wait() == -signal.SIGKILL


@pytest.mark.usefixtures("no_pcscd")
def test_a_spawned_worker_ends_with_its_service() -> None:
    script = "from drivers.pcsc import plugin; print(plugin.launch({}).process.pid, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as service:
        assert service.stdout is not None
        worker = os.pidfd_open(int(service.stdout.readline()))
        service.kill()
    assert select.select([worker], [], [], 60)[0] == [worker]
    os.close(worker)
