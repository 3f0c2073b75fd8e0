"""Ask the questions that wait, once each and in their order, as soon as the terminal answers again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Final

import structlog

from kiosk.eligibility.terminal.errors import RequestRefused
from kiosk.eligibility.terminal.model import Answer, Status
from kiosk.eligibility.terminal.queue import QuestionQueue, WaitingQuestion
from kiosk.eligibility.terminal.terminal import Terminal
from kiosk.failures import Code, place_of

__all__ = ["AskingAgain"]

_log = structlog.get_logger(__name__)

_EVERY: Final = 30.0
"""Seconds between two tries while the terminal is silent, unless a visit gets an answer (`AskingAgain.wake`)."""

_SILENT_IN_A_ROW: Final = 2
"""Questions without an answer in one round after which the terminal counts as silent, and the others are not asked."""

_MOST_TRIES: Final = 3
"""Rounds in which others were answered, after which a question without an answer is given up."""

_PURGE_EVERY: Final = timedelta(hours=6)
_NOT_BACK = (Code.TERMINAL_SILENT, Code.TERMINAL_FOLDER)

Answered = Callable[[WaitingQuestion, Answer], None]
"""Takes each answer before its question is removed: after a kill between the two it is called again with the same."""


class AskingAgain:
    """Asks what waits in a queue, in a thread of its own."""

    def __init__(
        self,
        queue: QuestionQueue,
        terminal: Terminal,
        answered: Answered,
        every: float = _EVERY,
        purge: Callable[[datetime], None] = lambda now: None,
    ) -> None:
        """Prepare the asking.

        Args:
            queue: what waits.
            terminal: whom to ask. Its exchange takes back what nobody took (`Exchange`, ``takes_back``).
            answered: learns of each answer; also of an error that the terminal gave for one, and of a question that is
                given up because others are answered and it never is (the status timeout).
            every: seconds between two tries.
            purge: removes what else is too old; it is called every few hours with the present.

        """
        self._queue, self._terminal, self._answered, self._every = queue, terminal, answered, every
        self._purge_others = purge
        self._silent: Counter[str] = Counter()
        self._ended = Event()
        self._woken = Event()
        self._purged_at: datetime | None = None
        self._thread = Thread(target=self._run, name="terminal-queue", daemon=True)

    def start(self) -> None:
        """Ask from now on, first what waits from before."""
        self._queue.load()
        self._thread.start()

    def wake(self) -> None:
        """Begin the next round at once: the terminal has answered somebody, or a question was put."""
        self._woken.set()

    def stop(self, patience: float) -> None:
        """End after the question that is being asked; wait ``patience`` seconds at most. What waits stays."""
        self._ended.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(patience)

    def ask_all(self) -> int:
        """Ask each question that waits, unless the terminal is silent; return how many were answered."""
        answered, silent = 0, dict[str, tuple[WaitingQuestion, Answer]]()
        for name, question in self._queue.waiting():
            if self._ended.is_set():
                break
            answer = self._ask(name, question)
            if answer.failure in _NOT_BACK:
                silent[name] = question, answer
                if len(silent) == _SILENT_IN_A_ROW or answer.failure is Code.TERMINAL_FOLDER:
                    break
            else:
                self._finish(name, question, answer)
                answered += 1
        if answered:
            self._give_up(silent)
        return answered

    def _ask(self, name: str, question: WaitingQuestion) -> Answer:
        """Ask one question. The terminal may be answering it already, if the program was killed meanwhile."""
        patience = self._terminal.exchange.timeout if self._queue.begin(name) else 0.0
        try:
            return self._terminal.ask_once(question.enquiry, question.file, question.since, patience)
        except RequestRefused as error:
            return Answer(Status.ERROR, failure=Code.TERMINAL_REFUSED, reason=str(error))

    def _finish(self, name: str, question: WaitingQuestion, answer: Answer) -> None:
        self._answered(question, answer)
        self._queue.remove(name)
        self._silent.pop(name, None)

    def _give_up(self, silent: dict[str, tuple[WaitingQuestion, Answer]]) -> None:
        """Give up what was not answered in several rounds in which others were."""
        for name, (question, answer) in silent.items():
            self._silent[name] += 1
            if self._silent[name] >= _MOST_TRIES:
                self._finish(name, question, answer)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._woken.clear()
            try:
                self._purge()
                self.ask_all()
            except Exception as error:  # nothing may end the asking
                _log.error("waiting questions not asked", place=place_of(error), problem=type(error).__qualname__)
            self._woken.wait(self._every)

    def _purge(self) -> None:
        now = self._terminal.clock()
        if self._purged_at is None or not timedelta() <= now - self._purged_at < _PURGE_EVERY:
            self._purged_at = now
            self._queue.purge(now)
            self._purge_others(now)
