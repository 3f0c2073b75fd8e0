"""A worker and its client: what the dialogues say to the card, and what they bring."""

from __future__ import annotations

import contextlib
import threading
from contextlib import nullcontext

import pytest

from drivers.errors import (
    BadCardData,
    CommunicationFailed,
    NoCard,
    WorkerLost,
)
from drivers.jpki import JpkiCard, PinResult
from drivers.recording import MAX_RECORDING
from drivers.worker.client import (
    PinOutcome,
    Proof,
    ReadReply,
)
from tests.drivers.doubles import CardDouble, DriverDouble
from tests.drivers.workers import (
    CHALLENGE,
    SELECT,
    in_thread,
    running,
    serving,
)

pytestmark = pytest.mark.anyio


async def test_read_brings_certificate_tries_and_effort(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver)) as (client, _, _):
        read = await client.read("reader", 1)
        assert read == ReadReply(card.certificate, 3, 4, read.card_seconds)
        assert 0 < read.card_seconds < 10
        assert card.transactions == 0


async def test_the_certificate_is_handed_up_while_the_card_is_still_busy(
    driver: DriverDouble, card: CardDouble
) -> None:
    handed: list[bytes] = []
    arrived = threading.Event()

    def wait_before_the_tries(apdu: bytes) -> None:
        if apdu.hex() == "00200098":
            assert arrived.wait(10)

    def take(certificate: bytes) -> None:
        handed.append(certificate)
        arrived.set()

    card.always = wait_before_the_tries
    async with running(serving(driver)) as (client, _, _):
        read = await client.read("reader", 1, on_certificate=take)
        assert (handed, read.certificate, read.tries_left) == ([card.certificate], card.certificate, 3)


async def test_the_longest_recording_is_handed_over(driver: DriverDouble, card: CardDouble) -> None:
    card.always = lambda apdu: (bytes(255) if apdu[1] == 0xC0 else b"", 0x61FF)

    async with running(serving(driver)) as (client, _, _):
        with pytest.raises(BadCardData, match="too long to be recorded"):
            await client.read("reader", 1, record=True)
        steps = await client.recording("reader", 1)
        assert MAX_RECORDING * 0.9 < sum(step.size for step in steps) <= MAX_RECORDING


async def test_prove_after_a_held_read_makes_six_commands_in_one_transaction(
    driver: DriverDouble, card: CardDouble
) -> None:
    async with running(serving(driver)) as (client, _, _):
        read = await client.read("reader", 1, hold=True)
        assert card.transactions == 1
        proof = await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
        assert (proof.outcome, proof.tries_left, len(proof.signature or b"")) == (PinOutcome.RIGHT, 3, 256)
        assert (read.apdus, proof.apdus, len(card.log)) == (4, 2, 6)
        assert card.transactions == 0


async def test_a_card_that_was_let_go_costs_one_more_select(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver)) as (client, _, _):
        await client.read("reader", 1)
        proof = await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
        assert (proof.outcome, proof.apdus, len(card.log)) == (PinOutcome.RIGHT, 3, 7)
        assert [command[:8] for command in card.log[4:]] == [SELECT[:8], "00200098", "802A0097"]
        assert card.verifies == ["002000980431323334"]


async def test_a_card_that_was_let_go_without_short_ids(
    make_driver: type[DriverDouble], make_card: type[CardDouble]
) -> None:
    card = make_card(short_ids=frozenset())

    async with running(serving(make_driver(card))) as (client, _, _):
        await client.read("reader", 1)
        card.log.clear()
        assert (await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))).apdus == 5
        assert card.log[:4] == [SELECT, "00A4020C020018", "002000800431323334", "00A4020C020017"]
        assert card.log[4].startswith("802A0080")


async def test_a_hold_ends_by_itself(driver: DriverDouble, card: CardDouble) -> None:
    ended = threading.Event()
    card.on_end = ended.set

    async with running(serving(driver, hold_seconds=0.01)) as (client, _, _):
        await client.read("reader", 1, hold=True)
        await in_thread(ended)
        assert (await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))).apdus == 3


async def test_a_removal_ends_a_hold_and_drops_the_connection(driver: DriverDouble, card: CardDouble) -> None:
    ended = threading.Event()
    card.on_end = ended.set

    async with running(serving(driver)) as (client, events, _):
        await client.read("reader", 1, hold=True)
        driver.set_card(None)
        await events.until("card_removed")
        await in_thread(ended)
        with pytest.raises(NoCard):
            await client.read("reader", 1)
        assert driver.only_reader.releases >= 1


@pytest.mark.parametrize("pin", [b"1234", b"9999", b"12345", b""])
async def test_the_pin_is_zeroed_whatever_becomes_of_it(driver: DriverDouble, pin: bytes) -> None:
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


async def test_a_malformed_pin_goes_nowhere(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver)) as (client, _, _):
        proof = await client.prove("reader", 1, CHALLENGE, bytearray(b"12a4"))
        assert proof == Proof(PinOutcome.MALFORMED, None, None, 0, 0.0)
        assert card.log == []


async def test_wrong_pins_then_the_last_try(driver: DriverDouble, card: CardDouble) -> None:
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


async def test_a_right_pin_does_not_outlive_its_signature(driver: DriverDouble, card: CardDouble) -> None:
    async with running(serving(driver)) as (client, _, _):
        await client.read("reader", 1)
        await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
        await client.release("reader", 1)
        assert driver.only_reader.releases == 2
        assert not card.verified


async def test_release_of_an_empty_reader_is_no_error(driver: DriverDouble) -> None:
    driver.set_card(None)
    async with running(serving(driver)) as (client, _, _):
        await client.release("reader", 1)


async def test_a_link_fault_in_verify_is_reported_and_nothing_is_sent_again(
    driver: DriverDouble, card: CardDouble
) -> None:
    async with running(serving(driver)) as (client, _, _):
        await client.read("reader", 1)
        card.answers = {5: CommunicationFailed("link")}
        for _ in range(2):
            with pytest.raises(CommunicationFailed):
                await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
        assert len(card.verifies) == 1
        assert (await client.read("reader", 1)).tries_left == 3


@pytest.mark.parametrize("speaks", [True, False])
async def test_the_pin_that_the_card_was_sent_is_wiped_whatever_came_of_it(
    driver: DriverDouble, monkeypatch: pytest.MonkeyPatch, speaks: bool
) -> None:
    sent: list[bytearray] = []

    def verify(self: JpkiCard, pin: bytearray, *, allow_last_try: bool) -> PinResult:
        sent.append(pin)
        if not speaks:
            raise CommunicationFailed("the link broke")
        return PinResult(PinOutcome.WRONG, 2)

    monkeypatch.setattr(JpkiCard, "verify_pin", verify)

    async with running(serving(driver)) as (client, _, _):
        await client.read("reader", 1)
        with nullcontext() if speaks else pytest.raises(CommunicationFailed):
            await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
    assert sent == [bytearray(4)]
