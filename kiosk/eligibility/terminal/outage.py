"""A terminal that is asked by visits, and what is left of it while it does not answer.

Each answer is kept; a question without one waits, and is asked when the terminal answers again. Until the site key is
there (a full disk at the start) the terminal is asked all the same, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Final

import structlog

from kiosk.eligibility.terminal.asking_again import AskingAgain
from kiosk.eligibility.terminal.kept import KeptAnswers
from kiosk.eligibility.terminal.model import Answer, Enquiry, ReferenceRegistration, Registered
from kiosk.eligibility.terminal.queue import QuestionQueue, WaitingQuestion
from kiosk.eligibility.terminal.terminal import Terminal
from kiosk.eligibility.terminal.whose import Whose
from kiosk.failures import Code, Failure

__all__ = ["Outage"]

_log = structlog.get_logger(__name__)

_DOWN: Final = (Code.TERMINAL_SILENT, Code.TERMINAL_FOLDER)


def _tell_nobody(question: WaitingQuestion, answer: Answer) -> None:
    """Leave an answer that came late to the log and to what is kept."""


class Outage:
    """Asks a terminal for visits. Its methods block, for a bounded time: call them from a thread."""

    def __init__(
        self,
        terminal: Terminal,
        data_dir: Path,
        keep_days: int,
        answered: Callable[[WaitingQuestion, Answer], None] = _tell_nobody,
    ) -> None:
        """Prepare; nothing is kept before `begin`.

        Args:
            terminal: whom to ask. Its exchange takes back what nobody took.
            data_dir: where answers are kept and questions wait.
            keep_days: for how many days (`eligibility.keep_days`).
            answered: learns of each answer that came after its visit; it may be told of one twice, after a kill.

        """
        self._terminal, self._data_dir, self._keep_days, self._answered = terminal, data_dir, keep_days, answered
        self._kept: KeptAnswers | None = None
        self._queue: QuestionQueue | None = None
        self._asking: AskingAgain | None = None

    def begin(self, site_key: bytes) -> None:
        """Keep answers and questions from now on, under the site key, and ask what waits. A second call does nothing.

        Raises:
            ValueError: The site key has a wrong size.

        """
        if self._asking is not None:
            return
        self._kept = KeptAnswers(self._data_dir, site_key, self._keep_days)
        self._queue = QuestionQueue(self._data_dir, site_key, self._keep_days)
        self._asking = AskingAgain(self._queue, self._terminal, self._came_late, purge=self._kept.purge)
        self._asking.start()

    def stop(self, patience: float) -> None:
        """End the asking; wait ``patience`` seconds at most. What waits stays on disk."""
        if self._asking is not None:
            self._asking.stop(patience)

    def check(self) -> None:
        """Raise FolderUnusable if nothing can be asked now. Takes a second at most."""
        self._terminal.check()

    def ask(self, enquiry: Enquiry, still_wanted: Callable[[], bool] = lambda: True, visit: str | None = "") -> Answer:
        """Return the terminal's answer, and keep it; where there is none, have the question wait.

        Args:
            enquiry: who is asked about.
            still_wanted: whether the visit goes on; the question of one that was given up does not wait.
            visit: the visit's identifier without meaning; None: a program asks, which asks again, so it does not wait.

        Raises:
            RequestRefused: The enquiry has a value that no request can carry.

        """
        answer = self._terminal.ask(enquiry, still_wanted)
        if answer.failure in _DOWN:
            if self._queue is not None and visit is not None and still_wanted():
                self._queue.put(enquiry, self._terminal.clock(), visit)
            return answer
        self.keep(Whose.of(enquiry), answer, enquiry.on)
        if self._asking is not None and self._queue is not None and self._queue.troubles():
            self._asking.wake()
        return answer

    def register(self, registration: ReferenceRegistration) -> Registered:
        """Register a 照会番号, and return what became of it. Nothing of it waits or is kept. Raises RequestRefused."""
        return self._terminal.register(registration)

    def keep(self, whose: Whose, answer: Answer, on: date) -> None:
        """Keep an answer for the day ``on``; that of a face file was asked for by nobody."""
        if self._kept is not None:
            self._kept.put(whose, answer, on, self._terminal.clock())

    def last_known(self, whose: Whose) -> tuple[Answer, datetime] | None:
        """Return the last confirmed answer and the moment that it is of: to be shown with its day, never as proof."""
        return None if self._kept is None else self._kept.get(whose, self._terminal.clock())

    def troubles(self) -> tuple[Failure, ...]:
        """Return N-18 while questions wait, and N-19 while answers cannot be kept."""
        if self._kept is None or self._queue is None:
            return ()
        return (*self._queue.troubles(), *self._kept.troubles())

    def _came_late(self, question: WaitingQuestion, answer: Answer) -> None:
        self.keep(Whose.of(question.enquiry), answer, question.enquiry.on)
        _log.info("waiting question answered", code=answer.failure, reason=f"status {answer.status.value}")
        self._answered(question, answer)
