"""Build the content of a JPKI card: its elementary files, PINs and keys (docs/card.md).

The profile says where certificate, key and PIN for user authentication are; the rest is as on today's card.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

from drivers.keys import KeyKind
from drivers.profiles import CardProfile, SignatureForm
from simulators.keys import PrivateKey
from simulators.profiles import JPKI

__all__ = [
    "ANDROID_TOKEN",
    "CERTIFICATE_FILE_SIZE",
    "Contents",
    "DataFile",
    "EfId",
    "ElementaryFile",
    "KeyFile",
    "MY_NUMBER_TOKEN",
    "OpaqueFile",
    "PinFile",
    "files_of",
    "token_info",
]

CERTIFICATE_FILE_SIZE: Final = 3808
"""Physical size in bytes of each certificate file; filler follows the certificate."""

MY_NUMBER_TOKEN: Final = "JPKIAPICCTOKEN2"
"""The token label that distinguishes a My Number card from a 住基カード or a phone."""

ANDROID_TOKEN: Final = "JPKIAPGPSETOKEN"
"""The token label of the secure element in an Android phone, whose certificate can be read only after the PIN."""


class EfId(IntEnum):
    """File identifiers below the JPKI application, beside those of the profile."""

    SIGN_CERTIFICATE = 0x0001
    SIGN_CA = 0x0002
    TOKEN_INFO = 0x0006
    AVAILABILITY = 0x0008
    AUTH_CA = 0x000B
    TERMINAL_CA = 0x0016
    SIGN_KEY = 0x001A
    SIGN_PASSWORD = 0x001B


_UNKNOWN_FILES = (0x0005, 0x0009, 0x0010, 0x0019, 0x001C, 0x001E)


@dataclass(frozen=True, slots=True)
class DataFile:
    """A transparent file of fixed physical size. ``needs`` is the PIN file that must be verified before reading."""

    body: bytes = field(repr=False)
    needs: int | None = None


@dataclass(slots=True)
class PinFile:
    """A PIN with its counter. ``tries`` survives power-off, as on a card."""

    secret: bytes = field(repr=False)
    lengths: range
    tries: int
    most_tries: int


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A private key that signs once ``needs`` is verified; ``form`` is that of an ECDSA signature."""

    key: PrivateKey = field(repr=False)
    needs: int
    form: SignatureForm = SignatureForm.PLAIN


@dataclass(frozen=True, slots=True)
class OpaqueFile:
    """A file that exists and can be selected, but is never opened."""


ElementaryFile = DataFile | PinFile | KeyFile | OpaqueFile


@dataclass(frozen=True, slots=True)
class Contents:
    """What an issuer writes onto one card. Certificates are DER; the signing part may be left out (None).

    ``pin`` is the 4-digit 利用者証明用暗証番号 (None for a card without one), ``password`` the 6 to 16 characters of
    the
    署名用暗証番号. ``pin_tries`` and ``password_tries`` are those left at the start; 0 is a blocked card. With
    ``protected`` the certificate can be read only after the PIN, as on a phone.
    """

    auth_certificate: bytes = field(repr=False)
    auth_key: PrivateKey = field(repr=False)
    auth_ca: bytes = field(repr=False)
    sign_certificate: bytes | None = field(default=None, repr=False)
    sign_key: rsa.RSAPrivateKey | None = field(default=None, repr=False)
    sign_ca: bytes = field(default=b"", repr=False)
    pin: str | None = field(default="1234", repr=False)
    password: str = field(default="ABC123", repr=False)
    pin_tries: int = 3
    password_tries: int = 5
    token_label: str = MY_NUMBER_TOKEN
    filler: int = 0xFF
    profile: CardProfile = JPKI
    protected: bool = False


def files_of(contents: Contents) -> dict[int, ElementaryFile]:
    """Return the files of a card with these contents, by file identifier.

    Raises:
        ValueError: A certificate is longer than its file, or a PIN has a wrong form.

    """
    files: dict[int, ElementaryFile] = {number: OpaqueFile() for number in _UNKNOWN_FILES}
    files |= {EfId.TERMINAL_CA: OpaqueFile()}
    return files | _data_files(contents) | _pins(contents) | _keys(contents)


def token_info(label: str = MY_NUMBER_TOKEN) -> bytes:
    """Return the 160 bytes of EF 0006: a PKCS#11 CK_TOKEN_INFO with big-endian fields (PKCS#11 2.40, 3.2)."""
    texts = ((label, 32), ("JPKI-SIMULATION", 32), ("", 16), ("", 16))
    named = b"".join(text.encode("ascii").ljust(width) for text, width in texts)
    if len(named) != 96:
        raise ValueError("a token label has at most 32 characters")
    flags, counters, versions, clock = bytes(4), b"\xff" * 40, b"0301", b" " * 16
    return named + flags + counters + versions + clock


def _data_files(contents: Contents) -> dict[int, ElementaryFile]:
    def certificate(der: bytes, needs: int | None = None) -> DataFile:
        return DataFile(_filled(der, contents.filler), needs)

    profile = contents.profile
    pin = profile.pin.file.number if contents.protected else None
    return {
        EfId.SIGN_CERTIFICATE: certificate(contents.sign_certificate or b"", EfId.SIGN_PASSWORD),
        EfId.SIGN_CA: certificate(contents.sign_ca),
        EfId.TOKEN_INFO: DataFile(token_info(contents.token_label)),
        EfId.AVAILABILITY: DataFile(_availability(contents)),
        profile.certificate.number: certificate(contents.auth_certificate, pin),
        EfId.AUTH_CA: certificate(contents.auth_ca),
    }


def _availability(contents: Contents) -> bytes:
    there, absent = 0x8F, 0x00
    return bytes([there if contents.sign_certificate else absent, there, 0x00])


def _filled(der: bytes, filler: int) -> bytes:
    if len(der) > CERTIFICATE_FILE_SIZE:
        raise ValueError(f"a certificate file holds {CERTIFICATE_FILE_SIZE} bytes, not {len(der)}")
    return der.ljust(CERTIFICATE_FILE_SIZE, bytes([filler]))


def _pins(contents: Contents) -> dict[int, ElementaryFile]:
    rule = contents.profile.pin
    pins: dict[int, ElementaryFile] = {
        EfId.SIGN_PASSWORD: _pin(contents.password, range(6, 17), contents.password_tries, 5)
    }
    if contents.pin is not None:
        lengths = range(rule.length, rule.length + 1)
        pins[rule.file.number] = _pin(contents.pin, lengths, contents.pin_tries, rule.most_tries)
    return pins


def _pin(secret: str, lengths: range, tries: int, most_tries: int) -> PinFile:
    if len(secret) not in lengths or not 0 <= tries <= most_tries:
        raise ValueError("a PIN or its counter does not fit its file")
    return PinFile(secret.encode("ascii"), lengths, tries, most_tries)


def _keys(contents: Contents) -> dict[int, ElementaryFile]:
    profile = contents.profile
    schemes = profile.signatures
    form = schemes[KeyKind.EC_P384].form if KeyKind.EC_P384 in schemes else SignatureForm.PLAIN
    keys: dict[int, ElementaryFile] = {profile.key.number: KeyFile(contents.auth_key, profile.pin.file.number, form)}
    if contents.sign_key is not None:
        keys[EfId.SIGN_KEY] = KeyFile(contents.sign_key, EfId.SIGN_PASSWORD)
    return keys
