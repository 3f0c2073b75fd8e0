"""What a technician hands over: any file is taken as it says, or one clear sentence says why it is not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.recording import RecordedCommand, pack, to_lines
from tests.fuzz import files
from tests.fuzz.sample import examples
from tests.fuzz.targets import TARGETS

hexadecimal = st.binary(max_size=18).map(bytes.hex) | st.sampled_from(["", "0", "0G", "F0 4F", "00" * 40, "９０"])
odd = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.lists(st.text(), max_size=2)
commands = st.tuples(st.binary(min_size=4, max_size=9).map(bytes.hex), st.sampled_from(["", "**", "**" * 4, "*"]))
exchanges = st.fixed_dictionaries(
    {"command": commands.map("".join) | odd, "answer": hexadecimal.map(lambda text: text + "9000") | odd},
    optional={"step": st.text(max_size=90) | odd},
)
headers = st.fixed_dictionaries(
    {"recording": st.just(1) | odd, "atr": hexadecimal | odd},
    optional={"steps": st.integers(0, 5) | odd | st.text("9", min_size=600, max_size=600)},
)


@settings(max_examples=examples(500, 0.06))
@given(headers, st.lists(exchanges, max_size=4), st.booleans())
def test_a_recording(header: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], counted: bool) -> None:
    lines = [{**header, "steps": len(steps)} if counted else header, *steps]
    files.recordings(b"".join(json.dumps(line).encode() + b"\n" for line in lines))


@settings(max_examples=examples(700, 0.02))
@given(st.lists(st.tuples(commands.map("".join), hexadecimal).map(" ".join), max_size=4))
def test_the_steps_of_a_worker(lines: Sequence[str]) -> None:
    files.recordings("\n".join(lines).encode())


names = st.text(max_size=12) | st.sampled_from(["jpki", "other\n", "\x1b[31m"])
numbers = st.integers(-1, 300)
ids = {"file": hexadecimal | st.sampled_from(["0101", "0102", "0103"]) | odd, "short_id": numbers | odd}
schemes = st.fixed_dictionaries(
    {"p1": numbers, "hash": st.sampled_from(["SHA-256", "SHA-384", "MD5"]), "form": st.sampled_from(["raw", "plain"])},
    optional={"before": hexadecimal, "more": odd},
)
tables = st.fixed_dictionaries(
    {
        "application": hexadecimal,
        "leave_for": hexadecimal | st.just("A0000001510000"),
        "certificate": st.fixed_dictionaries(ids) | odd,
        "key": st.fixed_dictionaries(ids),
        "pin": st.fixed_dictionaries(
            {**ids, "length": numbers, "alphabet": st.text(max_size=12), "most_tries": numbers}
        ),
        "signature": st.dictionaries(st.sampled_from(["RSA", "EC-P384", "DSA"]), schemes, max_size=2) | odd,
    },
    optional={"more\n": odd},
)


@settings(max_examples=examples(300, 0.06))
@given(st.dictionaries(names, tables | odd, max_size=3))
def test_profiles(cards: Mapping[str, Any]) -> None:
    files.profiles("".join(f"{_key(name)} = {_toml(card)}\n" for name, card in cards.items()).encode())


@pytest.mark.parametrize("target", ["recordings", "profiles"])
def test_what_the_long_run_begins_from(target: str) -> None:
    for seed in TARGETS[target].seeds():
        TARGETS[target].run(seed)


STEPS = [RecordedCommand("00A40000", b"\x90\x00"), RecordedCommand("0020009804" + "**" * 4, b"\x63\xc2")]


@pytest.mark.parametrize("content", [to_lines(STEPS, {"atr": "3B00"}), pack(STEPS)])
def test_what_was_kept_is_played(content: bytes) -> None:
    files.recordings(content)


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    return _key(value) if isinstance(value, str) else json.dumps(value)


def _key(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's, but for the halves of a pair and DEL."""
    return json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007F")
