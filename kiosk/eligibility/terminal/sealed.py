"""Records on disk about people: encrypted and authenticated under the site key, and named without a number in clear.

Each record is a file of its own in a folder with mode 0700. It is written beside its place and moved there, so that
after a kill or a power cut it is whole or it is not there.
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.files import FileError, read_bounded
from kiosk.identity import site_key_parts
from kiosk.kept_files import keep_directory_entry, replace_whole

__all__ = ["LARGEST_RECORD", "RecordSpoiled", "SealedFolder"]

LARGEST_RECORD: Final = 65_536
"""Bytes of a record's file at most."""

_VERSION: Final = b"\x01"
_NONCE = 12
_KEY = 32
_DRAFT = ".new"
"""How the name of a file that `replace_whole` has not yet moved ends."""

_NAME = re.compile(r"[0-9a-f-]{1,80}", re.ASCII)


class RecordSpoiled(Exception):
    """A record is there, and is torn, forged, of another site key, or cannot be read. The text quotes nothing of it."""


class SealedFolder:
    """A folder of records, which nobody without the site key can read, or change unnoticed.

    AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits. The record's name is authenticated with its content,
    so that no record can take another one's place.
    """

    def __init__(self, path: Path, site_key: bytes, label: str) -> None:
        """Prepare the folder; the disk is touched by the other methods alone.

        Args:
            path: the folder; it is made with the first record.
            site_key: 32 bytes a generation, oldest first. Records of earlier generations are still read.
            label: what the records are; the keys are derived for it alone (HKDF-SHA256, RFC 5869).

        Raises:
            ValueError: The site key has a wrong size.

        """
        self._path = path
        self._keys = [_Keys.of(part, label) for part in reversed(site_key_parts(site_key))]

    def name_of(self, whose: bytes) -> str:
        """Return the name of a record about somebody: an HMAC, in hex."""
        return self._keys[0].name_of(whose)

    def names_of(self, whose: bytes) -> tuple[str, ...]:
        """Return the names that a record about somebody may have, that of the newest site key first."""
        return tuple(keys.name_of(whose) for keys in self._keys)

    def write(self, name: str, content: bytes, at: datetime) -> None:
        """Write a record, or replace it; ``at`` is its age for `ages`.

        Raises:
            OSError: It cannot be written. What was there before is still there.
            ValueError: It is larger than a record may be.

        """
        sealed = self._keys[0].seal(name, content)
        if len(sealed) > LARGEST_RECORD:
            raise ValueError(f"a record has at most {LARGEST_RECORD} bytes")
        self._path.mkdir(mode=0o700, exist_ok=True)
        place = self._path / name
        replace_whole(place, sealed)
        os.utime(place, (at.timestamp(), at.timestamp()))
        keep_directory_entry(self._path)

    def read(self, name: str) -> bytes | None:
        """Return the content of a record; None if there is no such record.

        Raises:
            RecordSpoiled: It cannot be used.

        """
        try:
            sealed = read_bounded(self._path / name, LARGEST_RECORD)
        except FileError as error:
            if not os.path.lexists(self._path / name):
                return None
            raise RecordSpoiled(str(error)) from None
        for keys in self._keys:
            if (content := keys.opened(name, sealed)) is not None:
                return content
        raise RecordSpoiled("it is torn or forged, or of another site key")

    def remove(self, names: Iterable[str]) -> None:
        """Remove the records that are there. Raises OSError."""
        found = [place for name in names if os.path.lexists(place := self._path / name)]
        for place in found:
            place.unlink(missing_ok=True)
        if found:
            keep_directory_entry(self._path)

    def ages(self) -> dict[str, float]:
        """Return each record's name with its time (POSIX), and remove what a kill left half-written.

        Raises OSError. Nobody may write into the folder meanwhile.
        """
        try:
            with os.scandir(self._path) as entries:
                return dict(_records(entries))
        except FileNotFoundError:
            return {}


def _records(entries: Iterator[os.DirEntry[str]]) -> Iterator[tuple[str, float]]:
    for entry in entries:
        if _NAME.fullmatch(entry.name):
            with suppress(FileNotFoundError):
                yield entry.name, entry.stat(follow_symlinks=False).st_mtime
        elif entry.name.endswith(_DRAFT):
            with suppress(OSError):
                os.unlink(entry.path)


@dataclass(frozen=True, slots=True, repr=False)
class _Keys:
    """The keys of one generation of the site key."""

    sealing: AESGCM
    naming: bytes

    @classmethod
    def of(cls, site_key: bytes, label: str) -> _Keys:
        derived = HKDF(SHA256(), 2 * _KEY, salt=None, info=label.encode("ascii")).derive(site_key)
        return cls(AESGCM(derived[:_KEY]), derived[_KEY:])

    def name_of(self, whose: bytes) -> str:
        return hmac.new(self.naming, whose, sha256).hexdigest()

    def seal(self, name: str, content: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self.sealing.encrypt(nonce, content, _VERSION + name.encode("ascii"))

    def opened(self, name: str, sealed: bytes) -> bytes | None:
        nonce, rest = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        if sealed[:1] != _VERSION or len(nonce) < _NONCE:
            return None
        try:
            return self.sealing.decrypt(nonce, rest, _VERSION + name.encode("ascii"))
        except InvalidTag:
            return None
