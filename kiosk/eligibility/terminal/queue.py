"""Questions that could not be asked wait on disk until the terminal answers again.

Each question is an encrypted record of its own, whose name begins with its place in the order. It has the names of its
request and of its answer from the beginning, so that after a kill nobody needs to know how far the asking had come.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

from pydantic import TypeAdapter, ValidationError

from kiosk.eligibility.terminal.file_names import FileName, Kind
from kiosk.eligibility.terminal.model import Enquiry
from kiosk.eligibility.terminal.sealed import RecordSpoiled, SealedFolder
from kiosk.eligibility.terminal.whose import Whose
from kiosk.failures import Code, Failure
from kiosk.files import FileError, read_bounded

__all__ = ["MOST_WAITING", "QuestionQueue", "WaitingQuestion"]

MOST_WAITING: Final = 1_000
"""Questions that wait at most; a further one is refused, and N-18 says so."""

_FOLDER: Final = "terminal-queue"
_LABEL: Final = "kiosk terminal queue 1"
_PLACE: Final = 12
"""Digits of a question's place in the order."""

_TAG: Final = 32
"""Hexadecimal digits by which the same question is recognised."""

_NAME_SIZE: Final = _PLACE + 1 + _TAG
_IN_PLACE: Final = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NAME = re.compile(rf"\d{{{_PLACE}}}-[0-9a-f]{{{_TAG}}}", re.ASCII)
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, repr=False)
class WaitingQuestion:
    """One question that waits.

    Attributes:
        enquiry: what is asked, without the consent to 限度額, which was given for that visit alone.
        since: when it could not be asked.
        visit: the visit's identifier without meaning; empty where there was none.
        file: the names of its request and of its answer.

    """

    enquiry: Enquiry
    since: datetime
    visit: str
    file: FileName


_FORM = TypeAdapter(WaitingQuestion)


