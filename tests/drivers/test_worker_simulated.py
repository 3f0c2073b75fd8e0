"""The worker on simulated readers: the PIN is for the very card that was read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from drivers.errors import CardRemoved, CardWithoutPin, CertificateProtected, CommunicationFailed
from drivers.jpki import PinOutcome
from drivers.worker.client import ReaderWorker
from kiosk.identity import signature_is_valid
from simulators.driver import READER_NAME
from simulators.issuing import android_token, card_without_pin, issue_ten_years, next_card
from simulators.pki import next_authority
from simulators.profiles import NEXT_CARD_FILE
from simulators.readers import SimulatorPlugin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simulators.card import JpkiCardSimulator
    from simulators.pytest_plugin import Authorities
    from tests.drivers.doubles import Events

pytestmark = pytest.mark.anyio

MakeCard = Callable[..., "JpkiCardSimulator"]
CHALLENGE = bytes(range(32))


@pytest.mark.parametrize("hold", [False, True], ids=["let go", "held"])
async def test_another_card_than_the_one_that_was_read_gets_nothing(
    card: MakeCard, make_events: type[Events], hold: bool
) -> None:
    plugin, events, other = SimulatorPlugin(), make_events(), card()
    client = ReaderWorker(plugin, on_event=events)
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


async def test_a_visit_that_let_the_card_go_takes_seven_commands(card: MakeCard, make_events: type[Events]) -> None:
    plugin, events = SimulatorPlugin(), make_events()
    client = ReaderWorker(plugin, on_event=events)
    await client.start()
    plugin.readers.put(card())
    await events.until("card_inserted")
    read = await client.read(READER_NAME, 1)
    wrong = await client.prove(READER_NAME, 1, CHALLENGE, bytearray(b"9999"))
    right = await client.prove(READER_NAME, 1, CHALLENGE, bytearray(b"1234"))
    assert (read.apdus, wrong.apdus, right.apdus) == (4, 2, 3)
    assert (wrong.outcome, right.outcome) == (PinOutcome.WRONG, PinOutcome.RIGHT)
    await client.stop()


@asynccontextmanager
async def lying_there(
    card: JpkiCardSimulator, events: Events, options: dict[str, object] | None = None
) -> AsyncIterator[ReaderWorker]:
    plugin = SimulatorPlugin()
    client = ReaderWorker(plugin, options=options, on_event=events)
    await client.start()
    plugin.readers.put(card)
    await events.until("card_inserted")
    try:
        yield client
    finally:
        await client.stop()


@pytest.mark.parametrize("hold", [False, True], ids=["let go", "held"])
async def test_the_next_card_signs_with_ecdsa(authorities: Authorities, make_events: type[Events], hold: bool) -> None:
    authority = next_authority(authorities.now)
    issued = issue_ten_years(authority, authorities.now)
    tested = next_card(authority, authorities.now, issued)
    options: dict[str, object] = {"profiles": [str(NEXT_CARD_FILE)]}
    async with lying_there(tested, make_events(), options) as client:
        read = await client.read(READER_NAME, 1, hold=hold)
        proof = await client.prove(READER_NAME, 1, CHALLENGE, bytearray(b"1234"))
    assert (read.certificate, read.tries_left, proof.outcome) == (issued.der, 3, PinOutcome.RIGHT)
    assert proof.signature is not None
    assert signature_is_valid(issued.certificate, CHALLENGE, proof.signature)


async def test_a_phone_without_permission_is_never_sent_a_pin(
    authorities: Authorities, make_events: type[Events]
) -> None:
    phone = android_token(authorities.user, authorities.now)
    async with lying_there(phone, make_events()) as client:
        with pytest.raises(CertificateProtected):
            await client.read(READER_NAME, 1)
        with pytest.raises(CommunicationFailed):
            await client.prove(READER_NAME, 1, CHALLENGE, bytearray(b"1234"))
    assert all(exchange.ins != 0x20 for exchange in phone.apdu_log)


@pytest.mark.parametrize("hold", [False, True], ids=["let go", "held"])
async def test_a_phone_with_permission_shows_its_certificate_after_the_pin(
    authorities: Authorities, make_events: type[Events], hold: bool
) -> None:
    issued = authorities.user.issue()
    phone = android_token(authorities.user, authorities.now, issued)
    async with lying_there(phone, make_events()) as client:
        read = await client.read(READER_NAME, 1, hold=hold, pin_before_certificate=True)
        assert (read.certificate, read.tries_left) == (b"", 3)
        wrong = await client.prove(READER_NAME, 1, CHALLENGE, bytearray(b"9999"))
        assert (wrong.outcome, wrong.tries_left, wrong.certificate) == (PinOutcome.WRONG, 2, None)
        right = await client.prove(READER_NAME, 1, CHALLENGE, bytearray(b"1234"))
    assert (right.outcome, right.certificate) == (PinOutcome.RIGHT, issued.der)
    assert right.signature is not None
    assert signature_is_valid(issued.certificate, CHALLENGE, right.signature)
    sent = [exchange.ins for exchange in phone.apdu_log]
    # One transaction: SELECT, VERIFY, READ (in two), signature.
    assert sent[-5:] == [0xA4, 0x20, 0xB0, 0xB0, 0x2A]


async def test_a_card_without_a_pin_is_read_and_never_sent_one(
    authorities: Authorities, make_events: type[Events]
) -> None:
    tested = card_without_pin(authorities.user, authorities.now)
    async with lying_there(tested, make_events()) as client:
        read = await client.read(READER_NAME, 1)
        assert (read.certificate, read.tries_left) == (tested.contents.auth_certificate, None)
        assert read.without_pin
        with pytest.raises(CardWithoutPin):
            await client.prove(READER_NAME, 1, CHALLENGE, bytearray(b"1234"))
    assert all(exchange.sent == 4 for exchange in tested.apdu_log if exchange.ins == 0x20)


async def test_a_reader_that_is_known_takes_five_commands(card: MakeCard, make_events: type[Events]) -> None:
    async with lying_there(card(), make_events()) as client:
        counts = []
        for visit in (1, 2):
            read = await client.read(READER_NAME, visit, hold=True)
            proof = await client.prove(READER_NAME, visit, CHALLENGE, bytearray(b"1234"))
            counts.append(read.apdus + proof.apdus)
    assert counts == [6, 5]


async def test_a_restart_ends_the_worker_and_the_card_that_lies_there_comes_back_with_the_next(
    card: MakeCard, make_events: type[Events]
) -> None:
    plugin, events = SimulatorPlugin(), make_events()
    client = ReaderWorker(plugin, on_event=events)
    client.restart()
    await client.start()
    plugin.readers.put(card())
    await events.until("card_inserted")
    client.restart()
    await events.until("driver_lost")
    await events.until("card_inserted")
    assert (await client.read(READER_NAME, 1)).tries_left == 3
    await client.stop()
