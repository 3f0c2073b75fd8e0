"""The tries that are left, and a PIN that is never sent twice."""

from __future__ import annotations

import pytest

from drivers.errors import (
    CardAnswerError,
    CardWithoutPin,
    CommunicationFailed,
)
from drivers.jpki import CardMemory, JpkiCard, PinOutcome, PinResult, is_pin
from tests.drivers.doubles import CardDouble
from tests.drivers.jpki_dialogue import CHALLENGE, SELECT, SELECT_ISD, SIGN, VERIFY, remembered, selected


@pytest.mark.parametrize(("sw", "left"), [(0x63C3, 3), (0x63C1, 1), (0x63C0, 0), (0x6983, 0), (0x6984, 0)])
def test_tries_left(make_card: type[CardDouble], sw: int, left: int) -> None:
    card = make_card(always=lambda apdu: (b"", sw) if apdu[1] == 0x20 else None)
    assert selected(card).pin_tries_left() == left


def test_a_pin_that_somebody_else_verified_is_cleared(make_card: type[CardDouble]) -> None:
    card = make_card(verified=True)
    assert selected(card).pin_tries_left() == 3
    assert not card.verified
    assert card.log == [SELECT, "00200098", SELECT_ISD, SELECT, "00200098"]


def test_a_card_that_stays_verified_is_not_believed(make_card: type[CardDouble]) -> None:
    card = make_card(always=lambda apdu: (b"", 0x9000) if apdu[1] == 0x20 else None)
    with pytest.raises(CardAnswerError) as caught:
        selected(card).pin_tries_left()
    assert caught.value.sw == 0x9000


@pytest.mark.parametrize("sw", [0x6300, 0x6A86, 0x6F00, 0x6700])
def test_no_answer_about_the_tries_is_an_error(make_card: type[CardDouble], sw: int) -> None:
    card = make_card(always=lambda apdu: (b"", sw) if apdu[1] == 0x20 else None)
    with pytest.raises(CardAnswerError):
        selected(card).pin_tries_left()


@pytest.mark.parametrize("sw", [0x6A82, 0x6A83, 0x6A88])
@pytest.mark.parametrize("at_select", [True, False], ids=["no file to select", "no PIN in the file"])
def test_a_card_without_a_pin_says_so_to_both_forms_of_the_question(
    make_card: type[CardDouble], sw: int, at_select: bool
) -> None:
    def without_pin(apdu: bytes) -> tuple[bytes, int] | None:
        selects = apdu[1:3] == b"\xa4\x02" and apdu[5:] == b"\x00\x18"
        return (b"", sw) if apdu[1] == 0x20 or (selects and at_select) else None

    card, memory = make_card(always=without_pin), CardMemory()
    jpki = selected(card, memory)
    jpki.read_certificate()
    with pytest.raises(CardWithoutPin):
        jpki.pin_tries_left()
    assert card.log[3:] == ["00200098", "00A4020C020018", "00200080"][: 2 if at_select else 3]
    with pytest.raises(CardWithoutPin):
        jpki.verify_pin(b"1234")
    assert card.verifies == []
    # Of the link it says nothing: the next card is asked by its short id.
    assert remembered(card, memory)[1] == frozenset()


def test_a_pin_file_that_cannot_be_selected_for_another_reason_is_an_error(make_card: type[CardDouble]) -> None:
    card = make_card(always=lambda apdu: (b"", 0x6985) if apdu[1:3] == b"\xa4\x02" else None, short_ids=frozenset({10}))
    with pytest.raises(CardAnswerError, match="EF 0018"):
        selected(card).pin_tries_left()


# -- VERIFY ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pin", [b"", b"123", b"12345", b"12a4", b"12 4", b"\x00\x00\x00\x00", "１２３４".encode(), b"-123"]
)
def test_what_is_not_four_digits_is_never_sent(make_card: type[CardDouble], pin: bytes) -> None:
    card = make_card()
    jpki = selected(card)
    assert not is_pin(pin)
    assert jpki.verify_pin(bytearray(pin)) == PinResult(PinOutcome.MALFORMED, None)
    assert card.log == [SELECT]


def test_leading_zeros_are_digits(make_card: type[CardDouble]) -> None:
    card = make_card(pin=b"0123")
    assert selected(card).verify_pin(bytearray(b"0123")).outcome is PinOutcome.RIGHT
    assert card.verifies == ["002000980430313233"]


def test_the_tries_are_asked_for_before_the_pin_is_sent(make_card: type[CardDouble]) -> None:
    card = make_card()
    selected(card).verify_pin(b"1234")
    assert card.log == [SELECT, "00200098", VERIFY]


