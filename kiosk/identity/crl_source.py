"""CRLs from files and folders, read again when they change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final

from cryptography import x509

from kiosk.files import FileError, files_under, read_bounded
from kiosk.identity.crl import Crl, parse_crls
from kiosk.identity.revocation import Revocation
from kiosk.identity.trust import TrustError

__all__ = ["MAX_CRL_FILE", "CrlSource"]

MAX_CRL_FILE: Final = 64 * 1024 * 1024
"""Bytes: a list of more than a million entries."""

_MAX_FILES = 4096
_MAX_TOTAL = 256 * 1024 * 1024

_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Held:
    """What was read of one file, and the state of the file when it was read."""

    stamp: _Stamp
    lists: Sequence[Crl] = field(repr=False)
    problem: str | None = None


class CrlSource:
    """All CRLs under the given paths as one source: any ``revoked`` wins, else any ``good``.

    Every question looks whether a file changed. A file that cannot be read or parsed counts as absent.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        self._held: dict[Path, _Held] = {}
        self._trouble: tuple[str, ...] = ()
        self._lock = Lock()

    @classmethod
    def load(cls, paths: Sequence[Path]) -> CrlSource:
        """Return a source over CRL files (DER or PEM) and folders of them, read now.

        Raises TrustError for a path that does not exist; a file that is no CRL is only a problem (``problems``).
        """
        for path in paths:
            if not path.exists():
                raise TrustError(path, "no such file or folder")
        source = cls(paths)
        source.problems()
        return source

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Return what the lists say at ``now`` (aware) of a certificate that ``issuer``'s key did sign."""
        answers = {crl.status(certificate, issuer, now) for crl in self._current()}
        for answer in (Revocation.REVOKED, Revocation.GOOD):
            if answer in answers:
                return answer
        return Revocation.NOT_CHECKED

    def problems(self) -> tuple[str, ...]:
        """Return, for staff, each file that is not used, with the reason."""
        self._current()
        return self._trouble

    def _current(self) -> Sequence[Crl]:
        with self._lock:
            found, trouble = self._files()
            self._held = self._refreshed(found)
            refused = [f"{path}: {held.problem}" for path, held in self._held.items() if held.problem]
            self._trouble = (*trouble, *refused)
            return [crl for held in self._held.values() for crl in held.lists]

    def _files(self) -> tuple[dict[Path, _Stamp], list[str]]:
        found: dict[Path, _Stamp] = {}
        trouble: list[str] = []
        for path in self._paths:
            try:
                found |= dict(_stamps(files_under(path, _MAX_FILES, lambda item: True)))
            except FileError as error:
                trouble.append(f"{path}: {error}")
            except OSError as error:
                trouble.append(f"{path}: {error.strerror}")
        return found, trouble

    def _refreshed(self, found: dict[Path, _Stamp]) -> dict[Path, _Held]:
        held: dict[Path, _Held] = {}
        room = _MAX_TOTAL
        for path, stamp in found.items():
            known = self._held.get(path)
            room -= stamp[1]
            if room < 0:
                held[path] = _Held(stamp, (), f"all lists together are larger than {_MAX_TOTAL} bytes")
            elif known is not None and known.stamp == stamp:
                held[path] = known
            else:
                held[path] = _read(path, stamp)
        return held


def _stamps(paths: Sequence[Path]) -> Iterator[tuple[Path, _Stamp]]:
    for path in paths:
        state = path.stat()
        yield path, (state.st_mtime_ns, state.st_size, state.st_ino)


def _read(path: Path, stamp: _Stamp) -> _Held:
    try:
        bundle = parse_crls(read_bounded(path, MAX_CRL_FILE))
        return _Held(stamp, bundle.lists, "; ".join(bundle.faults) or None)
    except FileError as error:
        return _Held(stamp, (), str(error))
