"""Commands for a simulated JPKI card, the states that they lead to, and how they are sent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from simulators.card import JpkiCardSimulator
from simulators.signing import SHA256_DIGEST_INFO

MakeCard = Callable[..., JpkiCardSimulator]

HASH = hashlib.sha256(b"challenge").digest()
DIGEST_INFO = SHA256_DIGEST_INFO + HASH

SELECT_JPKI = "00A4040C 0A D392F000260100000001"
SELECT_ISD = "00A4040C 07 A0000001510000"
RIGHT_PIN = "00200098 04 31323334"
WRONG_PIN = "00200098 04 30303030"
RIGHT_PASSWORD = "0020009B 06 414243313233"
WRONG_PASSWORD = "0020009B 06 585858585858"
SIGN = f"802A0097 33 {DIGEST_INFO.hex()} 00"
SIGN_WITH_SIGN_KEY = f"802A009A 33 {DIGEST_INFO.hex()} 00"

POWERED: list[str] = []
SELECTED = [SELECT_JPKI]
VERIFIED = [SELECT_JPKI, RIGHT_PIN]
ONE_WRONG = [SELECT_JPKI, WRONG_PIN]
BLOCKED = [SELECT_JPKI, WRONG_PIN, WRONG_PIN, WRONG_PIN]
SIGN_VERIFIED = [SELECT_JPKI, RIGHT_PASSWORD]


def select_file(number: str) -> str:
    return f"00A4020C 02 {number}"


def send(card: JpkiCardSimulator, *commands: str) -> tuple[bytes, int]:
    """Send the commands in turn; return data and status word of the last."""
    response = b""
    for command in commands:
        response = card.transmit(bytes.fromhex(command))
    return response[:-2], int.from_bytes(response[-2:], "big")


def powered(card: JpkiCardSimulator) -> JpkiCardSimulator:
    card.power_on()
    return card


NEXT_SELECT = "00A4040C 0A F04B494F534B4E455854"
NEXT_SIGN = f"802A0084 30 {hashlib.sha384(b'challenge').hexdigest()} 00"
NEXT_VERIFIED = [NEXT_SELECT, "00200087 04 31323334"]