def test_tries_that_are_known_are_not_asked_for(make_card: type[CardDouble]) -> None:
    card = make_card()
    jpki = JpkiCard(card, CardMemory(), 3, certificate=card.certificate)
    assert jpki.verify_pin(b"1234") == PinResult(PinOutcome.RIGHT, 3)
    assert len(jpki.sign(CHALLENGE)) == 256
    assert card.log == [SELECT, VERIFY, SIGN]


@pytest.mark.parametrize(("tries", "outcome"), [(0, PinOutcome.BLOCKED), (1, PinOutcome.LAST_TRY)])
def test_tries_that_forbid_the_pin_cost_no_command(
    make_card: type[CardDouble], tries: int, outcome: PinOutcome
) -> None:
    card = make_card()
    assert JpkiCard(card, CardMemory(), tries).verify_pin(b"1234") == PinResult(outcome, tries)
    assert card.log == []


def test_tries_that_are_not_known_are_asked_for_once_the_application_is_selected(make_card: type[CardDouble]) -> None:
    card = make_card()
    JpkiCard(card, CardMemory()).verify_pin(b"1234")
    assert card.log == [SELECT, "00200098", VERIFY]


def test_wrong_pins_count_down_and_the_last_try_is_kept(make_card: type[CardDouble]) -> None:
    card = make_card()
    jpki = selected(card)
    assert jpki.verify_pin(b"9999") == PinResult(PinOutcome.WRONG, 2)
    assert jpki.verify_pin(b"9999") == PinResult(PinOutcome.WRONG, 1)
    assert jpki.verify_pin(b"1234") == PinResult(PinOutcome.LAST_TRY, 1)
    assert len(card.verifies) == 2
    assert jpki.verify_pin(b"9999", allow_last_try=True) == PinResult(PinOutcome.BLOCKED, 0)
    assert jpki.verify_pin(b"1234", allow_last_try=True) == PinResult(PinOutcome.BLOCKED, 0)
    assert len(card.verifies) == 3


def test_the_last_try_may_be_right(make_card: type[CardDouble]) -> None:
    card = make_card(tries=1)
    assert selected(card).verify_pin(b"1234", allow_last_try=True) == PinResult(PinOutcome.RIGHT, 3)


@pytest.mark.parametrize("sw", [0x6983, 0x6984, 0x63C0])
def test_blocked_has_three_status_words(make_card: type[CardDouble], sw: int) -> None:
    card = make_card(always=lambda apdu: (b"", sw) if apdu[1] == 0x20 and len(apdu) > 4 else None)
    assert selected(card).verify_pin(b"1234") == PinResult(PinOutcome.BLOCKED, 0)


def test_a_wrong_pin_without_a_counter_asks_again_before_the_next(make_card: type[CardDouble]) -> None:
    card = make_card(always=lambda apdu: (b"", 0x6300) if apdu[1] == 0x20 and len(apdu) > 4 else None)
    jpki = selected(card)
    assert jpki.verify_pin(b"9999") == PinResult(PinOutcome.WRONG, None)
    jpki.verify_pin(b"9999")
    assert card.log.count("00200098") == 2


@pytest.mark.parametrize("sw", [0x6C04, 0x6104, 0x6A86, 0x6A88, 0x6700, 0x6F00, 0x6982])
def test_any_other_answer_to_verify_is_an_error_and_nothing_is_sent_again(make_card: type[CardDouble], sw: int) -> None:
    card = make_card(always=lambda apdu: (b"", sw) if apdu[1] == 0x20 and len(apdu) > 4 else None)
    with pytest.raises(CardAnswerError) as caught:
        selected(card).verify_pin(b"1234")
    assert caught.value.sw == sw
    assert len(card.verifies) == 1


def test_a_link_fault_in_verify_goes_up_and_the_counter_is_asked_for_again(make_card: type[CardDouble]) -> None:
    card = make_card(answers={2: CommunicationFailed("link")})
    jpki = selected(card)
    with pytest.raises(CommunicationFailed):
        jpki.verify_pin(b"1234")
    assert len(card.verifies) == 1
    jpki.verify_pin(b"1234")
    assert card.log[3:] == ["00200098", VERIFY]


def test_the_pin_is_in_no_repr_and_no_error(make_card: type[CardDouble]) -> None:
    card = make_card(always=lambda apdu: (b"", 0x6F00) if apdu[1] == 0x20 and len(apdu) > 4 else None)
    with pytest.raises(CardAnswerError) as caught:
        selected(card).verify_pin(b"4711")
    assert "4711" not in repr(caught.value)
