"""The panel issues a card once a day, but each that it puts on the reader is new."""

from datetime import UTC, datetime, timedelta

import pytest

from simulators.card import JpkiCardSimulator
from simulators.cards import Card
from simulators.panel.stock import CardStock
from simulators.pki import user_authority

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


def certificate_on(card: Card) -> bytes:
    assert isinstance(card, JpkiCardSimulator)
    return card.contents.auth_certificate


def wrong_pin(card: Card) -> None:
    assert isinstance(card, JpkiCardSimulator)
    card.power_on()
    card.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
    card.transmit(bytes.fromhex("00A4020C020018"))
    card.transmit(bytes.fromhex("002000800439393939"))


def test_a_card_is_issued_once_a_day_and_has_all_its_tries_every_time() -> None:
    stock = CardStock()
    first = stock.card("card-works", NOW)
    wrong_pin(first)
    second = stock.card("card-works", NOW + timedelta(hours=1))
    assert isinstance(first, JpkiCardSimulator)
    assert isinstance(second, JpkiCardSimulator)
    assert (first.pin_tries_left, second.pin_tries_left) == (2, 3)
    assert certificate_on(first) == certificate_on(second)


def test_the_next_day_has_other_cards() -> None:
    stock = CardStock()
    today = certificate_on(stock.card("card-works", NOW))
    assert certificate_on(stock.card("card-works", NOW + timedelta(days=1))) != today


def test_the_issuer_is_the_authority_of_that_day_in_japan() -> None:
    card = CardStock().card("card-works", NOW)
    assert isinstance(card, JpkiCardSimulator)
    assert card.contents.auth_ca == user_authority(datetime(2026, 11, 19, 15, tzinfo=UTC)).der


def test_who_has_no_card_has_none_here() -> None:
    with pytest.raises(KeyError):
        CardStock().card("nobody", NOW)
