"""The simulated JPKI card as a table: in this state, this command gets this status word.

Each line is an observation of the real card (reference on the card, 1.1 to 1.6). ``VERIFIED`` etc. are
states, reached by the commands they list; then the command under test is sent.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulators.card import Abilities, JpkiCardSimulator
from simulators.issuing import android_token, card_without_pin, next_card
from simulators.pki import next_authority
from simulators.pytest_plugin import Authorities
from tests.simulators.card_commands import (
    BLOCKED,
    HASH,
    NEXT_SELECT,
    NEXT_SIGN,
    NEXT_VERIFIED,
    ONE_WRONG,
    POWERED,
    RIGHT_PIN,
    SELECT_ISD,
    SELECT_JPKI,
    SELECTED,
    SIGN,
    SIGN_VERIFIED,
    SIGN_WITH_SIGN_KEY,
    VERIFIED,
    WRONG_PASSWORD,
    WRONG_PIN,
    MakeCard,
    powered,
    select_file,
    send,
)

STATUS_WORDS = {
    # SELECT an application
    "the JPKI application": (POWERED, SELECT_JPKI, 0x9000),
    "again": (SELECTED, SELECT_JPKI, 0x9000),
    "the issuer security domain": (SELECTED, SELECT_ISD, 0x9000),
    "part of an AID": (POWERED, "00A4040C 05 D392F00026", 0x6A82),
    "an AID that goes on": (POWERED, "00A4040C 0B D392F00026010000000100", 0x6A82),
    "another application": (POWERED, "00A4040C 0A D3921000310001010408", 0x6A82),
    "no AID": (POWERED, "00A4040C", 0x6700),
    "the next occurrence": (POWERED, "00A40402 0A D392F000260100000001", 0x6A86),
    "the master file after reset": (POWERED, "00A40000", 0x6A86),
    "the master file later": (SELECTED, "00A40000", 0x9000),
    "by path": (SELECTED, "00A4080C 02 000A", 0x6A86),
    # SELECT a file
    "the authentication certificate": (SELECTED, select_file("000A"), 0x9000),
    "the authentication PIN": (SELECTED, select_file("0018"), 0x9000),
    "the authentication key": (SELECTED, select_file("0017"), 0x9000),
    "the terminal CA": (SELECTED, select_file("0016"), 0x9000),
    "a file nobody opens": (SELECTED, select_file("0009"), 0x9000),
    "a file that is not there": (SELECTED, select_file("0003"), 0x6A82),
    "a file before the application": (POWERED, select_file("000A"), 0x6A82),
    "a file of the security domain": ([SELECT_ISD], select_file("000A"), 0x6A82),
    "half a file identifier": (SELECTED, "00A4020C 01 0A", 0x6700),
    # READ BINARY
    "read without a current file": (SELECTED, "00B00000 00", 0x6986),
    "read the last byte": ([*SELECTED, select_file("000A")], "00B00EDF 01", 0x9000),
    "read at the end": ([*SELECTED, select_file("000A")], "00B00EE0 00", 0x6B00),
    "read far behind the end": ([*SELECTED, select_file("000A")], "00B07FFF 00", 0x6B00),
    "read without Le": ([*SELECTED, select_file("000A")], "00B00000", 0x6700),
    "read with data": ([*SELECTED, select_file("000A")], "00B00000 01 00 00", 0x6700),
    "read by a short id that is not there": (SELECTED, "00B08300 00", 0x6A82),
    "read by short id 0": (SELECTED, "00B08000 00", 0x6A86),
    "read by a malformed short id": (SELECTED, "00B0AA00 00", 0x6A86),
    "read a PIN": (SELECTED, "00B09800 00", 0x6981),
    "read a key": (SELECTED, "00B09700 00", 0x6981),
    "read a file nobody opens": (SELECTED, "00B08900 00", 0x6981),
    "read the sign certificate unverified": (SELECTED, "00B08100 00", 0x6982),
    "read the sign certificate with the wrong PIN verified": (VERIFIED, "00B08100 00", 0x6982),
    "read the sign certificate": (SIGN_VERIFIED, "00B08100 00", 0x9000),
    "read the sign CA": (SELECTED, "00B08200 00", 0x9000),
    # VERIFY
    "tries left of a fresh PIN": (SELECTED, "00200098", 0x63C3),
    "tries left of a fresh password": (SELECTED, "0020009B", 0x63C5),
    "tries left of the selected PIN": ([*SELECTED, select_file("0018")], "00200080", 0x63C3),
    "tries left after a wrong one": (ONE_WRONG, "00200098", 0x63C2),
    "tries left of a blocked PIN": (BLOCKED, "00200098", 0x63C0),
    "tries left though verified": (VERIFIED, "00200098", 0x63C3),
    "the right PIN": (SELECTED, RIGHT_PIN, 0x9000),
    "the right PIN of the selected file": ([*SELECTED, select_file("0018")], "00200080 04 31323334", 0x9000),
    "a wrong PIN": (SELECTED, WRONG_PIN, 0x63C2),
    "the second wrong PIN": (ONE_WRONG, WRONG_PIN, 0x63C1),
    "the last wrong PIN": ([*ONE_WRONG, WRONG_PIN], WRONG_PIN, 0x63C0),
    "the right PIN, too late": (BLOCKED, RIGHT_PIN, 0x6984),
    "a wrong PIN when blocked": (BLOCKED, WRONG_PIN, 0x6984),
    "another counter is not touched": (BLOCKED, "0020009B", 0x63C5),
    "the right PIN gives all tries back": ([*ONE_WRONG, RIGHT_PIN], "00200098", 0x63C3),
    "three digits": (SELECTED, "00200098 03 313233", 0x6700),
    "five digits": (SELECTED, "00200098 05 3132333435", 0x6700),
    "three digits cost nothing": ([*SELECTED, "00200098 03 313233"], "00200098", 0x63C3),
    "an empty PIN with Le is no PIN": (SELECTED, "00200098 00", 0x6700),
    "an empty PIN with Le costs nothing": ([*SELECTED, "00200098 00"], "00200098", 0x63C3),
    "a PIN with Le": (SELECTED, f"{RIGHT_PIN} 00", 0x6700),
    "a wrong password": (SELECTED, WRONG_PASSWORD, 0x63C4),
    "a password too short": (SELECTED, "0020009B 05 4142433132", 0x6700),
    "a PIN against a certificate": (SELECTED, "0020008A", 0x6981),
    "a PIN without a file": (SELECTED, "00200080", 0x6986),
    "a PIN before the application": (POWERED, "00200098", 0x6A82),
    "P1 of VERIFY": (SELECTED, "00200198", 0x6A86),
    "a global PIN": (SELECTED, "00200001", 0x6A86),
    # COMPUTE DIGITAL SIGNATURE
    "sign unverified": (SELECTED, SIGN, 0x6982),
    "sign after a wrong PIN": ([*VERIFIED, WRONG_PIN], SIGN, 0x6982),
    "sign with the other PIN": (SIGN_VERIFIED, SIGN, 0x6982),
    "sign": (VERIFIED, SIGN, 0x9000),
    "sign twice": ([*VERIFIED, SIGN], SIGN, 0x9000),
    "sign with the sign key": (SIGN_VERIFIED, SIGN_WITH_SIGN_KEY, 0x9000),
    "sign with the sign key and the other PIN": (VERIFIED, SIGN_WITH_SIGN_KEY, 0x6982),
    "sign with the selected key": ([*VERIFIED, select_file("0017")], SIGN.replace("97", "80", 1), 0x9000),
    "sign without a file": (VERIFIED, SIGN.replace("97", "80", 1), 0x6986),
    "sign with a certificate": (VERIFIED, SIGN.replace("97", "8A", 1), 0x6981),
    "sign nothing": (VERIFIED, "802A0097 00", 0x6700),
    "sign 245 bytes": (VERIFIED, f"802A0097 F5 {'5A' * 245} 00", 0x9000),
    "sign 246 bytes": (VERIFIED, f"802A0097 F6 {'5A' * 246} 00", 0x6700),
    "sign a hash of 31 bytes": (VERIFIED, f"802A0297 1F {'5A' * 31} 00", 0x6700),
    "PSS, whose salt is not known": (VERIFIED, f"802A0497 20 {HASH.hex()} 00", 0x6A86),
    "an unknown scheme": (VERIFIED, f"802A0697 20 {HASH.hex()} 00", 0x6A86),
    "ask for too little of a signature": (VERIFIED, f"{SIGN[:-2]}FF", 0x6C00),
    "ask for nothing of a signature": (VERIFIED, SIGN[:-3], 0x6100),
    "sign in another class": (VERIFIED, SIGN.replace("80", "00", 1), 0x6E00),
    # Security state
    "the same application again does not log out": ([*VERIFIED, SELECT_JPKI], SIGN, 0x9000),
    "another application logs out": ([*VERIFIED, SELECT_ISD, SELECT_JPKI], SIGN, 0x6982),
    "an unknown application changes nothing": ([*VERIFIED, "00A4040C 05 D392F00026"], SIGN, 0x9000),
    # What no card of this kind does
    "GET RESPONSE with nothing to get": (SELECTED, "00C00000 00", 0x6985),
    "an unknown instruction": (SELECTED, "00CA5F51 00", 0x6D00),
    "a logical channel": (SELECTED, "01A4040C 0A D392F000260100000001", 0x6881),
    "secure messaging": (SELECTED, "0CB08A00 00", 0x6882),
    "command chaining": (SELECTED, "10A4040C 0A D392F000260100000001", 0x6884),
    "another class": (SELECTED, "80B08A00 00", 0x6E00),
    "half a header": (SELECTED, "00A404", 0x6700),
    "Lc that does not fit": (SELECTED, "00A4040C 0B D392F000260100000001", 0x6700),
    "extended Lc that does not fit": (SELECTED, "00A4040C 00000B D392", 0x6700),
}


@pytest.mark.parametrize(("state", "command", "sw"), STATUS_WORDS.values(), ids=STATUS_WORDS.keys())
def test_status_word(card: MakeCard, state: list[str], command: str, sw: int) -> None:
    tested = powered(card())
    for step in state:
        send(tested, step)

    _, answered = send(tested, command)

    assert f"{answered:04X}" == f"{sw:04X}"


ABILITIES = {
    "short cards refuse extended Le": (Abilities(extended_length=False), "00B08A00 000640", 0x6700),
    "cards with a limit take it": (Abilities(extended_length=1600), "00B08A00 000640", 0x9000),
    "cards with a limit refuse more": (Abilities(extended_length=1600), "00B08A00 000641", 0x6700),
    "cards with a limit refuse the whole file": (Abilities(extended_length=1600), "00B08A00 000000", 0x6700),
    "cards without short ids refuse to read by one": (Abilities(short_ids=False), "00B08A00 00", 0x6A86),
    "cards without short ids refuse to verify by one": (Abilities(short_ids=False), "00200098", 0x6A86),
    "a command longer than the card's buffer": (
        Abilities(largest_message=261),
        f"00A4040C 000101 {'00' * 257}",
        0x6700,
    ),
    "a strict card tells the length that is left": (Abilities(exact_le=True), "00B08600 FF", 0x6CA0),
    "a strict card takes 00 for all there is": (Abilities(exact_le=True), "00B08600 00", 0x9000),
}


@pytest.mark.parametrize(("abilities", "command", "sw"), ABILITIES.values(), ids=ABILITIES.keys())
def test_status_word_of_other_generations(card: MakeCard, abilities: Abilities, command: str, sw: int) -> None:
    assert send(powered(card(abilities=abilities)), SELECT_JPKI, command)[1] == sw


# What the less common kinds of cards answer: the next one (invented), a phone, a card without a 暗証番号.
OTHER_KINDS = {
    "the next card has an application of its own": (next_card, [], NEXT_SELECT, 0x9000),
    "the next card has not today's": (next_card, [], SELECT_JPKI, 0x6A82),
    "the next card's certificate": (next_card, [NEXT_SELECT], "00B08300 00", 0x9000),
    "the next card's certificate is not at today's place": (next_card, [NEXT_SELECT], "00B08A00 00", 0x6A82),
    "the next card's file by its whole identifier": (next_card, [NEXT_SELECT], select_file("0103"), 0x9000),
    "the next card's tries": (next_card, [NEXT_SELECT], "00200087", 0x63C3),
    "the next card signs a SHA-384 hash": (next_card, NEXT_VERIFIED, NEXT_SIGN, 0x9000),
    "the next card signs nothing before its PIN": (next_card, [NEXT_SELECT], NEXT_SIGN, 0x6982),
    "the next card signs no DigestInfo": (next_card, NEXT_VERIFIED, SIGN.replace("97", "84", 1), 0x6700),
    "the next card hashes nothing itself": (next_card, NEXT_VERIFIED, NEXT_SIGN.replace("2A00", "2A03", 1), 0x6700),
    "a phone hides its certificate": (android_token, SELECTED, "00B08A00 00", 0x6982),
    "a phone shows it after the PIN": (android_token, VERIFIED, "00B08A00 00", 0x9000),
    "a phone tells its tries": (android_token, SELECTED, "00200098", 0x63C3),
    "a card without a PIN is asked by short id": (card_without_pin, SELECTED, "00200098", 0x6A82),
    "a card without a PIN is asked by file": (card_without_pin, SELECTED, select_file("0018"), 0x6A82),
    "a card without a PIN shows its certificate": (card_without_pin, SELECTED, "00B08A00 00", 0x9000),
    "a card without a PIN signs nothing": (card_without_pin, SELECTED, SIGN, 0x6982),
}


@pytest.mark.parametrize(("kind", "state", "command", "sw"), OTHER_KINDS.values(), ids=OTHER_KINDS.keys())
def test_status_word_of_other_kinds(
    authorities: Authorities, kind: Callable[..., JpkiCardSimulator], state: list[str], command: str, sw: int
) -> None:
    authority = next_authority(authorities.now) if kind is next_card else authorities.user
    assert f"{send(powered(kind(authority, authorities.now)), *state, command)[1]:04X}" == f"{sw:04X}"