class QuestionQueue:
    """The questions that wait. No method raises for what is on the disk; `troubles` says what is wrong with it.

    `put` and `remove` write to the disk and wait for it, so a visit calls them from a thread.
    """

    def __init__(self, data_dir: Path, site_key: bytes, keep_days: int, most: int = MOST_WAITING) -> None:
        """Prepare the queue in ``data_dir``, for ``most`` questions at most, each kept for ``keep_days`` days.

        Raises:
            ValueError: The site key has a wrong size.

        """
        self._folder = SealedFolder(data_dir / _FOLDER, site_key, _LABEL)
        self._keep = timedelta(days=keep_days)
        self._most = most
        self._lock = Lock()
        self._known: dict[str, float] | None = None
        self._spoiled: set[str] = set()
        self._wrong = ""
        self._mark = _Mark(data_dir / _FOLDER / "asking")
        self._interrupted: str | None = None

    def put(self, enquiry: Enquiry, now: datetime, visit: str = "") -> bool:
        """Have a question wait; return whether it does. The same question waits once, however often it is put."""
        question = replace(enquiry, limit_consent=False, identifier="")
        with self._lock:
            with self._telling():
                self._add(WaitingQuestion(question, now, visit, FileName.fresh(Kind.CONFIRM, now)))
                self._wrong = ""
            return not self._wrong

    def waiting(self) -> Iterator[tuple[str, WaitingQuestion]]:
        """Yield the name and the content of each question that waits, in the order in which they were put.

        One that cannot be read stays for `eligibility.keep_days`, and is left out.
        """
        for name in self._names():
            if (question := self._read(name)) is not None:
                yield name, question

    def begin(self, name: str) -> bool:
        """Note that a question is being asked; return whether it was so when an earlier program was killed.

        A disk that does not take the note does not keep the question from being asked.
        """
        with self._lock:
            if self._interrupted is None:
                self._interrupted = self._mark.read()
            self._mark.write(name)
            was_asked = name == self._interrupted
            if was_asked:
                self._interrupted = ""
            return was_asked

    def remove(self, name: str) -> None:
        """Have a question wait no longer: it is answered."""
        with self._lock, self._telling():
            self._remove([name])
            self._wrong = ""

    def purge(self, now: datetime) -> None:
        """Remove what has waited for longer than questions are kept, or cannot be of this time."""
        with self._lock, self._telling():
            ages = ((name, now - datetime.fromtimestamp(at, UTC)) for name, at in self._ages().items())
            self._remove([name for name, age in ages if not -_A_DAY <= age <= self._keep])
            self._wrong = ""

    def troubles(self) -> tuple[Failure, ...]:
        """Return N-18 while questions wait, or cannot: how many there are, and since when."""
        with self._lock:
            ages = dict(self._known or {})
            said = [*_how_many(ages), *_unreadable(self._spoiled), *filter(None, [self._wrong])]
        return (Failure.here(Code.QUESTIONS_WAIT, "; ".join(said)),) if said else ()

    def load(self) -> None:
        """Look once what waits from before."""
        with self._lock, self._telling():
            self._ages()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what the disk refuses into a trouble, which the next thing that it does take ends."""
        try:
            yield
        except _Full:
            self._wrong = f"full: beside {self._most} no further one is taken"
        except (OSError, ValueError) as error:
            self._wrong = f"one cannot be kept: {_reason(error)}"

    def _ages(self) -> dict[str, float]:
        if self._known is None:
            self._known = {name: at for name, at in self._folder.ages().items() if _NAME.fullmatch(name)}
        return self._known

    def _names(self) -> list[str]:
        with self._lock, self._telling():
            return sorted(self._ages())
        return []

    def _add(self, question: WaitingQuestion) -> None:
        known = self._ages()
        tags = [name[:_TAG] for name in self._folder.names_of(_same(question.enquiry))]
        if any(name[-_TAG:] in tags for name in known):
            return
        if len(known) >= self._most:
            raise _Full
        last = max((int(name[:_PLACE]) for name in known), default=0)
        name = f"{last + 1:0{_PLACE}}-{tags[0]}"
        self._folder.write(name, _FORM.dump_json(question), question.since)
        self._mark.make()
        known[name] = question.since.timestamp()

    def _read(self, name: str) -> WaitingQuestion | None:
        try:
            content = self._folder.read(name)
            return None if content is None else _FORM.validate_json(content)
        except (RecordSpoiled, ValidationError):  # the text of the latter has the question in it
            with self._lock:
                self._spoiled.add(name)
            return None

    def _remove(self, names: list[str]) -> None:
        self._folder.remove(names)
        for name in names:
            self._ages().pop(name, None)
            self._spoiled.discard(name)


@dataclass(frozen=True, slots=True)
class _Mark:
    """Which question is being asked: a file that is changed in place, which a full disk takes too."""

    path: Path

    def make(self) -> None:
        with suppress(OSError):
            if not self.path.exists():
                self.write("")

    def read(self) -> str:
        try:
            return read_bounded(self.path, _NAME_SIZE).decode("ascii", "replace").strip()
        except FileError:
            return ""

    def write(self, name: str) -> None:
        with suppress(OSError):
            descriptor = os.open(self.path, _IN_PLACE, 0o600)
            try:
                os.pwrite(descriptor, name.ljust(_NAME_SIZE).encode("ascii"), 0)
                os.fdatasync(descriptor)
            finally:
                os.close(descriptor)


class _Full(Exception):
    """As many questions wait as may."""


def _same(enquiry: Enquiry) -> bytes:
    """Return bytes that are the same for the same question alone: who is asked about, for which day."""
    return Whose.of(enquiry).to_bytes() + json.dumps(enquiry.on.isoformat()).encode("ascii")


def _how_many(ages: dict[str, float]) -> list[str]:
    if not ages:
        return []
    oldest = datetime.fromtimestamp(min(ages.values()), UTC).isoformat(timespec="seconds")
    return [f"{len(ages)} question(s) wait, the oldest since {oldest}"]


def _unreadable(spoiled: set[str]) -> list[str]:
    return [f"{len(spoiled)} of them cannot be read"] if spoiled else []


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or "cannot be written") if isinstance(error, OSError) else str(error)
