"""Jobs of officers: an account finds its own again, and what nobody has agreed to ends with its sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from kiosk.logs import configure_logs
from kiosk.reception.job_book import AtWork, JobBook, OfficeJob, Settle
from kiosk.staff import Account, StaffSession

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 30, tzinfo=UTC)


@dataclass(slots=True, eq=False, repr=False)
class Errand(OfficeJob):
    """A job of this test."""

    is_working: bool = False
    is_undecided: bool = False
    stopped: bool = False
    forgotten: bool = False
    failed: bool = False
    stuck: bool = False

    @property
    def at_work(self) -> AtWork:
        return AtWork(self.account.display, "errand", self.began_at)

    def stop(self) -> None:
        self.stopped = True

    def fail(self, error: Exception) -> None:
        self.failed, self.is_working, self.is_undecided = True, False, False

    def forget(self) -> None:
        if self.stuck:
            raise OSError(5, "Input/output error")
        self.forgotten = True


def session(name: str) -> StaffSession:
    return StaffSession(Account(name, f"事務 {name}", "hash", "epoch"), 0.0, 0.0, "token")


def errand(owner: StaffSession) -> Errand:
    return Errand(account=owner.account, sessions=[owner], began_at=NOW)


@pytest.fixture
def threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1)


@pytest.fixture
def ended() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
def book(ended: asyncio.Event) -> JobBook[Errand]:
    return JobBook(lambda: NOW, lambda: 3600.0, ended.set)


async def test_whoever_logs_in_again_finds_the_job_and_nobody_else(
    book: JobBook[Errand], threads: ThreadPoolExecutor, ended: asyncio.Event
) -> None:
    first, second, other = session("yuko"), session("yuko"), session("jiro")
    job = errand(first)
    book.begin(job, threads, lambda: lambda: None)
    await ended.wait()
    first.lock()
    assert book.find(job.handle, second) is job and book.of(second) == [job] and job.forgotten
    assert book.find(job.handle, other) is None and book.of(other) == []


async def test_what_nobody_has_agreed_to_ends_with_the_last_session_of_its_account(
    book: JobBook[Errand], threads: ThreadPoolExecutor, ended: asyncio.Event
) -> None:
    first, second = session("yuko"), session("yuko")
    job = errand(first)
    job.is_undecided = True
    book.begin(job, threads, lambda: lambda: None)
    await ended.wait()
    assert book.find(job.handle, second) is job and not job.forgotten
    first.lock()
    assert book.all == [job], "it is open in the second session"
    second.lock()
    assert book.all == [] and job.forgotten


async def test_work_that_nobody_waits_for_is_stopped_if_it_changes_nothing(book: JobBook[Errand]) -> None:
    owner, never = session("yuko"), ThreadPoolExecutor(1)
    never.shutdown()
    jobs = [errand(owner), errand(owner)]
    for job in jobs:
        job.is_working = True
        book.begin(job, never, lambda: lambda: None)
    jobs[0].is_undecided = True
    owner.lock()
    assert book.working == jobs and [job.stopped for job in jobs] == [True, False]


async def test_what_fails_or_cannot_be_cleared_away_is_at_its_end_all_the_same(
    book: JobBook[Errand], threads: ThreadPoolExecutor, ended: asyncio.Event, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs()
    job = errand(session("yuko"))
    job.is_working = job.stuck = True

    def work() -> Settle:
        raise ValueError

    book.begin(job, threads, work)
    await ended.wait()
    assert job.failed and job.ended_at == NOW and book.all == [job]
    assert "files of work that has ended cannot be removed" in capfd.readouterr().err


async def test_a_job_is_kept_for_its_time_after_its_last_work(
    threads: ThreadPoolExecutor, ended: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes, loop = iter(range(60)), asyncio.get_running_loop()
    book: JobBook[Errand] = JobBook(lambda: NOW.replace(minute=next(minutes)), lambda: 3600.0, ended.set)
    job, expiries = errand(session("yuko")), list[Callable[[], object]]()

    def noted(seconds: float, act: Callable[..., object], *given: object) -> None:
        assert seconds == 3600.0
        expiries.append(lambda: act(*given))

    monkeypatch.setattr(loop, "call_later", noted)
    for _ in range(2):
        book.begin(job, threads, lambda: lambda: None)
        await ended.wait()
        ended.clear()
        await asyncio.sleep(0)
    first, second = expiries
    first()
    assert book.all == [job]
    second()
    assert book.all == []
