"""A dialogue with a card that is a double, command by command."""

from __future__ import annotations

import hashlib

from drivers.jpki import CardMemory, JpkiCard, PinOutcome, PinResult
from tests.drivers.doubles import CardDouble

SELECT = "00A4040C0AD392F000260100000001"
SELECT_ISD = "00A4040C07A0000001510000"
VERIFY = "002000980431323334"
CHALLENGE = b"c" * 32
SIGN = (
    "802A009733"
    + (bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(CHALLENGE).digest()).hex().upper()
    + "00"
)


def remembered(card: CardDouble, memory: CardMemory) -> tuple[int, frozenset[int], int]:
    """What was learnt of the card's link: the largest READ, the short ids that are refused, the link faults."""
    known = memory.recall(card.transport)
    return known.largest, known.refused, known.faults


def whole_visit(card: CardDouble, memory: CardMemory | None = None) -> list[str]:
    """Certificate, tries, VERIFY and signature in one transaction: the commands it took."""
    card.log.clear()
    with card:
        jpki = JpkiCard(card, memory or CardMemory())
        jpki.select()
        assert jpki.read_certificate() == card.certificate
        assert jpki.pin_tries_left() == 3
        assert jpki.verify_pin(bytearray(b"1234")) == PinResult(PinOutcome.RIGHT, 3)
        assert len(jpki.sign(CHALLENGE)) == 256
    # The card is powered off between visits.
    card.verified = card.application = False
    return list(card.log)


def selected(card: CardDouble, memory: CardMemory | None = None) -> JpkiCard:
    jpki = JpkiCard(card, memory or CardMemory())
    jpki.select()
    return jpki
