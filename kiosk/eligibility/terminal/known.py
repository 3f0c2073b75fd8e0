"""What the terminal last said of a person, as digests under a key: enough to see that it changed, and nothing else."""

from __future__ import annotations

import hmac
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from kiosk.eligibility.terminal.json_form import result_json
from kiosk.eligibility.terminal.model import Answer, Enquiry

__all__ = ["KnownAnswers", "KnownAnswersError"]

_NAME: Final = "terminal-known.sqlite"
_PURPOSE: Final = b"kiosk terminal: last known answers"
_TABLE = "CREATE TABLE IF NOT EXISTS known (person BLOB PRIMARY KEY, answer BLOB NOT NULL, day INTEGER NOT NULL)"


class KnownAnswersError(Exception):
    """The file of the last known answers cannot be used. The text names it and says why."""


class KnownAnswers:
    """The last known answers. A person and an answer are each 32 bytes of HMAC-SHA256, with the day they are of."""

    def __init__(self, connection: sqlite3.Connection, path: Path, key: bytes) -> None:
        self._connection = connection
        self._path = path
        self._key = key

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, site_key: bytes, keep_days: int, today: date) -> Iterator[KnownAnswers]:
        """Open the file in ``folder`` for a block; what is older than ``keep_days`` is forgotten.

        What the block learns is kept by ``keep`` alone: a change that nobody was told of is told the next time.

        Args:
            folder: ``data_dir``.
            site_key: the key of this site is derived from its newest generation: after a rotation nothing is known.
            keep_days: days that an answer is kept.
            today: the present day.

        Raises:
            KnownAnswersError: The file cannot be read or written.

        """
        path = folder / _NAME
        key = hmac.digest(site_key[-32:], _PURPOSE, "sha256")
        with _told(path):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
            connection = sqlite3.connect(path)
        with closing(connection):
            with _told(path), connection:
                connection.execute(_TABLE)
                connection.execute("DELETE FROM known WHERE day < ?", (today.toordinal() - keep_days,))
            yield cls(connection, path, key)

    def changed(self, answers: Sequence[tuple[Enquiry, Answer]]) -> list[bool]:
        """Return of each answer whether another one is known of the person, and know these from now on.

        Raises:
            KnownAnswersError: The file cannot be written.

        """
        with _told(self._path):
            return [self._exchanged(enquiry, answer) for enquiry, answer in answers]

    def keep(self) -> None:
        """Keep what was learnt since the file was opened, all of it or nothing.

        Raises:
            KnownAnswersError: The file cannot be written; it is as it was.

        """
        with _told(self._path):
            self._connection.commit()

    def _exchanged(self, enquiry: Enquiry, answer: Answer) -> bool:
        person, said = self._digest(_person(enquiry)), self._digest(_said(answer))
        before = self._connection.execute("SELECT answer FROM known WHERE person = ?", (person,)).fetchone()
        self._connection.execute(
            "INSERT OR REPLACE INTO known VALUES (?, ?, ?)", (person, said, enquiry.on.toordinal())
        )
        return before is not None and not hmac.compare_digest(before[0], said)

    def _digest(self, value: object) -> bytes:
        text = json.dumps(value, ensure_ascii=True, sort_keys=True)
        return hmac.digest(self._key, text.encode("ascii"), "sha256")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise KnownAnswersError(f"{path}: {error}") from None
    except OSError as error:
        raise KnownAnswersError(f"{path}: {error.strerror}") from None


def _person(enquiry: Enquiry) -> object:
    birth_date = enquiry.birth_date.isoformat()
    return ["person", enquiry.insurer_number, enquiry.symbol, enquiry.number, enquiry.branch, birth_date]


def _said(answer: Answer) -> object:
    """Return what a change of would be news: not the 照会番号, which is the clinic's own."""
    results = [{**result_json(one), "reference": None, "limit_changed": one.limit_changed} for one in answer.results]
    return ["answer", answer.validity, results]
