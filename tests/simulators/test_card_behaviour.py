"""What the simulated JPKI card does over several commands: power, reading, signing, what it keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from drivers.keys import KeyKind
from drivers.profiles import SignatureForm
from simulators.card import Abilities, JpkiCardSimulator
from simulators.files import CERTIFICATE_FILE_SIZE, token_info
from simulators.issuing import android_token, clone_of, next_card
from simulators.pki import next_authority
from simulators.pytest_plugin import Authorities
from tests.simulators.card_commands import (
    DIGEST_INFO,
    HASH,
    NEXT_SIGN,
    NEXT_VERIFIED,
    RIGHT_PASSWORD,
    RIGHT_PIN,
    SELECT_JPKI,
    SIGN,
    SIGN_WITH_SIGN_KEY,
    VERIFIED,
    WRONG_PIN,
    MakeCard,
    powered,
    select_file,
    send,
)


@pytest.mark.parametrize("form", [SignatureForm.RAW, SignatureForm.DER])
def test_the_next_card_signs_in_the_form_of_its_profile(authorities: Authorities, form: SignatureForm) -> None:
    genuine = next_card(next_authority(authorities.now), authorities.now).contents
    scheme = replace(genuine.profile.signatures[KeyKind.EC_P384], form=form)
    profile = replace(genuine.profile, signatures={KeyKind.EC_P384: scheme})
    tested = powered(JpkiCardSimulator(replace(genuine, profile=profile)))
    signed, _ = send(tested, *NEXT_VERIFIED, NEXT_SIGN)
    key = genuine.auth_key.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    der = signed
    if form is SignatureForm.RAW:
        assert len(signed) == 96
        der = encode_dss_signature(int.from_bytes(signed[:48], "big"), int.from_bytes(signed[48:], "big"))
    key.verify(der, b"challenge", ec.ECDSA(hashes.SHA384()))


def test_a_phone_names_itself_in_its_token_information(authorities: Authorities) -> None:
    phone = powered(android_token(authorities.user, authorities.now))
    assert send(phone, SELECT_JPKI, "00B08600 00")[0][:32] == b"JPKIAPGPSETOKEN".ljust(32)


def test_blocked_pin_of_an_iso_card(card: MakeCard) -> None:
    tested = powered(card(pin_tries=0, abilities=Abilities(blocked_sw=0x6983)))

    assert send(tested, SELECT_JPKI, RIGHT_PIN)[1] == 0x6983


def test_first_command_after_power_up_fails_once(card: MakeCard) -> None:
    tested = powered(card(abilities=Abilities(first_command_fails=True)))

    assert send(tested, SELECT_JPKI)[1] == 0x6F00
    assert send(tested, SELECT_JPKI)[1] == 0x9000
    tested.reset()
    assert send(tested, SELECT_JPKI)[1] == 0x9000


def test_verified_pin_can_be_announced(card: MakeCard) -> None:
    tested = powered(card(abilities=Abilities(says_verified=True)))

    assert send(tested, SELECT_JPKI, "00200098")[1] == 0x63C3
    assert send(tested, RIGHT_PIN, "00200098")[1] == 0x9000


def test_warm_reset_loses_the_selection_but_not_the_verified_pin(card: MakeCard) -> None:
    tested = powered(card())
    send(tested, *VERIFIED)

    tested.reset()

    assert send(tested, SIGN)[1] == 0x6A82
    assert send(tested, SELECT_JPKI, SIGN)[1] == 0x9000


def test_power_off_loses_the_verified_pin_but_not_the_counter(card: MakeCard) -> None:
    tested = powered(card())
    send(tested, SELECT_JPKI, RIGHT_PASSWORD, WRONG_PIN)

    tested.power_off()
    tested.power_on()

    assert send(tested, SELECT_JPKI, SIGN_WITH_SIGN_KEY)[1] == 0x6982
    assert send(tested, "00200098")[1] == 0x63C2


def test_certificate_file_is_certificate_then_filler(card: MakeCard) -> None:
    tested = powered(card())

    data, sw = send(tested, SELECT_JPKI, "00B08A00 000000")

    certificate = tested.contents.auth_certificate
    assert sw == 0x9000
    assert len(data) == CERTIFICATE_FILE_SIZE
    assert data == certificate + b"\xff" * (CERTIFICATE_FILE_SIZE - len(certificate))


def test_every_way_to_read_gives_the_same_bytes(card: MakeCard) -> None:
    tested = powered(card())
    certificate = tested.contents.auth_certificate
    send(tested, SELECT_JPKI, select_file("000A"))

    by_offset = b"".join(send(tested, f"00B0{offset:04X} 00")[0] for offset in range(0, 3808, 256))
    first_by_short_id = send(tested, "00B08A00 00")[0]
    bounded = send(tested, f"00B08A00 00{len(certificate):04X}")[0]

    assert (
        by_offset[: len(certificate)] == first_by_short_id + by_offset[256 : len(certificate)] == bounded == certificate
    )


def test_reading_by_short_id_makes_the_file_current(card: MakeCard) -> None:
    tested = powered(card())

    rest = send(tested, SELECT_JPKI, "00B08A00 10", "00B00010 10")[0]

    assert rest == tested.contents.auth_certificate[16:32]


def test_last_chunk_is_what_is_left(card: MakeCard) -> None:
    assert len(send(powered(card()), SELECT_JPKI, select_file("000A"), "00B00E00 00")[0]) == 3808 - 0x0E00


def test_small_buffer_answers_less_than_asked(card: MakeCard) -> None:
    tested = powered(card(abilities=Abilities(largest_message=522)))

    data, sw = send(tested, SELECT_JPKI, "00B08A00 000640")

    assert (len(data), sw) == (520, 0x9000)


def test_token_information_names_a_my_number_card(card: MakeCard) -> None:
    data, _ = send(powered(card()), SELECT_JPKI, "00B08600 00")

    assert data[:32] == b"JPKIAPICCTOKEN2".ljust(32)
    assert data == token_info()
    assert len(data) == 160


def test_availability_says_both_certificates_are_there(card: MakeCard) -> None:
    assert send(powered(card()), SELECT_JPKI, "00B08800 00")[0] == bytes.fromhex("8F8F00")


def test_file_control_information_on_request(card: MakeCard) -> None:
    tested = powered(card())

    assert send(tested, "00A40400 0A D392F000260100000001 00")[0].hex() == "6f0c840ad392f000260100000001"
    assert send(tested, "00A40200 02 000A 00")[0].hex() == "6f048302000a"


def test_signature_without_le_is_fetched(card: MakeCard) -> None:
    tested = powered(card())
    direct = send(tested, *VERIFIED, SIGN)[0]

    fetched = send(tested, SIGN[:-3], "00C00000 00")

    assert fetched == (direct, 0x9000)


@pytest.mark.parametrize(
    ("p1", "data"),
    [("00", DIGEST_INFO), ("02", HASH), ("03", b"challenge")],
    ids=["DigestInfo, verbatim", "hash, wrapped by the card", "message, hashed and wrapped by the card"],
)
def test_three_ways_to_the_same_signature(card: MakeCard, p1: str, data: bytes) -> None:
    tested = powered(card())

    data, _ = send(tested, *VERIFIED, f"802A{p1}97 {len(data):02X} {data.hex()} 00")

    numbers = tested.contents.auth_key.public_key().public_numbers()
    opened = pow(int.from_bytes(data, "big"), numbers.e, numbers.n).to_bytes(256, "big")
    assert opened == b"\x00\x01" + b"\xff" * 202 + b"\x00" + DIGEST_INFO


def test_bare_hash_is_padded_without_digest_info(card: MakeCard) -> None:
    tested = powered(card())

    data, _ = send(tested, *VERIFIED, f"802A0197 09 {b'challenge'.hex()} 00")

    numbers = tested.contents.auth_key.public_key().public_numbers()
    opened = pow(int.from_bytes(data, "big"), numbers.e, numbers.n).to_bytes(256, "big")
    assert opened == b"\x00\x01" + b"\xff" * 221 + b"\x00" + HASH


def test_clone_takes_any_pin_and_signs_with_another_key(card: MakeCard) -> None:
    genuine = powered(card())
    clone = powered(clone_of(genuine.contents))

    assert send(clone, SELECT_JPKI, "00B08A00 000000")[0] == send(genuine, SELECT_JPKI, "00B08A00 000000")[0]
    assert send(clone, WRONG_PIN)[1] == 0x9000
    signature, sw = send(clone, SIGN)
    assert sw == 0x9000
    assert signature != send(genuine, RIGHT_PIN, SIGN)[0]


def test_log_holds_instructions_and_lengths_but_no_pin(card: MakeCard) -> None:
    tested = powered(card(pin="9753"))

    send(tested, SELECT_JPKI, "00200098 04 39373533", SIGN)

    assert [(entry.ins, entry.sent, entry.received, entry.sw) for entry in tested.apdu_log] == [
        (0xA4, 15, 2, 0x9000),
        (0x20, 9, 2, 0x9000),
        (0x2A, 57, 258, 0x9000),
    ]
    assert "9753" not in repr((tested, tested.contents, tested.apdu_log, tested.__dict__))


def test_contents_that_no_card_can_hold_are_refused(card: MakeCard) -> None:
    contents = card().contents

    for wrong in ({"pin": "123"}, {"pin_tries": 4}, {"password": "SHORT"}, {"auth_certificate": bytes(3809)}):
        with pytest.raises(ValueError, match="PIN|certificate"):
            JpkiCardSimulator(replace(contents, **wrong))
