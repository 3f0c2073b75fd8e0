"""Card profiles: what a file may say, and the one clear error for what it may not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drivers.errors import BadCardData, UnsupportedCard
from drivers.jpki import CardMemory, JpkiCard, PinOutcome, PinResult
from drivers.keys import KeyKind
from drivers.profiles import MAX_PROFILES, CardProfile, ProfileError, Scheme, SignatureForm, built_in, load_profiles
from drivers.profiles import profiles_in as taken_from

if TYPE_CHECKING:
    from tests.drivers.doubles import CardDouble

OTHER = """
[other]
application = "F04F54484552"
leave_for = "A0000001510000"
certificate = { file = "0103", short_id = 3 }
key = { file = "0104", short_id = 4 }
pin = { file = "0107", short_id = 7, length = 6, alphabet = "0123456789AB", most_tries = 5 }

[other.signature.EC-P384]
p1 = 2
hash = "SHA-384"
form = "raw"
"""
SELECT_JPKI = "00A4040C0AD392F000260100000001"
SELECT_OTHER = "00A4040C06F04F54484552"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str | bytes, name: str = "other.toml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_todays_card_is_built_in() -> None:
    (jpki,) = built_in()
    assert (jpki.name, jpki.application.hex().upper()) == ("jpki", "D392F000260100000001")
    assert jpki.files == {0x000A, 0x0017, 0x0018}
    assert (jpki.pin.length, jpki.pin.alphabet, jpki.pin.most_tries) == (4, b"0123456789", 3)
    digest = hashlib.sha256(b"challenge").digest()
    prefix = bytes.fromhex("3031300d060960864801650304020105000420")
    assert jpki.signatures == {KeyKind.RSA: Scheme(0x00, "SHA-256", prefix, SignatureForm.PLAIN)}
    assert jpki.signatures[KeyKind.RSA].data(b"challenge") == prefix + digest


def test_a_file_adds_its_profiles_behind_the_built_in_ones(write: Callable[..., Path]) -> None:
    jpki, other = load_profiles([write(OTHER)])
    assert (jpki, other.name, other.application) == (built_in()[0], "other", b"\xf0OTHER")
    assert other.pin.fits(b"12AB90")
    assert not any(map(other.pin.fits, (b"", b"1234", b"12ab90", b"1234567")))
    assert other.signatures[KeyKind.EC_P384].data(b"x") == hashlib.sha384(b"x").digest()


WRONG = {
    "a wrong hex string": ('"F04F54484552"', '"F04F5448455G"', "other: application: is not made of pairs"),
    "half a byte": ('"F04F54484552"', '"F04F5448455"', "other: application: is not made of pairs"),
    "an AID too short": ('"F04F54484552"', '"F04F"', "other: application: has 2 bytes, not 5 to 16"),
    "an AID too long": ('"F04F54484552"', f'"{"F0" * 17}"', "other: application: has 17 bytes, not 5 to 16"),
    "an AID that is a number": ('"F04F54484552"', "5", "other: application: is not a text"),
    "the AID of another profile": ('"F04F54484552"', '"D392F000260100000001"', "application: is that of profile jpki"),
    "an application with the マイナンバー": ('"F04F54484552"', '"D3921000310001010408"', "never selected"),
    "the beginning of an AID with the マイナンバー": (
        '"F04F54484552"',
        '"D392100031"',
        "other: application: is one that",
    ),
    "leaving for the マイナンバー": ('"A0000001510000"', '"D3921000310001010408"', "other: leave_for: is one that"),
    "leaving for its beginning": ('"A0000001510000"', '"D392100031"', "other: leave_for: is one that"),
    "leaving for itself": ('"A0000001510000"', '"F04F54484552"', "other: leave_for: is the application itself"),
    "a file of three bytes": ('"0103"', '"010300"', "other: certificate.file: has 3 bytes, not 2"),
    "a short id too large": (
        "short_id = 3",
        "short_id = 31",
        "other: certificate.short_id: is not a whole number, 1 to",
    ),
    "a short id of text": ("short_id = 3", 'short_id = "03"', "other: certificate.short_id: is not a whole number"),
    "a short id that is true": (
        "short_id = 3",
        "short_id = true",
        "other: certificate.short_id: is not a whole number",
    ),
    "one file twice": ('"0104"', '"0103"', "other: certificate, key, pin: two of them are one file"),
    "one short id twice": ("short_id = 4", "short_id = 3", "other: certificate, key, pin: two of them are one file"),
    "an unknown key": ("[other]\n", "[other]\nsize = 1\n", "other: size: there is no such key"),
    "an unknown key below": ("length = 6", "length = 6, width = 1", "other: pin.width: there is no such key"),
    "a missing key": ('leave_for = "A0000001510000"\n', "", "other: leave_for: is missing"),
    "a missing short id": (", short_id = 4 }", " }", "other: key.short_id: is missing"),
    "a file that is no table": ('{ file = "0104", short_id = 4 }', '"0104"', "other: key: is not a table"),
    "a PIN too short": ("length = 6", "length = 3", "other: pin.length: is not a whole number, 4 to 16"),
    "an alphabet of no characters": ('"0123456789AB"', '""', "other: pin.alphabet: is not made of printable ASCII"),
    "an alphabet of full-width digits": ('"0123456789AB"', '"０１２"', "other: pin.alphabet: is not made of printable"),
    "more tries than a status word can say": ("most_tries = 5", "most_tries = 16", "other: pin.most_tries: is not"),
    "an unknown kind of key": ("signature.EC-P384", "signature.EC-P521", "other: signature: names no kind of key"),
    "an unknown hash": ('"SHA-384"', '"SHA-1"', "signature.EC-P384.hash: is none of SHA-256, SHA-384, SHA-512"),
    "an unknown form": ('"raw"', '"plain"', "other: signature.EC-P384.form: is none of raw, der"),
    "a P1 too large": ("p1 = 2", "p1 = 256", "other: signature.EC-P384.p1: is not a whole number, 0 to 255"),
    "an unknown key of a signature": ("p1 = 2", "p1 = 2\np2 = 3", "other: signature.EC-P384.p2: there is no such key"),
    "a name of two lines": ("[other", '["other\\n"', r"profile 'other\n': name: is not made of 1 to 64 printable"),
    "no name": ("[other", '[""', "profile '': name: is not made of 1 to 64 printable"),
    "an unknown key of an escape": ("p1 = 2", 'p1 = 2\n"\\u001b" = 3', r"EC-P384.'\x1b': there is no such key"),
    "an unknown key without end": ("[other]\n", f"[other]\n{'k' * 900} = 1\n", f"other: '{'k' * 64}': there is no"),
    "the name of another profile": ("[other]", "[jpki]", "jpki: signature: is missing"),
}


@pytest.mark.parametrize(("right", "wrong", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_named_with_file_profile_and_key(
    write: Callable[..., Path], right: str, wrong: str, message: str
) -> None:
    assert right in OTHER
    path = write(OTHER.replace(right, wrong, 1))
    with pytest.raises(ProfileError) as caught:
        load_profiles([path])
    assert str(caught.value).startswith(f"{path}: profile ")
    assert message in str(caught.value)


NO_PROFILES = {
    "no TOML": (b"[other", "not TOML"),
    "no UTF-8": (b"\xff\xfe", "not TOML"),
    "nested too deep": (b"a = " + b"[" * 1_000, "not TOML"),
    "a key of ten thousand parts": (b"a." * 10_000 + b"a = 1", "line of more than 1024 bytes"),
    "nothing": (b"", "holds no profile"),
    "no table": (b"other = 1", "profile other: is not a table"),
    "too long": (b"#" * 65_537, "longer than 65536 bytes"),
}


@pytest.mark.parametrize(("content", "message"), NO_PROFILES.values(), ids=NO_PROFILES.keys())
def test_a_file_without_profiles(write: Callable[..., Path], content: bytes, message: str) -> None:
    path = write(content)
    with pytest.raises(ProfileError, match=message) as caught:
        load_profiles([path])
    assert str(caught.value).startswith(f"{path}: ")


def test_a_file_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tmp_path / "missing.toml", tmp_path):
        with pytest.raises(ProfileError, match=f"{path}: no such file"):
            load_profiles([path])

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (locked := tmp_path / "locked.toml").touch()
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(ProfileError, match="locked.toml: Permission denied"):
        load_profiles([locked])


def test_profiles_that_are_there_already(write: Callable[..., Path]) -> None:
    first, second = write(OTHER), write(OTHER, "again.toml")
    with pytest.raises(ProfileError, match=r"again\.toml: profile other: there is one of this name already"):
        load_profiles([first, second])


def test_there_is_a_limit(write: Callable[..., Path]) -> None:
    text = "".join(
        OTHER.replace("other", f"other{n}").replace("F04F54484552", f"F04F544845{n:02}") for n in range(MAX_PROFILES)
    )
    with pytest.raises(ProfileError, match=f"more than {MAX_PROFILES} profiles"):
        load_profiles([write(text)])


def test_a_worker_takes_them_out_of_its_options(write: Callable[..., Path]) -> None:
    options: dict[str, object] = {"devices": ["usb"], "profiles": [str(write(OTHER))]}
    assert [profile.name for profile in taken_from(options)] == ["jpki", "other"]
    assert options == {"devices": ["usb"]}
    assert taken_from(options) == built_in()
    with pytest.raises(ProfileError):
        taken_from({"profiles": "other.toml"})


# -- the card tells which profile it is of ---------------------------------------------------------------


@pytest.fixture
def other(write: Callable[..., Path]) -> CardProfile:
    return load_profiles([write(OTHER)])[-1]


def of_kind(other: CardProfile, application: bytes) -> Callable[[bytes], tuple[bytes, int] | None]:
    """A card that has one application only."""

    def answer(apdu: bytes) -> tuple[bytes, int] | None:
        if apdu[1:3] != b"\xa4\x04":
            return None
        return (b"", 0x9000) if apdu[5:] in (application, other.leave_for) else (b"", 0x6A82)

    return answer


def test_a_road_remembers_which_profile_fitted_last(make_card: type[CardDouble], other: CardProfile) -> None:
    memory, profiles = CardMemory(), (*built_in(), other)

    def selects(application: bytes) -> list[str]:
        card = make_card(always=of_kind(other, application))
        JpkiCard(card, memory, profiles=profiles).select()
        return card.log

    today = built_in()[0].application
    assert selects(today) == [SELECT_JPKI]
    assert selects(other.application) == [SELECT_JPKI, SELECT_OTHER]
    assert selects(other.application) == [SELECT_OTHER]
    assert selects(today) == [SELECT_OTHER, SELECT_JPKI]
    assert selects(today) == [SELECT_JPKI]


def test_a_card_of_no_profile(make_card: type[CardDouble], other: CardProfile) -> None:
    card = make_card(always=lambda apdu: (b"", 0x6A82))
    with pytest.raises(UnsupportedCard):
        JpkiCard(card, CardMemory(), profiles=(*built_in(), other)).select()
    assert card.log == [SELECT_JPKI, SELECT_OTHER]


def test_a_pin_that_does_not_fit_the_card_is_not_sent(make_card: type[CardDouble], other: CardProfile) -> None:
    card = make_card(always=of_kind(other, other.application))
    jpki = JpkiCard(card, CardMemory(), 3, profiles=(*built_in(), other))
    assert jpki.verify_pin(b"1234") == PinResult(PinOutcome.MALFORMED, 3)
    assert card.log == [SELECT_JPKI, SELECT_OTHER]


def test_the_kind_of_key_must_be_one_that_the_profile_knows(
    make_card: type[CardDouble], p384_certificate: bytes
) -> None:
    card = make_card(certificate=p384_certificate)
    jpki = JpkiCard(card, CardMemory())
    jpki.select()
    with pytest.raises(BadCardData, match="profile jpki has no signature for a key of the kind EC-P384"):
        jpki.sign(b"challenge")


@pytest.mark.parametrize(("form", "answer"), [(SignatureForm.RAW, bytes(95) + b"\x01"), (SignatureForm.DER, b"0\x00")])
def test_ecdsa_comes_as_der_whatever_the_card_gives(
    make_card: type[CardDouble], p384_certificate: bytes, form: SignatureForm, answer: bytes
) -> None:
    scheme = Scheme(0x00, "SHA-384", b"", form)
    profile = replace(built_in()[0], signatures={KeyKind.EC_P384: scheme})
    sent = []

    def signing(apdu: bytes) -> tuple[bytes, int] | None:
        if apdu[1] != 0x2A:
            return None
        sent.append(bytes(apdu))
        return answer, 0x9000

    card = make_card(certificate=p384_certificate, always=signing)
    jpki = JpkiCard(card, CardMemory(), profiles=[profile])
    jpki.select()
    signature = jpki.sign(b"challenge")
    assert signature == (b"0\x06\x02\x01\x00\x02\x01\x01" if form is SignatureForm.RAW else answer)
    assert sent == [bytes.fromhex("802A009730") + hashlib.sha384(b"challenge").digest() + b"\x00"]
