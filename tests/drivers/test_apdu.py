"""Commands, status words, and the one place of 61xx and 6Cxx."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.apdu import MAX_ROUNDS, Command, Response, StatusWord, status_text, transmit, tries_left
from drivers.connection import Transport
from drivers.errors import BadCardData, DriverError


class Line:
    """A connection that gives its answers in turn, the last one for ever."""

    transport = Transport("line", "", b"")

    def __init__(self, *answers: tuple[bytes, int]) -> None:
        self.answers = list(answers)
        self.sent: list[bytes] = []
        self.kept: list[bytes] = []

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        self.sent.append(bytes(apdu))
        self.kept.append(apdu)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        return None


READ = Command(0x00, 0xB0, 0x00, 0x00, le=256)


@pytest.mark.parametrize(
    ("case", "command", "apdu"),
    [
        ("1", Command(0x00, 0x20, 0x00, 0x98), "00200098"),
        ("2S", Command(0x00, 0xB0, 0x01, 0x02, le=1), "00B0010201"),
        ("2S, 256", Command(0x00, 0xB0, 0x00, 0x00, le=256), "00B0000000"),
        ("2E, the least", Command(0x00, 0xB0, 0x00, 0x00, le=257), "00B00000000101"),
        ("2E", Command(0x00, 0xB0, 0x8A, 0x00, le=510), "00B08A000001FE"),
        ("2E, 65,536", Command(0x00, 0xB0, 0x00, 0x00, le=65_536), "00B00000000000"),
        ("3S", Command(0x00, 0xA4, 0x02, 0x0C, b"\x00\x0a"), "00A4020C02000A"),
        ("4S", Command(0x80, 0x2A, 0x00, 0x97, b"\xab", 256), "802A009701AB00"),
    ],
)
def test_a_command_becomes_these_bytes(case: str, command: Command, apdu: str) -> None:
    assert command.encode().hex().upper() == apdu


@pytest.mark.parametrize(
    "fields",
    [
        {"cla": 256},
        {"ins": -1},
        {"p1": 256},
        {"p2": 256},
        {"le": 0},
        {"le": 65_537},
        {"data": bytes(256)},
    ],
)
def test_what_no_command_can_say_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at|byte|Le"):
        Command(**{"cla": 0, "ins": 0, "p1": 0, "p2": 0, **fields})


def test_the_data_of_a_command_or_an_answer_does_not_show() -> None:
    assert "1234" not in repr(Command(0x00, 0x20, 0x00, 0x98, b"1234"))
    assert "1234" not in repr(Response(b"1234", 0x9000))


@pytest.mark.parametrize(
    ("sw", "left"),
    [(0x63C3, 3), (0x63C0, 0), (0x63CF, 15), (0x6983, 0), (0x6984, 0), (0x9000, None), (0x6300, None), (0x6A82, None)],
)
def test_tries_left_of_a_status_word(sw: int, left: int | None) -> None:
    assert tries_left(sw) == left


def test_a_status_word_is_named_where_it_has_a_name() -> None:
    assert status_text(0x6A82) == "0x6A82 (FILE_NOT_FOUND)"
    assert status_text(0x1234) == "0x1234"


def test_a_plain_answer_is_one_exchange() -> None:
    line = Line((b"data", 0x9000))
    response = transmit(line, READ)
    assert (response.data, response.ok, len(line.sent)) == (b"data", True, 1)


def test_61xx_fetches_the_rest() -> None:
    line = Line((b"", 0x6103), (b"abc", 0x6100), (bytes(256), StatusWord.END_OF_FILE))
    response = transmit(line, READ)
    assert response == Response(b"abc" + bytes(256), 0x6282)
    assert [apdu.hex() for apdu in line.sent[1:]] == ["00c0000003", "00c0000000"]


def test_6cxx_repeats_once_with_the_exact_length() -> None:
    line = Line((b"", 0x6C10), (bytes(16), 0x9000))
    assert transmit(line, READ) == Response(bytes(16), 0x9000)
    assert [apdu.hex() for apdu in line.sent] == ["00b0000000", "00b0000010"]


def test_6c00_means_256() -> None:
    line = Line((b"", 0x6C00), (bytes(256), 0x9000))
    assert len(transmit(line, Command(0x00, 0xB0, 0x00, 0x00, le=1)).data) == 256


def test_a_second_6cxx_is_the_answer() -> None:
    line = Line((b"", 0x6C10))
    assert transmit(line, READ).sw == 0x6C10
    assert len(line.sent) == 2


def test_6cxx_to_a_command_without_le_is_the_answer() -> None:
    line = Line((b"", 0x6C10))
    assert transmit(line, Command(0x00, 0xA4, 0x04, 0x0C, b"\x01")).sw == 0x6C10
    assert len(line.sent) == 1


@pytest.mark.parametrize("ins", [0x20, 0x24])
@pytest.mark.parametrize("sw", [0x6C04, 0x6104, 0x6F00, 0x6700])
def test_what_may_spend_a_try_is_sent_once(ins: int, sw: int) -> None:
    line = Line((b"", sw))
    assert transmit(line, Command(0x00, ins, 0x00, 0x98, b"1234")).sw == sw
    assert len(line.sent) == 1


def test_a_pin_is_wiped_from_the_command_that_was_sent() -> None:
    line = Line((b"", 0x9000))
    transmit(line, Command(0x00, 0x20, 0x00, 0x98, b"1234"))
    assert line.sent == [bytes.fromhex("002000980431323334")]
    assert line.kept == [bytes(9)]


def test_an_endless_answer_ends() -> None:
    line = Line((bytes(255), 0x61FF))
    with pytest.raises(BadCardData, match="no end"):
        transmit(line, READ)
    assert len(line.sent) <= MAX_ROUNDS + 1


def test_an_endless_answer_in_single_bytes_ends() -> None:
    line = Line((b"x", 0x6101))
    with pytest.raises(BadCardData, match="no end"):
        transmit(line, READ)
    assert len(line.sent) <= MAX_ROUNDS + 1


def test_a_promise_without_data_is_refused() -> None:
    line = Line((b"", 0x61FF))
    with pytest.raises(BadCardData, match="sends none"):
        transmit(line, READ)
    assert len(line.sent) == 2


def test_more_than_was_asked_for_is_refused() -> None:
    with pytest.raises(BadCardData, match="more than"):
        transmit(Line((bytes(257), 0x9000)), READ)


answers = st.tuples(st.binary(max_size=300), st.integers(0x6000, 0x9FFF) | st.integers(0x6100, 0x6CFF))


@given(st.lists(answers, min_size=1, max_size=20), st.sampled_from([None, 1, 256, 510, 65_536]))
def test_any_answers_end_in_a_response_or_a_driver_error(script: list[tuple[bytes, int]], le: int | None) -> None:
    line = Line(*script)
    try:
        assert len(transmit(line, Command(0x00, 0xB0, 0x00, 0x00, le=le)).data) <= 65_536 + 256
    except DriverError as error:
        assert isinstance(error, BadCardData)
    assert len(line.sent) <= 2 * (MAX_ROUNDS + 1)
