"""The keypad's picture and sheet are those of the table that the page reads, which has every key of a keypad once."""

from __future__ import annotations

import json
import re
from itertools import product

import pytest

from kiosk.web.keypad import KEYPAD, meanings
from tests.docs.keypad import DRAWINGS
from tests.docs.pages import ROOT


def words_of(drawing: str) -> str:
    return re.sub("<[^>]+>", " ", DRAWINGS[drawing]())


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_drawings_are_those_of_the_table(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == DRAWINGS[name]()
    words = words_of(name)
    assert [key.legend for key in KEYPAD if key.legend not in words] == []
    assert [key.words for key in KEYPAD if key.words not in words] == []


def test_the_sheet_says_how_a_finger_finds_each_key_that_is_no_plain_digit() -> None:
    words = words_of("docs/pictures/keypad-sheet.svg")
    for key in KEYPAD:
        assert key.touch in words
        assert key.touch or key.meaning in "12346789"


def test_the_keys_fill_the_keypad_and_none_lies_on_another() -> None:
    places = [
        (key.column + across, key.row + down)
        for key in KEYPAD
        for across, down in product(range(key.wide), range(key.high))
    ]
    assert sorted(places) == sorted(product(range(4), range(5)))


def test_the_keys_of_the_interface_do_what_it_says() -> None:
    said = {
        "NumpadEnter": "enter",
        "NumpadDecimal": "back",
        "NumpadSubtract": "finish",
        "NumpadAdd": "staff",
        "NumpadMultiply": "again",
        "NumpadDivide": "speech",
        **{f"Numpad{digit}": str(digit) for digit in range(10)},
    }
    assert json.loads(meanings()) == said | {"NumLock": "curtain"}
