"""Write the journal: one line per entry, on the disk before ``append`` returns, by one process at a time."""

import fcntl
import os
import stat
from collections import deque
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from kiosk import __version__
from kiosk.audit.beginning import Beginning, beginning, contradicts
from kiosk.audit.chain import LONGEST_LINE, Seal
from kiosk.audit.desk_entry import DeskEntry
from kiosk.audit.entry import Entry, instant
from kiosk.audit.head import NOTHING, Head, read_head, write_head
from kiosk.audit.program_entry import ProgramEntry
from kiosk.audit.stamps import MOST_STAMPS, Stamp, read_stamps, stamp_of
from kiosk.audit.tail import Tail, hash_at, read_tail, set_aside
from kiosk.kept_files import keep_directory_entry

_LEAST_SPACE = 1 << 20
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC


class JournalError(Exception):
    """The journal cannot be kept, so no visit may be served. The message says what to do."""


class JournalNotOurs(JournalError):
    """The end of the file was changed, or was written under another site key, so nothing may be added to it."""


class JournalLost(JournalError):
    """The file is no longer the one at the journal's path, or it is closed. ``Journal.reopen`` repairs this."""


def journal_path(data_dir: Path, kiosk_id: str) -> Path:
    """Return the path of a kiosk's journal."""
    return data_dir / f"journal-{kiosk_id}.jsonl"


