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
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from kiosk.files import FileError, read_bounded
from kiosk.identity import Sealer, derived_key, site_key_parts
from kiosk.kept_files import keep_directory_entry, replace_whole

__all__ = ["LARGEST_RECORD", "RecordSpoiled", "SealedFolder"]

LARGEST_RECORD: Final = 65_536
"""Bytes of a record's file at most."""

_DRAFT = ".new"
"""How the name of a file that `replace_whole` has not yet moved ends."""

_NAME = re.compile(r"[0-9a-f-]{1,80}", re.ASCII)


class RecordSpoiled(Exception):
    """A record is there, and is torn, forged, of another site key, or cannot be read. The text quotes nothing of it."""


class SealedFolder:
    """A folder of records, which nobody without the site key can read, or change unnoticed."""

    def __init__(self, path: Path, site_key: bytes, label: str) -> None:
        """Prepare the folder; the disk is touched by the other methods alone.

        Args:
            path: the folder; it is made with the first record.
            site_key: 32 bytes a generation, oldest first. Records of earlier generations are still read.
            label: what the records are; the keys are derived for it alone.

        Raises:
            ValueError: The site key has a wrong size.

        """
        self._path = path
        self._sealer = Sealer(site_key, label)
        self._naming = [derived_key(part, f"{label} names") for part in reversed(site_key_parts(site_key))]

    def name_of(self, whose: bytes) -> str:
        """Return the name of a record about somebody: an HMAC, in hex."""
        return self.names_of(whose)[0]

    def names_of(self, whose: bytes) -> tuple[str, ...]:
        """Return the names that a record about somebody may have, that of the newest site key first."""
        return tuple(hmac.new(key, whose, sha256).hexdigest() for key in self._naming)

    def write(self, name: str, content: bytes, at: datetime) -> None:
        """Write a record, or replace it; ``at`` is its age for `ages`.

        Raises:
            OSError: It cannot be written. What was there before is still there.
            ValueError: It is larger than a record may be.

        """
        sealed = self._sealer.seal(name, content)
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
        content = self._sealer.opened(name, sealed)
        if content is None:
            raise RecordSpoiled("it is torn or forged, or of another site key")
        return content

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
