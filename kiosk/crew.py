"""Long work on several cores: processes that all do the same, and answers in the order of the tasks.

The processes are spawned, not forked: a database connection or a thread of this process must not appear twice. They
end with this process, however it ends, and an interrupt at the terminal is this process' alone to deal with.

`concurrent.futures.ProcessPoolExecutor` was tried (Python 3.11): its processes live on when this one is killed, it
cannot give one task to each of them (they join one snapshot) or end one that works, and its `map` takes every task
before it yields the first answer.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from errno import ECHILD
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.resource_tracker import ensure_running
from types import TracebackType
from typing import Generic, NoReturn, Self, TypeAlias, TypeVar

__all__ = ["Crew", "cores"]

Task = TypeVar("Task")
Answer = TypeVar("Answer")

Opened: TypeAlias = Callable[[], AbstractContextManager[Callable[[Task], Answer]]]
"""Opens the work of a process, for as long as there are tasks."""

_UNFINISHED = 4
"""How many tasks for each process may be handed out or wait for an earlier answer, so that memory stays flat."""

_SECONDS_TO_END = 5


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


class Crew(Generic[Task, Answer]):
    """So many processes for one kind of work.

    Args:
        opened: opens the work in each process, for as long as there are tasks; it must be picklable.
        count: how many processes.

    The methods raise what the work raises, and ChildProcessError if one of the processes was ended from outside. After
    an exception the crew can only be closed.

    """

    def __init__(self, opened: Opened[Task, Answer], count: int) -> None:
        self._members: list[_Member[Task, Answer]] = []
        try:
            for _ in range(count):
                self._members.append(_Member(opened))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes, whatever they do."""
        for member in self._members:
            member.end()

    def each(self, task: Task) -> list[Answer]:
        """Have every process do the same task; return their answers."""
        for member in self._members:
            member.give(0, task)
        return [member.answer()[1] for member in self._members]

    def in_order(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """Yield the answers in the order of the tasks, which are taken as the processes get on with them."""
        to_come, done, first = _ToCome(tasks), dict[int, Answer](), 0
        self._hand_out(to_come, first)
        while busy := [member for member in self._members if member.busy]:
            to_come.look_ahead()
            for member in _ready(busy):
                number, answer = member.answer()
                done[number] = answer
            self._hand_out(to_come, first)
            while first in done:
                yield done.pop(first)
                first += 1
            self._hand_out(to_come, first)

    def _hand_out(self, to_come: _ToCome[Task], first: int) -> None:
        """Give a task to each process that has none: it waits for one, so that the pipe is never full at both ends.

        Args:
            to_come: the tasks.
            first: the number of the first task whose answer is awaited.

        """
        for member in self._members:
            if member.busy or to_come.taken - first >= _UNFINISHED * len(self._members):
                continue
            if (task := to_come.take()) is not None:
                member.give(*task)


class _ToCome(Generic[Task]):
    """Numbered tasks; the next one is prepared while the processes are busy."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._numbered = enumerate(tasks)
        self._next: tuple[int, Task] | None = None
        self.taken = 0

    def look_ahead(self) -> None:
        if self._next is None:
            self._next = next(self._numbered, None)

    def take(self) -> tuple[int, Task] | None:
        self.look_ahead()
        task, self._next = self._next, None
        self.taken += task is not None
        return task


@dataclass(frozen=True, slots=True)
class _Raised:
    """What a task has raised."""

    error: Exception


class _Member(Generic[Task, Answer]):
    """One process, and the number of the task that it has."""

    def __init__(self, opened: Opened[Task, Answer]) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(opened, theirs), daemon=True)
        self._task: int | None = None
        ensure_running()  # starting the tracker would unblock the signal again
        # The process inherits the mask: an interrupt at the terminal would else end it with a traceback.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()

    @property
    def busy(self) -> bool:
        return self._task is not None

    def give(self, number: int, task: Task) -> None:
        self._task = number
        try:
            self.connection.send(task)
        except ConnectionError:
            self._lost()

    def answer(self) -> tuple[int, Answer]:
        try:
            answer: Answer | _Raised = self.connection.recv()
        except (EOFError, ConnectionError):
            self._lost()
        if isinstance(answer, _Raised):
            raise answer.error
        number, self._task = self._task or 0, None
        return number, answer

    def end(self) -> None:
        self.connection.close()
        if self._process.pid is None:
            return
        self._process.terminate()
        self._process.join(_SECONDS_TO_END)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _lost(self) -> NoReturn:
        self._process.join(_SECONDS_TO_END)
        raise ChildProcessError(ECHILD, _how_it_ended(self._process.exitcode)) from None


def _how_it_ended(status: int | None) -> str:
    how = f"signal {-status}" if status is not None and status < 0 else f"status {status}"
    return f"one of the processes that share the work has ended ({how}); give the command again"


def _ready(members: Iterable[_Member[Task, Answer]]) -> list[_Member[Task, Answer]]:
    """Wait until one of them has answered or ended; return those."""
    by_connection = {member.connection: member for member in members}
    ready = wait(list(by_connection))
    return [member for connection, member in by_connection.items() if connection in ready]


def _serve(opened: Opened[Task, Answer], tasks: Connection) -> None:
    """Answer tasks until the other end of the pipe is closed."""
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            with opened() as work:
                while True:
                    tasks.send(_answer(work, tasks.recv()))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:  # the work could not be opened: this answers the first task
            tasks.send(_raised(error))


def _answer(work: Callable[[Task], Answer], task: Task) -> Answer | _Raised:
    try:
        return work(task)
    except Exception as error:
        return _raised(error)


def _raised(error: Exception) -> _Raised:
    """Return the error for the other process, or only its kind if it does not come through a pipe."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:
        return _Raised(RuntimeError(f"{type(error).__name__} in one of the processes that share the work"))
    return _Raised(error)
