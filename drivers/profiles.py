"""Card profiles: what distinguishes one kind of card from another, as data.

The built-in ones are in ``profiles.toml`` beside this file; ``load_profiles`` adds files of the same form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from drivers.keys import KeyKind
from drivers.profile_table import ProfileError, Table, shown
from drivers.toml_file import TomlError, parse_toml

__all__ = [
    "MAX_PROFILES",
    "CardProfile",
    "FileId",
    "PinRule",
    "ProfileError",
    "Scheme",
    "SignatureForm",
    "built_in",
    "load_profiles",
    "profiles_in",
]

MAX_PROFILES: Final = 16
"""The most profiles at once: each one costs a card that fits none of them a SELECT."""

_MAX_FILE = 64 * 1024
_MAX_LINE = 1024
_HASHES = {"SHA-256": hashlib.sha256, "SHA-384": hashlib.sha384, "SHA-512": hashlib.sha512}
_AID_BYTES = range(5, 17)
# 券面事項入力補助AP, 券面事項確認AP and 住基AP begin so.
_MY_NUMBER = bytes.fromhex("D39210003100010104")
_PIN_BYTES = range(4, 17)


class SignatureForm(StrEnum):
    """How a card gives its signature."""

    PLAIN = "plain"
    RAW = "raw"
    DER = "der"


@dataclass(frozen=True, slots=True)
class FileId:
    """An elementary file: its identifier (two bytes), and the short one (1 to 30)."""

    number: int
    short_id: int


@dataclass(frozen=True, slots=True)
class PinRule:
    """The PIN: its file, how many characters of which alphabet, and the most tries a card may promise."""

    file: FileId
    length: int
    alphabet: bytes
    most_tries: int

    def fits(self, pin: bytes | bytearray) -> bool:
        """Return whether ``pin`` may be sent at all (an empty VERIFY is a question)."""
        return len(pin) == self.length and all(character in self.alphabet for character in pin)


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one kind of key signs: P1 of the command, the hash, the bytes before the hash, the form of the answer."""

    p1: int
    hash: str
    before: bytes
    form: SignatureForm

    def data(self, challenge: bytes) -> bytes:
        """Return what is sent to have ``challenge`` signed."""
        return self.before + _HASHES[self.hash](challenge).digest()


@dataclass(frozen=True, slots=True)
class CardProfile:
    """One kind of card. ``leave_for`` is the application whose SELECT clears a verified PIN."""

    name: str
    application: bytes
    leave_for: bytes
    certificate: FileId
    key: FileId
    pin: PinRule
    signatures: Mapping[KeyKind, Scheme]

    @property
    def files(self) -> frozenset[int]:
        """The numbers of its three files."""
        return frozenset({self.certificate.number, self.key.number, self.pin.file.number})


@cache
def built_in() -> tuple[CardProfile, ...]:
    """Return the profiles of the package."""
    return tuple(_read(Path(__file__).with_name("profiles.toml")))


def load_profiles(paths: Iterable[Path]) -> tuple[CardProfile, ...]:
    """Return the built-in profiles, then those in the files. Raises ProfileError, which names file, profile and key."""
    found = list(built_in())
    for path in paths:
        for profile in _read(path):
            _refuse_twins(profile, found, path)
            found.append(profile)
    return tuple(found)


def profiles_in(options: MutableMapping[str, object]) -> tuple[CardProfile, ...]:
    """Remove ``profiles``, a list of files, from a worker's options, and load them. Raises ProfileError."""
    paths = options.pop("profiles", [])
    if not isinstance(paths, list):
        raise ProfileError("profiles: is not a list of files")
    return load_profiles(Path(str(path)) for path in paths)


def _refuse_twins(profile: CardProfile, others: list[CardProfile], path: Path) -> None:
    if len(others) == MAX_PROFILES:
        raise ProfileError(f"{path}: profile {profile.name}: more than {MAX_PROFILES} profiles")
    for other in others:
        if other.name == profile.name:
            raise ProfileError(f"{path}: profile {profile.name}: there is one of this name already")
        if other.application == profile.application:
            raise ProfileError(f"{path}: profile {profile.name}: application: is that of profile {other.name}")


