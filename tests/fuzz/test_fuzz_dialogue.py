"""Whatever a card answers, at whatever step: our own errors, an end, and no PIN where none may go."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.worker.dialogues import MAX_COMMANDS
from tests.fuzz import dialogues
from tests.fuzz.card import PIN, Watch, reveals_pin
from tests.fuzz.sample import examples
from tests.fuzz.targets import TARGETS

healthy = st.integers(0, 5).map(lambda more: bytes([more]))
nearly = st.tuples(st.integers(0x40, 0x7F), st.integers(0, 255), st.integers(1, 255)).map(bytes)
words = st.sampled_from(
    [0x9000, 0x6282, 0x6110, 0x61FF, 0x6C10, 0x63C3, 0x63C2, 0x63C1, 0x63C0, 0x63CF, 0x6300, 0x6700, 0x6982, 0x6983,
     0x6984, 0x6A82, 0x6A86, 0x6B00, 0x6D00, 0x6F00]
) | st.integers(0, 0xFFFF)  # fmt: skip
status = st.tuples(st.integers(0x80, 0xBF), words).map(lambda part: bytes([part[0]]) + part[1].to_bytes(2, "big"))
anything = st.tuples(st.integers(0xC0, 0xFF), st.binary(max_size=64)).map(lambda part: bytes([part[0]]) + part[1])
steps = st.lists(healthy | nearly | status | anything, max_size=12).map(b"".join)
scripts = st.tuples(st.binary(min_size=2, max_size=2), steps).map(b"".join)


@settings(max_examples=examples(200, 0.35))
@given(scripts)
def test_the_worker_s_dialogues(script: bytes) -> None:
    dialogues.desk(script)


@pytest.mark.parametrize("target", ["desk", "check"])
def test_what_the_long_run_begins_from(target: str) -> None:
    for seed in TARGETS[target].seeds():
        TARGETS[target].run(seed)


def test_a_status_word_that_looks_like_the_pin_is_none() -> None:
    dialogues.desk(bytes.fromhex("0102018f6aff"))


@settings(max_examples=examples(80, 0.2))
@given(scripts)
def test_a_whole_check(script: bytes) -> None:
    dialogues.check(script)


@settings(max_examples=examples(2000, 0.1))
@given(st.binary(max_size=600))
def test_one_exchange(script: bytes) -> None:
    dialogues.exchange(script)


@settings(max_examples=examples(2000, 0.1))
@given(st.binary(max_size=600))
def test_objects(data: bytes) -> None:
    dialogues.objects(data)


PIN_APDU = bytearray(b"\x00\x20\x00\x98\x04" + PIN.encode())
QUESTION = b"\x00\x20\x00\x98"


def _asked(watch: Watch, sw: int) -> Watch:
    watch.sent(QUESTION)
    watch.answered(QUESTION, sw.to_bytes(2, "big"))
    return watch


@pytest.mark.parametrize(
    ("watch", "apdu", "breach"),
    [
        (Watch(), PIN_APDU, "without the tries"),
        (_asked(Watch(), 0x63C1), PIN_APDU, "without the tries"),
        (_asked(Watch(), 0x9000), PIN_APDU, "without the tries"),
        (_asked(Watch(), 0x63C3), bytes(PIN_APDU), "cannot be wiped"),
        (_asked(Watch(may_send_pin=False), 0x63C3), PIN_APDU, "none may be sent"),
        (_asked(Watch(pins=1), 0x63C3), PIN_APDU, "sent twice"),
        (Watch(commands=MAX_COMMANDS), QUESTION, "without an end"),
        (Watch(), b"\x00\xa4\x02\x0c\x02\x00\x01", "nobody needs"),
        (Watch(), b"\x00\xa4\x04\x0c\x02\xd3\x92", "nobody needs"),
        (Watch(), b"\x00\xca\x00\x00", "nobody needs"),
    ],
)
def test_the_watch_sees_every_breach(watch: Watch, apdu: bytes, breach: str) -> None:
    watch.sent(apdu)
    assert [breach in found for found in watch.breaches] == [True]


def test_the_watch_lets_a_lawful_pin_pass() -> None:
    watch = _asked(Watch(), 0x63C2)
    watch.sent(PIN_APDU)
    assert not watch.breaches


@pytest.mark.parametrize(
    ("text", "reveals"), [("7391", True), ("37333931", True), ("0x7391", False), ("0.7391", False)]
)
def test_where_a_pin_shows(text: str, reveals: bool) -> None:
    assert reveals_pin(f"the card: {text}") is reveals
