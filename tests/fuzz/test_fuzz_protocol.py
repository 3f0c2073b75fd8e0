"""The worker's protocol: whatever is said on either side, an answer, an error of ours, or the end of the talk."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import protocol
from tests.fuzz.sample import examples

values = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.integers(), max_size=2)
)
kinds = st.sampled_from(
    ["card_answer_error", "no_card", "worker_lost", "right", "wrong", "driver_lost", "card_inserted"]
)
names = st.sampled_from(
    ["id", "visit", "error", "message", "place", "sw", "tries_left", "apdus", "card_seconds", "outcome", "readers",
     "event", "atr", "at", "ask", "reader", "challenge", "hold", "trouble", "stuck"]
)  # fmt: skip
numbered = st.sampled_from([{"id": 1, "visit": 1}, {"id": 2, "visit": 1}, {"id": 3, "visit": 0}, {}])
headers = st.tuples(numbered, st.dictionaries(names, values | kinds, max_size=5)).map(
    lambda parts: {**parts[1], **parts[0]}
)
lines = st.tuples(headers, st.binary(max_size=40)).map(lambda parts: json.dumps(parts[0]).encode() + b"\0" + parts[1])
speech = st.lists(lines, max_size=4).map(lambda said: b"#" + b"\n".join(said)) | st.binary(max_size=200)


@settings(max_examples=examples(500, 0.1))
@given(speech)
def test_what_a_worker_may_say(said: bytes) -> None:
    protocol.replies(said)


@settings(max_examples=examples(300, 0.1))
@given(speech)
def test_what_a_worker_may_be_asked(said: bytes) -> None:
    protocol.questions(said)


@settings(max_examples=examples(3000, 0.02))
@given(st.binary(max_size=200))
def test_what_may_be_a_message(data: bytes) -> None:
    protocol.frames(data)


@pytest.mark.parametrize(
    "said",
    [
        b'#{"id":1,"visit":1,"error":5}',
        b'#{"id":1,"visit":1,"error":"card_answer_error","sw":"6A82"}',
        b'#{"id":1,"visit":1,"error":"no_card","place":[]}',
    ],
)
def test_an_error_of_a_wrong_form_is_a_lost_worker(said: bytes) -> None:
    protocol.replies(said)
