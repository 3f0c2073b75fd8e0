"""The work that officers have begun at one kiosk: whose it is, how it goes on in threads, and when it is forgotten."""

from __future__ import annotations

import asyncio
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

import structlog

from kiosk.failures import code_of, place_of
from kiosk.staff import Account, StaffSession

__all__ = ["AtWork", "JobBook", "OfficeJob", "Settle", "cleaned"]

Settle: TypeAlias = Callable[[], None]
"""What the event loop does with a job once its thread has ended: the thread itself changes only the progress."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AtWork:
    """Who works: the name that colleagues use, what they do (a code), and since when (UTC)."""

    display: str
    doing: str
    since: datetime


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class OfficeJob(ABC):
    """Work of an account, which finds it again after another log-in.

    Attributes:
        account: whose it is.
        sessions: the sessions of the account in which it was begun or looked at.
        began_at: when the thread began with it (UTC).
        ended_at: when the thread was done with it (UTC); None before that.
        wish: what was asked for, so that a second click does not begin it again; empty: it has no second click.
        handle: its name in addresses, which says nothing.

    """

    account: Account
    sessions: list[StaffSession]
    began_at: datetime
    ended_at: datetime | None = None
    wish: str = ""
    handle: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    @abstractmethod
    def is_working(self) -> bool:
        """Whether a thread is at it."""

    @property
    @abstractmethod
    def is_undecided(self) -> bool:
        """Whether it changes nothing before the officer agrees: it ends when nobody of the account is logged in."""

    @property
    def is_open(self) -> bool:
        """Whether it is not at its end."""
        return self.is_working or self.is_undecided

    @property
    @abstractmethod
    def at_work(self) -> AtWork:
        """Who does what, and since when."""

    @abstractmethod
    def stop(self) -> None:
        """Let the thread end as soon as it can."""

    @abstractmethod
    def fail(self, error: Exception) -> None:
        """Note why it is not done."""

    @abstractmethod
    def forget(self) -> None:
        """Remove what is kept for it alone. Raises OSError."""

    def look(self, session: StaffSession) -> None:
        """Note that a session of the account has it open."""
        self.sessions = [one for one in self.sessions if not one.locked and one is not session] + [session]


_Job = TypeVar("_Job", bound=OfficeJob)


class JobBook(Generic[_Job]):
    """The jobs of one kind at one kiosk.

    Args:
        now: the clock (UTC).
        kept: returns for how many seconds a job is kept after its thread was done with it.
        ended: is called when a thread was done with a job.

    """

    def __init__(
        self, now: Callable[[], datetime], kept: Callable[[], float], ended: Callable[[], None] = lambda: None
    ) -> None:
        self._now, self._kept, self._ended = now, kept, ended
        self._jobs: dict[str, _Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def all(self) -> list[_Job]:
        """The jobs of all accounts, the oldest first."""
        self._sweep()
        return [*self._jobs.values()]

    @property
    def working(self) -> list[_Job]:
        """The jobs of all accounts that a thread is at."""
        return [job for job in self.all if job.is_working]

    def of(self, session: StaffSession) -> list[_Job]:
        """Return the jobs of the session's account, the oldest first."""
        found = [job for job in self.all if job.account.name == session.account.name]
        for job in found:
            job.look(session)
        return found

    def shown(self, session: StaffSession) -> list[_Job]:
        """Return the jobs of the session's account, and what others work on now; the oldest first."""
        mine = self.of(session)
        return [job for job in self.all if job in mine or job.is_working]

    def find(self, handle: str, session: StaffSession) -> _Job | None:
        """Return a job of the session's account; None if it is gone or another's."""
        return next((job for job in self.of(session) if job.handle == handle), None)

    def begin(self, job: _Job, threads: ThreadPoolExecutor, work: Callable[[], Settle]) -> None:
        """Keep a job, new or not, and do its work in a thread."""
        self._jobs[job.handle] = job
        job.began_at, job.ended_at = self._now(), None
        task = asyncio.get_running_loop().create_task(self._worked(job, threads, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def remove(self, job: _Job) -> None:
        """Forget a job and what is kept for it."""
        self._jobs.pop(job.handle, None)
        cleaned(job.forget)

    async def _worked(self, job: _Job, threads: ThreadPoolExecutor, work: Callable[[], Settle]) -> None:
        loop = asyncio.get_running_loop()
        try:
            settle = await loop.run_in_executor(threads, work)
        except Exception as error:
            job.fail(error)
        else:
            settle()
        job.ended_at = ended = self._now()
        if not job.is_undecided:
            cleaned(job.forget)
        self._sweep()
        self._ended()
        loop.call_later(self._kept(), self._expire, job, ended)

    def _expire(self, job: _Job, ended: datetime) -> None:
        if job.ended_at == ended:
            self.remove(job)

    def _sweep(self) -> None:
        """Stop or remove what nobody has agreed to, if no session of its account is open any more."""
        for job in [*self._jobs.values()]:
            if not job.is_undecided or not all(session.locked for session in job.sessions):
                continue
            if job.is_working:
                job.stop()
            else:
                self.remove(job)


def cleaned(act: Callable[[], object]) -> None:
    """Remove files of work whose end is known already; if that fails, the log has it and the work's end stays."""
    try:
        act()
    except OSError as error:
        _log.error("files of work that has ended cannot be removed", code=code_of(error).value, place=place_of(error))
