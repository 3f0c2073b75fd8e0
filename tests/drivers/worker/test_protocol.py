"""The bare protocol: pings, bounds, and an end that breaks the rules."""

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
from drivers.worker.messages import Message, encode, receive
from drivers.worker.server import serve
from tests.drivers.doubles import CardDouble, DriverDouble
from tests.drivers.workers import (
    CHALLENGE,
    QUICK,
    SHORT_OF_PATIENCE,
    answer,
    listens_only,
    running,
    served,
    silence,
)

pytestmark = pytest.mark.anyio


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


async def test_a_worker_that_answers_no_ping_is_replaced() -> None:
    limits = replace(QUICK, ping_every=0.01, ping=0.05)
    async with running(listens_only, limits) as (_, events, plugin):
        await events.until("driver_lost", "driver_lost")
        assert plugin.launched[0].killed


async def test_a_worker_that_does_not_name_its_readers_is_replaced() -> None:
    async with running(listens_only, replace(QUICK, readers=0.05)) as (client, events, _):
        with pytest.raises(WorkerLost):
            await client.readers()
        await events.until("driver_lost")


async def test_a_worker_that_does_not_read_is_replaced() -> None:
    stay = threading.Event()

    async with running(lambda sock: (stay.wait(10), None)[1], QUICK) as (client, events, _):
        with pytest.raises(WorkerLost):
            for _ in range(20):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0):
                        await client.prove("reader", 1, bytes(60_000), bytearray(b"1234"))
        await events.until("driver_lost")
        stay.set()


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
async def test_a_worker_that_breaks_the_protocol_is_replaced(frame: bytes) -> None:
    def talks_nonsense(sock: socket.socket) -> None:
        sock.sendall(frame)
        listens_only(sock)

    async with running(talks_nonsense) as (_, events, plugin):
        await events.until("driver_lost")
        assert plugin.launched[0].killed


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
async def test_a_worker_that_answers_nonsense_is_replaced(answer: dict[str, object]) -> None:
    def answers_nonsense(sock: socket.socket) -> None:
        while (message := receive(sock)) is not None:
            sock.sendall(encode({"id": message.integer("id"), "visit": message.integer("visit"), **answer}))

    async with running(answers_nonsense) as (client, events, _):
        with pytest.raises(WorkerLost, match="nonsense"):
            await client.prove("reader", 1, CHALLENGE, bytearray(b"1234"))
        await events.until("driver_lost")


async def test_a_worker_whose_pings_are_answered_with_nonsense_is_replaced() -> None:
    def answers_nonsense(sock: socket.socket) -> None:
        while (message := receive(sock)) is not None:
            sock.sendall(encode({"id": message.integer("id"), "visit": 0, "stuck": 5}))

    async with running(answers_nonsense, replace(QUICK, ping_every=0.01)) as (_, events, plugin):
        await events.until("driver_lost")
        assert plugin.launched[0].killed


@pytest.mark.parametrize(
    "listed", [None, "reader", ["reader"], [{"name": 1}], [{"name": "reader\udfff", "card": True}]]
)
async def test_a_list_of_readers_is_checked(listed: object) -> None:
    def lists(sock: socket.socket) -> None:
        while (message := receive(sock)) is not None:
            sock.sendall(encode({"id": message.integer("id"), "readers": listed}))

    async with running(lists) as (client, _, _):
        with pytest.raises(WorkerLost, match="nonsense"):
            await client.readers()


async def test_an_answer_of_another_visit_is_dropped() -> None:
    def of_yesterday(sock: socket.socket) -> None:
        while (message := receive(sock)) is not None:
            sock.sendall(encode({"id": message.integer("id"), "visit": message.integer("visit") - 1}))

    async with running(of_yesterday, SHORT_OF_PATIENCE) as (client, _, _):
        with pytest.raises(CardSilent):
            await client.release("reader", 7)


@pytest.mark.parametrize("frame", [b"\xff" * 8, encode({"ask": "dance"}), encode({"ask": 1})])
def test_a_client_that_breaks_the_protocol_is_left(driver: DriverDouble, frame: bytes) -> None:
    near, far = socket.socketpair()
    with near:
        near.sendall(frame)
        serve(driver, far)
        assert far.fileno() == -1
