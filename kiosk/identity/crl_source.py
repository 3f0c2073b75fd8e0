"""Use CRLs from files and folders, and read them again when they change.

A new list is read in the background, and the last good one stays in use until then. It stays in use while it is in
date even if its file is gone, broken, signed by somebody else or older than before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Thread
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.files import FileError, files_under, read_bounded
from kiosk.identity.crl import Crl, parse_crls
from kiosk.identity.revocation import Outlook, Revocation

__all__ = ["MAX_CRL_FILE", "CrlSource"]

MAX_CRL_FILE: Final = 64 * 1024 * 1024
"""Bytes; enough for a list of more than a million entries."""

_MAX_FILES = 4096
_MAX_TOTAL = 256 * 1024 * 1024
_MAX_FORMER = 64
_MOST_PROBLEMS = 8
_PATIENCE: Final = 0.5
"""Seconds that a question waits for a list that has just changed; a long list is read on in the background."""

_Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _ReadFile:
    """What was read of a file in one state (None if it is gone or must be read again), and what was in it before."""

    stamp: _Stamp | None
    lists: Sequence[Crl] = field(default=(), repr=False)
    problem: str | None = None
    former: Sequence[Crl] = field(default=(), repr=False)


class CrlSource:
    """All CRLs under the given paths as one source: any ``revoked`` wins, else any ``good``.

    Every question looks whether a file changed.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        self._by_path: Mapping[Path, _ReadFile] = {}
        self._trouble: tuple[str, ...] = ()
        self._issuers: dict[bytes, x509.Certificate] = {}
        self._lock = Lock()
        self._loader: Thread | None = None

    @classmethod
    def load(cls, paths: Sequence[Path]) -> CrlSource:
        """Return a source over CRL files (DER or PEM) and folders of them, which are read now.

        A file that is missing or is not a list is only a problem (``outlook``). It is used as soon as it becomes a
        list.
        """
        source = cls(paths)
        source._renew(datetime.now(UTC), None)
        return source

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Return what the lists say at ``now`` (aware) of a certificate that was signed by ``issuer``'s key."""
        self._know([issuer])
        self._renew(now, _PATIENCE)
        answers = {crl.status(certificate, issuer, now) for crl in self._in_use([issuer], now)}
        for answer in (Revocation.REVOKED, Revocation.GOOD):
            if answer in answers:
                return answer
        return Revocation.NOT_CHECKED

    def refresh(self, issuers: Sequence[x509.Certificate], now: datetime) -> None:
        """Begin to read what has changed."""
        self._know(issuers)
        self._renew(now, 0)

    def outlook(self, issuers: Sequence[x509.Certificate], now: datetime) -> Outlook:
        """Return whether a list in use can call a certificate good, and what is wrong with each unused list."""
        usable = [crl.made for crl in self._in_use(issuers, now) if crl.lack(issuers, now) is None]
        problems = [*self._trouble, *self._problems(issuers, now)]
        more = [f"and {len(problems) - _MOST_PROBLEMS} more"] if len(problems) > _MOST_PROBLEMS else []
        return Outlook(bool(usable), (*problems[:_MOST_PROBLEMS], *more), max(usable, default=None))

    def _problems(self, issuers: Sequence[x509.Certificate], now: datetime) -> Iterator[str]:
        """Yield what is wrong: with a file that cannot be read, with a list that is not understood, with an outdated
        list that has no successor, and with every list if none is usable.
        """
        files = self._by_path
        present = [crl for one in files.values() for crl in one.lists]
        lacks = {id(crl): crl.lack(issuers, now) for crl in present}
        none_usable = all(lacks.values())
        fresh = {crl.series for crl in present if crl.is_in_date(now) and crl.is_genuine(issuers)}
        for path, one in files.items():
            if one.problem:
                yield f"{path}: {one.problem}"
            for crl in one.lists:
                stale = crl.is_genuine(issuers) and crl.series not in fresh
                if lacks[id(crl)] and (none_usable or crl.defect or stale):
                    yield f"{path}: {lacks[id(crl)]}"

    def _in_use(self, issuers: Sequence[x509.Certificate], now: datetime) -> Iterable[Crl]:
        """Return the lists that are there, and earlier ones that are in date and that no genuine list replaced."""
        files = self._by_path.values()
        present = [crl for one in files for crl in one.lists]
        former = [crl for one in files for crl in one.former if crl.is_in_date(now)]
        return [*present, *(crl for crl in former if not _is_replaced(crl, present, issuers))]

    def _know(self, issuers: Iterable[x509.Certificate]) -> None:
        self._issuers |= {issuer.public_bytes(Encoding.DER): issuer for issuer in issuers}

    def _renew(self, now: datetime, patience: float | None) -> None:
        """Begin to read what has changed, unless that is under way, and wait ``patience`` seconds; None waits until it
        is done.
        """
        with self._lock:
            if self._loader is None or not self._loader.is_alive():
                found, self._trouble = self._files()
                if not self._is_current(found):
                    self._loader = Thread(target=self._load, args=(found, now), name="crl", daemon=True)
                    self._loader.start()
            loader = self._loader
        if loader is not None:
            loader.join(patience)

    def _is_current(self, found: Mapping[Path, _Stamp]) -> bool:
        return found == {path: one.stamp for path, one in self._by_path.items() if path in found or one.stamp}

    def _files(self) -> tuple[dict[Path, _Stamp], tuple[str, ...]]:
        found: dict[Path, _Stamp] = {}
        trouble: list[str] = []
        for path in self._paths:
            try:
                files = files_under(path, _MAX_FILES, lambda item: True)
            except FileError as error:
                trouble.append(f"{path}: {error}")
                continue
            trouble += [] if files else [f"{path}: holds no list"]
            for file in files:
                try:
                    found[file] = _stamp(file)
                except OSError as error:
                    trouble.append(f"{file}: {error.strerror}")
        return found, tuple(trouble)

    def _load(self, found: Mapping[Path, _Stamp], now: datetime) -> None:
        files: dict[Path, _ReadFile] = {}
        room = _MAX_TOTAL
        for path, stamp in found.items():
            known = self._by_path.get(path, _ReadFile(None))
            room -= stamp[1]
            if known.stamp == stamp:
                files[path] = known
            elif room < 0:
                files[path] = _ReadFile(stamp, (), f"all lists together are larger than {_MAX_TOTAL} bytes")
            else:
                files[path] = self._followed(known, _read(path, stamp), now)
        missing = {path: one for path, one in self._by_path.items() if path not in found}
        gone = {path: self._followed(one, _ReadFile(None), now) for path, one in missing.items()}
        self._by_path = files | {path: one for path, one in gone.items() if one.former}

    def _followed(self, before: _ReadFile, after: _ReadFile, now: datetime) -> _ReadFile:
        """Return ``after`` with what is still worth keeping of what the same file had before."""
        issuers = tuple(self._issuers.values())
        kept = [
            crl
            for crl in (*before.lists, *before.former)
            if crl.is_in_date(now) and crl.is_genuine(issuers) and not _is_replaced(crl, after.lists, issuers)
        ]
        return replace(after, former=tuple(kept[:_MAX_FORMER]))


def _is_replaced(crl: Crl, by: Iterable[Crl], issuers: Sequence[x509.Certificate]) -> bool:
    return any(other.replaces(crl) and other.is_genuine(issuers) for other in by)


def _stamp(path: Path) -> _Stamp:
    """Return a value that changes with the file.

    Raises:
        OSError: The file cannot be examined.

    """
    state = path.stat()
    # The change time is included, because a file whose permissions were mended has the same modification time.
    return state.st_mtime_ns, state.st_size, state.st_ino, state.st_ctime_ns


def _read(path: Path, stamp: _Stamp) -> _ReadFile:
    if stamp[1] > MAX_CRL_FILE:
        return _ReadFile(stamp, (), f"larger than {MAX_CRL_FILE} bytes")
    try:
        bundle = parse_crls(read_bounded(path, MAX_CRL_FILE))
    except FileError as error:
        return _ReadFile(None, (), str(error))
    except MemoryError:
        return _ReadFile(stamp, (), "there is not enough memory for it")
    return _ReadFile(stamp, bundle.lists, "; ".join(bundle.faults) or None)
