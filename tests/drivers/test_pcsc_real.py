"""The pcsc worker in its own process, on the real pcscd with a virtual card: what no fake can prove."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from smartcard import scard

from drivers.errors import CardBusy, CardRemoved, CardSilent, NoCard, NoReader, ServiceNotRunning, UnsupportedCard
from drivers.memory import READS_ON_A_REFUSAL
from drivers.pcsc import plugin
from drivers.worker.client import PinOutcome, Proof, ReaderInfo, ReaderWorker
from simulators.card import Abilities
from simulators.faults import Fault, FaultyCard
from tests.drivers.doubles import Events
from tests.drivers.workers import PATIENT, real_worker

if TYPE_CHECKING:
    from simulators.card import JpkiCardSimulator
    from simulators.pcscd import PrivatePcscd

CHALLENGE = bytes(range(32))

pytestmark = pytest.mark.anyio

MakeCard = Callable[..., "JpkiCardSimulator"]
Start = Callable[..., contextlib.AbstractAsyncContextManager[tuple[ReaderWorker, Events]]]


@pytest.fixture
def started(pcscd: PrivatePcscd) -> Start:
    """A client of the real worker."""
    return lambda limits=PATIENT: real_worker(plugin, limits=limits)


def fits(proof: Proof, certificate: bytes) -> bool:
    key = x509.load_der_x509_certificate(certificate).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(proof.signature or b"", CHALLENGE, padding.PKCS1v15(), hashes.SHA256())
    return True


async def visit(client: ReaderWorker, reader: str) -> int:
    """A whole visit in one transaction: the commands it took."""
    read = await client.read(reader, 1, hold=True)
    proof = await client.prove(reader, 1, CHALLENGE, bytearray(b"1234"))
    await client.release(reader, 1)
    assert (read.tries_left, proof.outcome) == (3, PinOutcome.RIGHT)
    assert fits(proof, read.certificate)
    return read.apdus + proof.apdus


def chunks(length: int, first: int, most: int) -> int:
    return 1 + -(-max(0, length - first) // most)


@pytest.mark.parametrize(
    ("abilities", "budget", "to_learn", "first", "most"),
    [
        (Abilities(), 4, 0, 510, 4096),
        (Abilities(extended_length=False), 4, 1, 256, 256),
        (Abilities(extended_length=False, short_ids=False), 7, 2, 256, 256),
        (Abilities(extended_length=510), 4, 1, 510, 510),
    ],
    ids=["everything", "short only", "neither", "510 bytes"],
)
async def test_a_visit_keeps_its_budget(
    started: Start,
    pcscd: PrivatePcscd,
    card: MakeCard,
    abilities: Abilities,
    budget: int,
    to_learn: int,
    first: int,
    most: int,
) -> None:
    simulated = card(abilities=abilities)
    pcscd.put(simulated)
    async with started() as (client, events):
        await events.until("card_inserted")
        length = len((await client.read(pcscd.reader, 0)).certificate)
        await client.release(pcscd.reader, 0)
        assert await visit(client, pcscd.reader) == budget + chunks(length, first, most)
    async with started() as (client, events):
        await events.until("card_inserted")
        assert await visit(client, pcscd.reader) == budget + chunks(length, first, most) + to_learn


async def test_a_hostile_card_makes_sixteen_visits_slow_and_no_more(
    started: Start, pcscd: PrivatePcscd, card: MakeCard
) -> None:
    pcscd.put(card(abilities=Abilities(extended_length=False, short_ids=False)))
    async with started() as (client, events):
        await events.until("card_inserted")
        await client.read(pcscd.reader, 0)
        pcscd.put(card())
        await events.until("card_removed", "card_inserted")
        visits = [await visit(client, pcscd.reader) for _ in range(READS_ON_A_REFUSAL + 2)]
        assert min(visits[:READS_ON_A_REFUSAL]) > 6
        assert visits[READS_ON_A_REFUSAL:] == [6, 5]


async def test_a_card_that_was_let_go_costs_one_more_select(
    started: Start, pcscd: PrivatePcscd, card: MakeCard
) -> None:
    pcscd.put(card())
    async with started() as (client, events):
        await events.until("card_inserted")
        read = await client.read(pcscd.reader, 1)
        proof = await client.prove(pcscd.reader, 1, CHALLENGE, bytearray(b"1234"))
        assert fits(proof, read.certificate)
        assert (read.apdus, proof.apdus) == (4, 3)


async def test_another_card_than_the_one_that_was_read_gets_nothing(
    started: Start, pcscd: PrivatePcscd, card: MakeCard
) -> None:
    pcscd.put(card())
    async with started() as (client, events):
        await events.until("card_inserted")
        await client.read(pcscd.reader, 1)
        other = card()
        pcscd.take()
        await events.until("card_removed")
        pcscd.put(other)
        await events.until("card_inserted")
        with pytest.raises(CardRemoved):
            await client.prove(pcscd.reader, 1, CHALLENGE, bytearray(b"9999"))
        assert other.apdu_log == []
        assert (await client.read(pcscd.reader, 2)).tries_left == 3


async def test_cards_come_and_go(started: Start, pcscd: PrivatePcscd, card: MakeCard) -> None:
    async with started() as (client, events):
        await events.until("driver_ready", "reader_added")
        with pytest.raises(NoCard):
            await client.read(pcscd.reader, 1)
        pcscd.put(card())
        await events.until("card_inserted")
        assert ReaderInfo(pcscd.reader, "pcsc", True) in await client.readers()
        assert (await client.read(pcscd.reader, 2)).tries_left == 3
        pcscd.take()
        await events.until("card_removed")
        with pytest.raises(NoCard):
            await client.read(pcscd.reader, 3)
        with pytest.raises(NoReader):
            await client.read("no such reader", 4)


async def test_a_card_that_leaves_inside_a_command(started: Start, pcscd: PrivatePcscd, card: MakeCard) -> None:
    pcscd.put(FaultyCard(card(), [Fault.leaves(instruction=0xB0)]))
    async with started() as (client, events):
        await events.until("card_inserted")
        with pytest.raises(CardRemoved):
            await client.read(pcscd.reader, 1)
        pcscd.put(card())
        await events.until("card_removed", "card_inserted")
        assert (await client.read(pcscd.reader, 2)).tries_left == 3


async def test_a_silent_card_costs_its_worker_only(started: Start, pcscd: PrivatePcscd, card: MakeCard) -> None:
    pcscd.put(FaultyCard(card(), [Fault.silent(instruction=0xB0)]))
    async with started(replace(PATIENT, read=1.0)) as (client, events):
        await events.until("card_inserted")
        with pytest.raises(CardSilent):
            await client.read(pcscd.reader, 1)
        pcscd.take()
        pcscd.put(card())
        await events.until("driver_lost", "driver_ready", "card_inserted")
        assert (await client.read(pcscd.reader, 2)).tries_left == 3


async def test_pcscd_goes_and_comes_back(started: Start, pcscd: PrivatePcscd, card: MakeCard) -> None:
    pcscd.put(card())
    async with started() as (client, events):
        await events.until("card_inserted")
        await client.read(pcscd.reader, 1)
        await asyncio.to_thread(pcscd.stop)
        await events.until("card_removed", "driver_lost")
        with pytest.raises(ServiceNotRunning):
            await client.readers()
        await asyncio.to_thread(pcscd.start)
        pcscd.put(card())
        await events.until("driver_ready", "card_inserted")
        assert (await client.read(pcscd.reader, 2)).tries_left == 3


@contextlib.contextmanager
def another_program(reader: str) -> Any:
    """A connection that somebody else has to the card."""
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    result, handle, protocol = scard.SCardConnect(context, reader, scard.SCARD_SHARE_SHARED, 3)
    assert result == scard.SCARD_S_SUCCESS
    try:
        yield handle, protocol
    finally:
        scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
        scard.SCardReleaseContext(context)


async def test_another_programs_transaction(started: Start, pcscd: PrivatePcscd, card: MakeCard) -> None:
    pcscd.put(card())
    async with started() as (client, events):
        await events.until("card_inserted")
        with another_program(pcscd.reader) as (handle, _):
            scard.SCardBeginTransaction(handle)
            with pytest.raises(CardBusy):
                await client.read(pcscd.reader, 1)
            scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)
            assert (await client.read(pcscd.reader, 1)).tries_left == 3


async def test_a_reset_by_another_program_between_dialogues(
    started: Start, pcscd: PrivatePcscd, card: MakeCard
) -> None:
    pcscd.put(card())
    async with started() as (client, events):
        await events.until("card_inserted")
        await client.read(pcscd.reader, 1)
        with another_program(pcscd.reader) as (handle, _):
            scard.SCardReconnect(handle, scard.SCARD_SHARE_SHARED, 3, scard.SCARD_RESET_CARD)
        assert (await client.read(pcscd.reader, 1)).tries_left == 3


async def test_tries_that_another_program_spent_before_a_reset_count(
    started: Start, pcscd: PrivatePcscd, card: MakeCard
) -> None:
    pcscd.put(card())
    async with started() as (client, events):
        await events.until("card_inserted")
        await client.read(pcscd.reader, 1)
        with another_program(pcscd.reader) as (handle, protocol):
            for command in ("00A4040C0AD392F000260100000001", *["002000980439393939"] * 2):
                scard.SCardTransmit(handle, protocol, list(bytes.fromhex(command)))
            scard.SCardReconnect(handle, scard.SCARD_SHARE_SHARED, 3, scard.SCARD_RESET_CARD)
        proof = await client.prove(pcscd.reader, 1, CHALLENGE, bytearray(b"9999"))
        assert (proof.outcome, proof.tries_left, proof.apdus) == (PinOutcome.LAST_TRY, 1, 2)


async def test_a_right_pin_serves_no_other_program(started: Start, pcscd: PrivatePcscd, card: MakeCard) -> None:
    pcscd.put(card())
    async with started() as (client, events):
        await events.until("card_inserted")
        await visit(client, pcscd.reader)
        with another_program(pcscd.reader) as (handle, protocol):
            select = bytes.fromhex("00A4040C0AD392F000260100000001")
            sign = bytes.fromhex("802A009733") + bytes(51) + b"\x00"
            scard.SCardTransmit(handle, protocol, list(select))
            _, answer = scard.SCardTransmit(handle, protocol, list(sign))
            assert answer[-2:] == [0x69, 0x82]


async def test_somebody_elses_verified_pin_is_not_ours(started: Start, pcscd: PrivatePcscd, card: MakeCard) -> None:
    simulated = card(abilities=Abilities(says_verified=True))
    pcscd.put(simulated)
    async with started() as (client, events):
        await events.until("card_inserted")
        with another_program(pcscd.reader) as (handle, protocol):
            for command in ("00A4040C0AD392F000260100000001", "002000980431323334"):
                scard.SCardTransmit(handle, protocol, list(bytes.fromhex(command)))
            read = await client.read(pcscd.reader, 1)
        assert (read.tries_left, read.apdus) == (3, 7)


async def test_a_card_without_the_application(started: Start, pcscd: PrivatePcscd, card: MakeCard) -> None:
    pcscd.put(FaultyCard(card(), [Fault.status(0x6A82, instruction=0xA4)]))
    async with started() as (client, events):
        await events.until("card_inserted")
        with pytest.raises(UnsupportedCard):
            await client.read(pcscd.reader, 1)
