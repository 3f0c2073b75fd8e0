"""Printing a batch as work: what a file that was not printed leaves behind, and an officer who stops it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.printing import Destination, JobFollower, PrinterTrouble, PrintFailed, PrintingError, PrintJob
from kiosk.printing_settings import PrintingSettings
from kiosk.reception import PostProblem, PostRefused, Sent
from kiosk.reception.post.jobs import PostProgress
from kiosk.reception.post.printing import PrintWork

FILES = [Path("notice.pdf"), Path("carrier.pdf")]


class Queue:
    """Stands for CUPS: ``following`` is what happens while a job is followed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[str] = []
        self.cancelled: list[int] = []
        self.cancels = True
        self.sending: PrintingError | None = None
        self.following: Callable[[JobFollower], object] = lambda _: None
        at = "kiosk.reception.post.printing"
        monkeypatch.setattr(f"{at}._ASK_EVERY", 0.0)
        monkeypatch.setattr(f"{at}.send", self.send)
        monkeypatch.setattr(f"{at}.called_off", self.called_off)
        monkeypatch.setattr(f"{at}.JobFollower.to_the_end", lambda follower, _: self.following(follower))

    def send(self, file: Path, destination: Destination, _: str) -> PrintJob:
        if self.sending:
            raise self.sending
        self.sent.append(file.name)
        return PrintJob(destination.queue, len(self.sent), "localhost:631")

    def called_off(self, job: PrintJob) -> bool:
        self.cancelled.append(job.number)
        return self.cancels


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    return Queue(monkeypatch)


@pytest.fixture
def work() -> PrintWork:
    return PrintWork(7, FILES, PrintingSettings(a4_queue="office"))


def refused(work: PrintWork, progress: PostProgress) -> PostRefused:
    with pytest.raises(PostRefused) as error:
        work.do(progress)
    return error.value


@pytest.fixture
def progress() -> PostProgress:
    return PostProgress(closing=lambda: False)


def test_all_files_are_printed(queue: Queue, work: PrintWork, progress: PostProgress) -> None:
    assert work.do(progress) == Sent(("notice.pdf", "carrier.pdf"))
    assert (progress.done, progress.total, queue.cancelled) == (2, 2, [])


@pytest.mark.parametrize("left", [True, False])
def test_a_file_that_was_not_sent_says_whether_it_may_be_in_the_queue(
    queue: Queue, work: PrintWork, progress: PostProgress, left: bool
) -> None:
    queue.sending = PrintingError("lp did not end within 120 s", left=left)
    error = refused(work, progress)
    assert (error.problem, error.file, error.left) == (PostProblem.NOT_SENT, "notice.pdf", left)


@pytest.mark.parametrize("left", [True, False])
def test_a_file_that_was_not_printed_says_whether_it_may_be_in_the_queue(
    queue: Queue, work: PrintWork, progress: PostProgress, left: bool
) -> None:
    def given_up(_: JobFollower) -> None:
        raise PrintFailed("job office-1", PrinterTrouble.NO_SCHEDULER, left=left)

    queue.following = given_up
    error = refused(work, progress)
    assert (error.problem, error.trouble, error.left) == (
        PostProblem.NOT_PRINTED,
        PrinterTrouble.NO_SCHEDULER,
        left,
    )


@pytest.mark.parametrize("cancels", [True, False])
def test_a_job_that_the_officer_stops_is_cancelled(
    queue: Queue, work: PrintWork, progress: PostProgress, cancels: bool
) -> None:
    def stopped_at_the_second(follower: JobFollower) -> None:
        progress.stopped = len(queue.sent) == 2
        follower.wait()

    queue.following, queue.cancels = stopped_at_the_second, cancels
    error = refused(work, progress)
    assert (error.problem, error.file, error.left) == (PostProblem.PRINT_STOPPED, "carrier.pdf", not cancels)
    assert (queue.cancelled, progress.done) == ([2], 1)


def test_printing_that_is_stopped_between_two_files_sends_no_more(
    queue: Queue, work: PrintWork, progress: PostProgress
) -> None:
    def stopped_as_the_first_ends(_: JobFollower) -> None:
        progress.stopped = True

    queue.following = stopped_as_the_first_ends
    error = refused(work, progress)
    assert (error.problem, error.file, progress.done) == (PostProblem.PRINT_STOPPED, "", 1)
    assert (queue.sent, queue.cancelled) == (["notice.pdf"], [])


def test_the_end_of_the_service_cancels_no_job(queue: Queue, work: PrintWork) -> None:
    queue.following = lambda follower: follower.wait()
    ends = iter([False, True])
    error = refused(work, PostProgress(closing=lambda: next(ends)))
    assert (error.problem, queue.sent, queue.cancelled) == (PostProblem.STOPPED, ["notice.pdf"], [])
