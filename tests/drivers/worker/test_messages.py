"""Frames between service and worker."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import Trouble
from drivers.events import (
    CardInserted,
    CardWithdrawn,
    DriverLost,
    DriverReady,
    ReaderAdded,
    ReaderEvent,
    ReaderLeftOut,
    ReaderRemoved,
)
from drivers.worker.messages import (
    MAX_FRAME,
    BadMessage,
    Message,
    decode,
    encode,
    event_header,
    event_of,
    receive,
    sizes,
    wipe,
)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def test_a_frame_is_two_lengths_header_and_body() -> None:
    assert encode({"ask": "x"}, b"challenge", b"1234") == b'\x00\x00\x00\x0b\x00\x00\x00\x0d{"ask":"x"}challenge1234'


json_values = st.none() | st.booleans() | st.integers() | st.text()


@given(st.dictionaries(st.text(), json_values), st.binary(max_size=300))
def test_what_is_sent_is_received(header: dict[str, object], body: bytes) -> None:
    near, far = socket.socketpair()
    with near, far:
        near.sendall(encode(header, body))
        near.sendall(encode({}))
        assert receive(far) == Message(header, bytearray(body))
        assert receive(far) == Message({}, bytearray())
        near.close()
        assert receive(far) is None


@pytest.mark.parametrize("part", [b"\x00\x00", b"\x00\x00\x00\x02\x00\x00\x00\x00{", encode({}, b"body")[:-1]])
def test_an_end_inside_a_frame_is_an_end(pair: tuple[socket.socket, socket.socket], part: bytes) -> None:
    near, far = pair
    near.sendall(part)
    near.close()
    assert receive(far) is None


def test_frames_are_bounded(pair: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(BadMessage, match="65,536"):
        encode({}, bytes(MAX_FRAME))
    near, far = pair
    near.sendall(b"\xff" * 8)
    with pytest.raises(BadMessage, match="65,536"):
        receive(far)
    assert sizes(encode({}, bytes(MAX_FRAME - 2))) == (2, MAX_FRAME - 2)


@pytest.mark.parametrize("header", [b"", b"{", b"[]", b"1", b"\xff\xff", b"[" * 30_000])
def test_a_header_is_a_json_object(header: bytes) -> None:
    with pytest.raises(BadMessage):
        decode(header, bytearray())


def test_header_values_are_typed() -> None:
    message = Message({"text": "t", "integer": 1, "number": 0.5, "flag": True, "null": None})
    assert (message.text("text"), message.text("none")) == ("t", "")
    assert (message.integer("integer"), message.integer("none")) == (1, 0)
    assert (message.number("number"), message.number("none")) == (0.5, 0.0)
    assert (message.flag("flag"), message.flag("none")) == (True, False)
    assert message.optional_integer("integer") == 1
    assert message.optional_integer("null") is message.optional_integer("none") is None


@pytest.mark.parametrize("accessor", [Message.text, Message.integer, Message.number, Message.flag])
def test_a_value_of_another_type_is_refused(accessor: object) -> None:
    with pytest.raises(BadMessage, match="name is not of the type"):
        accessor(Message({"name": [1]}), "name")  # type: ignore[operator]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "-0.5"])
def test_what_is_no_measure_is_refused(number: str) -> None:
    message = decode(f'{{"number": {number}}}'.encode(), bytearray())
    with pytest.raises(BadMessage, match="number is no measure"):
        message.number("number")


@pytest.mark.parametrize("text", [r"\ud800", r"reader \udfff", r"\udc00\ud800"])
def test_a_text_that_nobody_could_write_is_refused(text: str) -> None:
    message = decode(f'{{"text": "{text}"}}'.encode(), bytearray())
    with pytest.raises(BadMessage, match="text holds a lone surrogate"):
        message.text("text")
    assert decode(rb'{"text": "\ud83d\ude00"}', bytearray()).text("text") == "\U0001f600"


def test_a_truth_value_is_no_number() -> None:
    with pytest.raises(BadMessage):
        Message({"id": True}).integer("id")


def test_the_body_does_not_show() -> None:
    assert "1234" not in repr(Message({}, bytearray(b"1234")))


def test_wiping_is_in_place() -> None:
    pin = bytearray(b"1234")
    same = pin
    wipe(pin)
    assert same == bytes(4)


AT = 123_456_789_012
EVENTS: list[ReaderEvent] = [
    DriverReady("pcsc", AT),
    DriverLost("pcsc", Trouble.SERVICE_REFUSED, AT),
    ReaderAdded("pcsc", "Reader 00 00", AT),
    ReaderLeftOut("nfc", "RC-S380", Trouble.READER_CLAIMED, AT),
    ReaderRemoved("pcsc", "Reader 00 00", AT),
    CardInserted("pcsc", "Reader 00 00", b"\x3b\x88", 5, at=AT),
    CardInserted("pcsc", "Reader 00 00", b"\x3b\x88", 5, Trouble.CARD_SILENT, AT),
    CardWithdrawn("pcsc", "Reader 00 00", AT),
]


@pytest.mark.parametrize("event", EVENTS, ids=str)
def test_events_travel(event: ReaderEvent) -> None:
    header = encode(event_header(event))
    assert event_of(decode(header[8:], bytearray())) == event


def test_every_kind_of_event_is_among_them() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(ReaderEvent))


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_travels(trouble: Trouble) -> None:
    event = DriverLost("pcsc", trouble)
    assert event_of(decode(encode(event_header(event))[8:], bytearray())) == event


@pytest.mark.parametrize(
    "header",
    [
        {"event": "party"},
        {"event": "card_inserted", "atr": "xx"},
        {"event": 1},
        {"event": "driver_lost"},
        {"event": "driver_lost", "trouble": "ServiceNotRunning"},
        {"event": "reader_left_out", "trouble": ""},
        {"event": "card_inserted", "trouble": 5},
    ],
)
def test_what_is_no_event_is_refused(header: dict[str, object]) -> None:
    with pytest.raises(BadMessage):
        event_of(Message(header))