class Journal:
    """An open journal, locked against other writers. It may be used from several threads.

    Attributes:
        path: The journal's file.
        before_missing: An entry that was once written and should be in this file, but is not; None if none is missing.

    """

    def __init__(self, path: Path, kiosk_id: str, seal: Seal) -> None:
        self.path = path
        self.before_missing: Head | None = None
        self._kiosk_id, self._seal = kiosk_id, seal
        self._descriptor: int | None = None
        self._end, self._size = NOTHING, 0
        self._stamps: deque[Stamp] = deque(maxlen=MOST_STAMPS)
        self._stopped, self._refused = False, False
        self._lock = Lock()

    @classmethod
    def open(cls, path: Path, kiosk_id: str, key: bytes, *, now: datetime, anchor: Head | None = None) -> Self:
        """Open the journal at ``path``, or make it (mode 0600), and write an entry of kind ``started``.

        A line that a power cut left unfinished is moved to ``PATH.torn``, and an entry of kind ``recovered`` says so.

        Args:
            path: The journal's file; its folder must exist.
            kiosk_id: The kiosk's id, which every entry carries.
            key: The site key.
            now: The time (aware) of the entries that are written here.
            anchor: The last entry that another place knows of. If the file does not reach that far, or has another
                entry under that number, ``before_missing`` is set, the entry ``started`` says so, and the numbers
                continue after it.

        Raises:
            JournalError: Another process writes to the journal, the disk is full, or the journal's end does not fit the
                site key.

        """
        journal = cls(path, kiosk_id, Seal.of(key))
        with journal._lock:
            journal._open(now, anchor)
        return journal

    def reopen(self, now: datetime) -> None:
        """Open the file that is now at the path, or a new one, after JournalLost; ``started`` names what was before.

        Args:
            now: The time (aware) of the entries that are written here.

        Raises:
            JournalError: The file cannot be opened yet, or the journal was stopped; nothing can be appended then.

        """
        with self._lock:
            if self._stopped:
                raise JournalError("the journal is closed for good")
            self._let_go()
            self._open(now, self._end if self._end.sequence else None)

    @property
    def end(self) -> Head:
        """Return the last entry that is on the disk."""
        return self._end

    def compare(self, anchor: Head, now: datetime) -> None:
        """Set ``before_missing`` and write an entry of kind ``replaced`` if ``anchor`` is not in this journal.

        Args:
            anchor: The last entry that another place knows of.
            now: The time (aware) of the entry that is written here.

        Raises:
            JournalError: The entry could not be written.

        """
        with self._lock:
            if self._contradicts(self._required(), self._end, anchor):
                said = {"kind": "replaced", "at": instant(now), "before": anchor.to_json(), "before_missing": True}
                self._write(said, after=max(self._end, anchor, key=lambda head: head.sequence))
                self.before_missing = anchor

    def append(self, entry: Entry | DeskEntry | ProgramEntry) -> None:
        """Write ``entry`` and return when it is on the disk.

        Raises:
            JournalLost: The file is no longer at its path, so an entry written to it would be lost.
            JournalError: The entry could not be written, for example because the disk is full; the journal is
                unchanged.

        """
        with self._lock:
            self._write(entry.to_json())

    def check(self) -> None:
        """Check that an entry could be appended now.

        Raises:
            JournalLost: The file is no longer at its path, or it is closed; or the last entry could not be written,
                which a disk with room may refuse too (a quota, say), so that only `reopen`, which writes, can tell.
            JournalError: The disk is full, or cannot be examined.

        """
        with self._lock:
            descriptor = self._required()
            try:
                space = os.fstatvfs(descriptor)
            except OSError as error:
                raise JournalError(f"cannot reach the journal {self.path}: {error.strerror}") from None
            if space.f_bavail * space.f_frsize < _LEAST_SPACE:
                raise JournalError(f"the disk of the journal {self.path} is full")
            if self._refused:
                raise JournalLost(f"the journal {self.path} did not take its last entry")

    def stamps(self) -> tuple[Stamp, ...]:
        """Return the times of the last entries, including those before this start."""
        with self._lock:
            return tuple(self._stamps)

    def reference(self, member: str) -> str:
        """Return what ``Entry.member`` may hold for a member's number: an HMAC, 64 hexadecimal digits."""
        return self._seal.reference(member)

    def stop(self, now: datetime) -> None:
        """Write an entry of kind ``stopped`` and close for good.

        Raises:
            JournalError: The entry could not be written; the journal is closed all the same.

        """
        try:
            with self._lock:
                self._write({"kind": "stopped", "at": instant(now)})
        finally:
            self.close()

    def close(self) -> None:
        """Close the file and release its lock for good."""
        with self._lock:
            self._stopped = True
            self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, now: datetime, anchor: Head | None) -> None:
        try:
            self._descriptor = os.open(self.path, _FLAGS, 0o600)
            self._begin(self._descriptor, now, anchor)
        except OSError as error:
            self._let_go()
            raise JournalError(f"cannot open the journal {self.path}: {error.strerror}") from None
        except BaseException:
            self._let_go()
            raise

    def _begin(self, descriptor: int, now: datetime, anchor: Head | None) -> None:
        _require_regular(descriptor, self.path)
        _take_lock(descriptor, self.path)
        # Without it a power cut could remove a new journal with every entry that was synced into it.
        keep_directory_entry(self.path.parent)
        tail = read_tail(descriptor, self._seal)
        _require_own(tail, self.path)
        head = read_head(self.path, self._seal)
        if tail.torn:
            set_aside(descriptor, tail, self.path)
        self._stamps.extend(read_stamps(descriptor, self._seal))
        last = Head(tail.last.sequence, tail.last.hash) if tail.last else NOTHING
        known = [each for each in (anchor, head) if each and self._contradicts(descriptor, last, each)]
        begun = beginning(last, known)
        self._end, self._size = begun.end, tail.size
        lost_head = last.sequence > 1 and head is None
        if tail.torn or lost_head:
            self._write(_recovery(tail, lost_head, now))
        self._write(_start(begun, self._end, now))
        self.before_missing = begun.missing

    def _contradicts(self, descriptor: int, last: Head, known: Head) -> bool:
        if known.sequence >= last.sequence:
            return contradicts(last, known, last.hash)
        return contradicts(last, known, hash_at(descriptor, known.sequence, self._seal))

    def _required(self) -> int:
        """Return the descriptor of the file that is at the path.

        Raises:
            JournalLost: The file is no longer at its path, or it is closed.
            JournalError: The journal's path cannot be examined.

        """
        if self._descriptor is None:
            raise JournalLost("the journal is closed; the service must open it again")
        try:
            here, there = os.fstat(self._descriptor), os.stat(self.path)
        except FileNotFoundError:
            raise JournalLost(f"the journal {self.path} is gone") from None
        except OSError as error:
            raise JournalError(f"cannot reach the journal {self.path}: {error.strerror}") from None
        if here.st_nlink == 0 or (here.st_dev, here.st_ino) != (there.st_dev, there.st_ino):
            raise JournalLost(f"the journal {self.path} was replaced by another file")
        if here.st_size != self._size:
            raise JournalLost(f"the journal {self.path} was changed by another program")
        return self._descriptor

    def _write(self, said: dict[str, Any], after: Head | None = None) -> None:
        descriptor, before = self._required(), after or self._end
        place = {"sequence": before.sequence + 1, "previous": before.hash, "kiosk": self._kiosk_id}
        line, seal = self._seal.line({**said, **place})
        if len(line) > LONGEST_LINE:
            raise JournalError("the entry is too long for the journal")
        self._put(descriptor, line, Head(before.sequence + 1, seal))
        if stamp := stamp_of(self._end.sequence, said):
            self._stamps.append(stamp)

    def _put(self, descriptor: int, line: bytes, end: Head) -> None:
        try:
            _write_all(descriptor, line)
            os.fsync(descriptor)
            write_head(self.path, self._seal, end)
        except OSError as error:
            self._refused = True
            self._take_back(descriptor)
            raise JournalError(f"cannot write the journal {self.path}: {error.strerror}") from None
        self._end, self._refused = end, False
        self._size += len(line)

    def _take_back(self, descriptor: int) -> None:
        """Undo a failed write. If even that fails nothing more is written; reopening repairs the end."""
        try:
            os.ftruncate(descriptor, self._size)
            os.fsync(descriptor)
        except OSError:
            self._let_go()

    def _let_go(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)


def _require_regular(descriptor: int, path: Path) -> None:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise JournalError(f"the journal {path} is not a regular file")


def _take_lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise JournalError(f"another process writes to the journal {path}") from None


def _require_own(tail: Tail, path: Path) -> None:
    if (tail.last is None and tail.size > 0) or (tail.last is not None and not tail.last.genuine):
        raise JournalNotOurs(
            f"the end of the journal {path} was changed or belongs to another site key;"
            " run `kiosk audit verify`, then move the file away"
        )


def _recovery(tail: Tail, lost_head: bool, now: datetime) -> dict[str, Any]:
    return {"kind": "recovered", "at": instant(now), "torn_bytes": len(tail.torn), "head_missing": lost_head}


def _start(begun: Beginning, end: Head, now: datetime) -> dict[str, Any]:
    before = begun.missing or (end if end.sequence else None)
    return {
        "kind": "started",
        "at": instant(now),
        "version": __version__,
        "before": before and before.to_json(),
        "before_missing": begun.missing is not None,
    }


def _write_all(descriptor: int, line: bytes) -> None:
    while line:
        line = line[os.write(descriptor, line) :]
