"""Writing the journal: one line an entry, on the disk before `append` returns, by one process at a time."""

import fcntl
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from kiosk.audit.chain import FIRST_PREVIOUS, LONGEST_LINE, Seal
from kiosk.audit.desk_entry import DeskEntry
from kiosk.audit.entry import Entry, instant
from kiosk.audit.head import Head, read_head, write_head
from kiosk.audit.tail import Tail, read_tail, set_aside

_LEAST_SPACE = 1 << 20
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


class JournalError(Exception):
    """The journal cannot be kept: no visit may be served. The message says what to do."""


def journal_path(data_dir: Path, kiosk_id: str) -> Path:
    """Where the journal of a kiosk stands."""
    return data_dir / f"journal-{kiosk_id}.jsonl"


class Journal:
    """An open journal, locked against other writers. May be used from several threads."""

    def __init__(self, path: Path, kiosk_id: str, seal: Seal, descriptor: int, end: Head, size: int) -> None:
        self._path = path
        self._kiosk_id = kiosk_id
        self._seal = seal
        self._descriptor: int | None = descriptor
        self._end = end
        self._size = size
        self._lock = Lock()

    @classmethod
    def open(cls, path: Path, kiosk_id: str, key: bytes, *, now: datetime) -> Self:
        """The journal at `path`, made (mode 0600) when missing.

        What a power cut left half written is set aside in `PATH.torn`, and an entry of kind `recovered` says so.

        Args:
            path: the file; its folder must be there.
            kiosk_id: stands in every entry.
            key: the site key.
            now: the instant (aware) for a `recovered` entry.

        Raises:
            JournalError: another process writes to it, the disk is full, or its end does not fit the site key.

        """
        try:
            descriptor = os.open(path, _FLAGS, 0o600)
        except OSError as error:
            raise JournalError(f"cannot open the journal {path}: {error.strerror}") from None
        try:
            return cls._opened(path, kiosk_id, Seal.of(key), descriptor, now)
        except OSError as error:
            os.close(descriptor)
            raise JournalError(f"cannot open the journal {path}: {error.strerror}") from None
        except BaseException:
            os.close(descriptor)
            raise

    @classmethod
    def _opened(cls, path: Path, kiosk_id: str, seal: Seal, descriptor: int, now: datetime) -> Self:
        _take_lock(descriptor, path)
        _keep_directory_entry(path.parent)
        tail = read_tail(descriptor, seal)
        _require_own(tail, path)
        head = read_head(path, seal)
        if tail.torn:
            set_aside(descriptor, tail, path)
        last = Head(tail.last.sequence, tail.last.hash) if tail.last else Head(0, FIRST_PREVIOUS)
        lost_head = last.sequence > 1 and head is None
        end = head if head is not None and head.sequence > last.sequence else last
        journal = cls(path, kiosk_id, seal, descriptor, end, tail.size)
        if tail.torn or lost_head or end is not last:
            journal._write(_recovery(tail, lost_head, now))
        return journal

    def append(self, entry: Entry | DeskEntry) -> None:
        """Write `entry`; it is on the disk when this returns.

        Raises:
            JournalError: it could not be written, the disk is full for example; the journal is as it was before.

        """
        self._write(entry.to_json())

    def check(self) -> None:
        """Raise JournalError where nothing could be appended now: closed, moved away, or the disk is full."""
        if self._descriptor is None:
            raise JournalError("the journal is closed; the service must open it again")
        try:
            here, there = os.fstat(self._descriptor), os.stat(self._path)
            space = os.fstatvfs(self._descriptor)
        except OSError as error:
            raise JournalError(f"cannot reach the journal {self._path}: {error.strerror}") from None
        if (here.st_dev, here.st_ino) != (there.st_dev, there.st_ino):
            raise JournalError(f"the journal {self._path} was replaced by another file")
        if space.f_bavail * space.f_frsize < _LEAST_SPACE:
            raise JournalError(f"the disk of the journal {self._path} is full")

    def reference(self, member: str) -> str:
        """What may stand in `Entry.member` for a member's number: an HMAC, 64 hexadecimal digits."""
        return self._seal.reference(member)

    def close(self) -> None:
        """Let go of the file and its lock; nothing can be appended any more."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, said: dict[str, Any]) -> None:
        with self._lock:
            if self._descriptor is None:
                raise JournalError("the journal is closed; the service must open it again")
            place = {"sequence": self._end.sequence + 1, "previous": self._end.hash, "kiosk": self._kiosk_id}
            line, seal = self._seal.line({**said, **place})
            if len(line) > LONGEST_LINE:
                raise JournalError("the entry is too long for the journal")
            self._put(self._descriptor, line, Head(self._end.sequence + 1, seal))

    def _put(self, descriptor: int, line: bytes, end: Head) -> None:
        try:
            _write_all(descriptor, line)
            os.fsync(descriptor)
            write_head(self._path, self._seal, end)
        except OSError as error:
            self._take_back(descriptor)
            raise JournalError(f"cannot write the journal {self._path}: {error.strerror}") from None
        self._end = end
        self._size += len(line)

    def _take_back(self, descriptor: int) -> None:
        """Undo a failed write. Where even that fails nothing more is written: opening anew sorts the end out."""
        try:
            os.ftruncate(descriptor, self._size)
            os.fsync(descriptor)
        except OSError:
            with suppress(OSError):
                os.close(descriptor)
            self._descriptor = None


def _take_lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise JournalError(f"another process writes to the journal {path}") from None


def _keep_directory_entry(folder: Path) -> None:
    """Without it a power cut could take a new journal as a whole, with every entry that was synced into it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _require_own(tail: Tail, path: Path) -> None:
    if (tail.last is None and tail.size > 0) or (tail.last is not None and not tail.last.genuine):
        raise JournalError(
            f"the end of the journal {path} was changed or belongs to another site key;"
            " run `kiosk audit verify`, then move the file away"
        )


def _recovery(tail: Tail, lost_head: bool, now: datetime) -> dict[str, Any]:
    return {"kind": "recovered", "at": instant(now), "torn_bytes": len(tail.torn), "head_missing": lost_head}


def _write_all(descriptor: int, line: bytes) -> None:
    while line:
        line = line[os.write(descriptor, line) :]