def _read(path: Path) -> list[CardProfile]:
    try:
        tables = parse_toml(_content(path))
    except OSError as error:
        raise ProfileError(f"{path}: {error.strerror or 'cannot be read'}") from None
    except TomlError as error:
        raise ProfileError(f"{path}: not TOML: {error}") from None
    if not tables:
        raise ProfileError(f"{path}: holds no profile")
    return [_profile(name, Table(table, f"{path}: profile {shown(name)}")) for name, table in tables.items()]


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise ProfileError(f"{path}: no such file")
    with path.open("rb") as file:
        content = file.read(_MAX_FILE + 1)
    if len(content) > _MAX_FILE:
        raise ProfileError(f"{path}: longer than {_MAX_FILE} bytes")
    if max(map(len, content.split(b"\n"))) > _MAX_LINE:
        raise ProfileError(f"{path}: has a line of more than {_MAX_LINE} bytes")
    return content


def _profile(name: str, table: Table) -> CardProfile:
    if shown(name) != name:
        table.refuse("name", "is not made of 1 to 64 printable characters")
    with table:
        profile = CardProfile(
            name=name,
            application=table.hexadecimal("application", _AID_BYTES),
            leave_for=table.hexadecimal("leave_for", _AID_BYTES),
            certificate=_file(table.table("certificate")),
            key=_file(table.table("key")),
            pin=_pin(table.table("pin")),
            signatures=_schemes(table.table("signature")),
        )
        _refuse_nonsense(profile, table)
        return profile


def _refuse_nonsense(profile: CardProfile, table: Table) -> None:
    for key, application in (("application", profile.application), ("leave_for", profile.leave_for)):
        if _selects_my_number(application):
            table.refuse(key, "is one that carries the マイナンバー: it is never selected")
    if profile.leave_for == profile.application:
        table.refuse("leave_for", "is the application itself, whose SELECT clears nothing")
    short_ids = {profile.certificate.short_id, profile.key.short_id, profile.pin.file.short_id}
    if len(profile.files) < 3 or len(short_ids) < 3:
        table.refuse("certificate, key, pin", "two of them are one file")


def _selects_my_number(application: bytes) -> bool:
    """Return whether SELECT may find such an application: a card takes the beginning of an AID for the whole."""
    return application.startswith(_MY_NUMBER) or _MY_NUMBER.startswith(application)


def _file(table: Table) -> FileId:
    with table:
        return _file_id(table)


def _file_id(table: Table) -> FileId:
    number = int.from_bytes(table.hexadecimal("file", range(2, 3)), "big")
    return FileId(number, table.integer("short_id", range(1, 31)))


def _pin(table: Table) -> PinRule:
    with table:
        alphabet = table.text("alphabet")
        if not (alphabet.isascii() and alphabet.isprintable() and alphabet):
            table.refuse("alphabet", "is not made of printable ASCII characters")
        length, tries = table.integer("length", _PIN_BYTES), table.integer("most_tries", range(1, 16))
        return PinRule(_file_id(table), length, alphabet.encode("ascii"), tries)


def _schemes(table: Table) -> dict[KeyKind, Scheme]:
    with table:
        found = {kind: _scheme(kind, table.table(kind.value)) for kind in KeyKind if kind.value in table}
        if not found:
            table.refuse("", "names no kind of key; known are " + ", ".join(KeyKind))
        return found


def _scheme(kind: KeyKind, table: Table) -> Scheme:
    with table:
        algorithm = table.choice("hash", _HASHES)
        before = table.hexadecimal("before", range(64)) if "before" in table else b""
        forms = [SignatureForm.PLAIN] if kind is KeyKind.RSA else [SignatureForm.RAW, SignatureForm.DER]
        return Scheme(
            p1=table.integer("p1", range(256)),
            hash=algorithm,
            before=before,
            form=SignatureForm(table.choice("form", forms)),
        )
