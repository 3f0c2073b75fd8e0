"""The signature, and cards that lie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import (
    BadCardData,
    CardAnswerError,
    CardRemoved,
    CommunicationFailed,
    DriverError,
)
from drivers.jpki import CardMemory, JpkiCard, PinOutcome
from tests.drivers.doubles import CardDouble
from tests.drivers.jpki_dialogue import CHALLENGE, selected


def test_no_signature_without_a_pin(make_card: type[CardDouble]) -> None:
    with pytest.raises(CardAnswerError, match="SECURITY_STATUS"):
        selected(make_card()).sign(CHALLENGE)


@pytest.mark.parametrize("answer", [b"", bytes(257)])
def test_a_signature_of_no_length(make_card: type[CardDouble], answer: bytes) -> None:
    card = make_card(always=lambda apdu: (answer, 0x9000) if apdu[1] == 0x2A else None)
    with pytest.raises(BadCardData):
        selected(card).sign(CHALLENGE)


# -- hostile cards ---------------------------------------------------------------------------------------

status = st.sampled_from(
    [0x9000, 0x6282, 0x61FF, 0x6110, 0x6C10, 0x6C00, 0x63C3, 0x63C1, 0x63C0, 0x6300, 0x6700, 0x6982, 0x6983]
    + [0x6984, 0x6A82, 0x6A86, 0x6B00, 0x6D00, 0x6E00, 0x6F00, 0x6986]
) | st.integers(0, 0xFFFF)
data = st.binary(max_size=300) | st.sampled_from([b"", bytes(256), b"\x30\x82\x06\x22" + bytes(506), bytes(1064)])
faults = st.sampled_from([CommunicationFailed("link"), CardRemoved("left"), BadCardData("long")])


@given(
    answers=st.dictionaries(st.integers(0, 20), st.tuples(data, status) | faults, max_size=12),
    short_ids=st.booleans(),
)
def test_any_answers_at_any_step_end_in_a_value_or_a_driver_error(
    make_card: type[CardDouble], answers: dict[int, tuple[bytes, int] | DriverError], short_ids: bool
) -> None:
    card = make_card(answers=answers, short_ids=frozenset({0x0A, 0x17, 0x18}) if short_ids else frozenset())
    jpki = JpkiCard(card, CardMemory())
    try:
        jpki.select()
        assert len(jpki.read_certificate()) <= 4096
        assert 0 <= jpki.pin_tries_left() <= 15
        result = jpki.verify_pin(bytearray(b"1234"))
        if result.outcome is PinOutcome.RIGHT:
            assert 1 <= len(jpki.sign(CHALLENGE)) <= 1024
    except DriverError:
        pass
    assert len(card.verifies) <= 1
    assert len(card.log) <= 120


@pytest.mark.parametrize("sw", [0x63C4, 0x63CF])
def test_more_tries_than_the_pin_has_are_a_lie(make_card: type[CardDouble], sw: int) -> None:
    card = make_card(always=lambda apdu: (b"", sw) if apdu[1] == 0x20 else None)
    with pytest.raises(BadCardData):
        selected(card).pin_tries_left()


def test_a_counter_that_does_not_fall_harvests_no_second_pin(make_card: type[CardDouble]) -> None:
    card = make_card(always=lambda apdu: (b"", 0x63C3) if apdu[1] == 0x20 else None)
    with pytest.raises(BadCardData):
        selected(card).verify_pin(b"1234")


@pytest.mark.parametrize("at", range(5))
def test_an_answer_without_a_status_word_leaves_only_the_verify_open(make_card: type[CardDouble], at: int) -> None:
    """BadCardData says that nothing was spent; after VERIFY nobody knows that."""
    double = make_card()
    double.answers[at] = BadCardData("an answer without a status word")
    card = JpkiCard(double, CardMemory())
    with double, pytest.raises(CommunicationFailed if at == 4 else BadCardData):
        card.select()
        card.read_certificate()
        card.verify_pin(b"1234")
    assert len(double.verifies) == (at == 4)
