"""SELECT, and the certificate whatever the card answers."""

from __future__ import annotations

import pytest

from drivers.errors import (
    BadCardData,
    CardAnswerError,
    CertificateProtected,
    CommunicationFailed,
    DriverError,
    UnsupportedCard,
)
from drivers.jpki import CardMemory
from tests.drivers.doubles import CardDouble
from tests.drivers.jpki_dialogue import SELECT, selected, whole_visit


@pytest.mark.parametrize("sw", [0x6A82, 0x6A81, 0x6A86, 0x6D00, 0x6E00, 0x6700, 0x6985, 0x6881, 0x6300])
def test_a_card_without_the_application(make_card: type[CardDouble], sw: int) -> None:
    with pytest.raises(UnsupportedCard):
        selected(make_card(always=lambda apdu: (b"", sw)))


def test_6f00_after_power_up_is_asked_again_once(make_card: type[CardDouble]) -> None:
    card = make_card(answers={0: (b"", 0x6F00)})
    selected(card)
    assert card.log == [SELECT, SELECT]
    card = make_card(always=lambda apdu: (b"", 0x6F00))
    with pytest.raises(CardAnswerError, match="NO_DIAGNOSIS"):
        selected(card)
    assert len(card.log) == 2


# -- certificate -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((b"\xff" * 510, 0x9000), BadCardData),
        ((b"\x30\x83\x01\x00\x00", 0x9000), BadCardData),
        ((b"\x30", 0x9000), BadCardData),
        ((bytes(511), 0x9000), BadCardData),
        ((b"", 0x9000), BadCardData),
        ((b"", 0x6282), BadCardData),
        ((b"", 0x6982), CertificateProtected),
        ((b"", 0x6700), CardAnswerError),
    ],
)
def test_a_certificate_that_is_none(
    make_card: type[CardDouble], answer: tuple[bytes, int], error: type[DriverError]
) -> None:
    card = make_card(always=lambda apdu: answer if apdu[1] == 0xB0 else None)
    with pytest.raises(error):
        selected(card).read_certificate()
    # Where a length is refused, each shorter one is tried, by short identifier and without.
    assert len(card.log) <= (13 if answer[1] == 0x6700 else 6)


@pytest.mark.parametrize("answer", [(b"", 0x9000), (b"", 0x6282), (b"", 0x6B00)])
def test_a_certificate_that_stops_in_the_middle(make_card: type[CardDouble], answer: tuple[bytes, int]) -> None:
    card = make_card(always=lambda apdu: answer if apdu[1] == 0xB0 and apdu[2] == 1 else None)
    with pytest.raises((BadCardData, CardAnswerError)):
        selected(card).read_certificate()
    assert len(card.log) <= 6


def test_a_certificate_behind_the_pin_is_not_read_in_another_way(make_card: type[CardDouble]) -> None:
    card = make_card(always=lambda apdu: (b"", 0x6982) if apdu[1] == 0xB0 else None)
    with pytest.raises(CertificateProtected):
        selected(card).read_certificate()
    assert card.log == [SELECT, "00B08A000001FE"]


def test_a_link_fault_in_a_short_read_is_no_refusal(make_card: type[CardDouble]) -> None:
    card, memory = make_card(largest=256), CardMemory()
    whole_visit(card, memory)
    card.answers = {2: CommunicationFailed("link")}
    with pytest.raises(CommunicationFailed):
        whole_visit(card, memory)


def test_end_of_file_is_taken_with_its_data(make_card: type[CardDouble]) -> None:
    head = b"\x30\x81\xc5"
    card = make_card(always=lambda apdu: (head + bytes(197), 0x6282) if apdu[1] == 0xB0 else None)
    assert selected(card).read_certificate() == head + bytes(197)


def test_a_certificate_byte_by_byte_is_given_up(make_card: type[CardDouble]) -> None:
    card = make_card(shortens_to=4)
    with pytest.raises(BadCardData, match="pieces"):
        selected(card).read_certificate()
    assert len(card.log) < 70


def test_a_chained_answer_longer_than_was_asked_for(make_card: type[CardDouble]) -> None:
    chained = {0xB0: (bytes(500), 0x6110), 0xC0: (bytes(16), 0x9000)}
    card = make_card(always=lambda apdu: chained.get(apdu[1]))
    with pytest.raises(BadCardData, match="more than"):
        selected(card).read_certificate()


def test_the_file_cannot_be_selected(make_card: type[CardDouble]) -> None:
    card = make_card(short_ids=frozenset(), answers={2: (b"", 0x6A82)})
    with pytest.raises(CardAnswerError, match="EF 000A"):
        selected(card).read_certificate()


def test_the_certificate_can_be_read_again_after_the_pin_was_asked_for(make_card: type[CardDouble]) -> None:
    for short_ids in (frozenset({0x0A, 0x17, 0x18}), frozenset()):
        card = make_card(short_ids=short_ids)
        jpki = selected(card)
        for _ in range(2):
            assert jpki.read_certificate() == card.certificate
            assert jpki.read_certificate() == card.certificate
            assert jpki.pin_tries_left() == 3
