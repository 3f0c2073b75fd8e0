"""Printing a batch as work: what a file that was not printed leaves behind, and an officer who stops it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.printing import Destination, JobFollower, PrinterTrouble, PrintFailed, PrintingError, PrintJob
from kiosk.printing_settings import PrintingSettings
from kiosk.reception import PostProblem, PostRefused, Prints, Sent
from kiosk.reception.post.jobs import PostProgress
from kiosk.reception.post.printing import PrintWork
from kiosk.reception.post.prints import LastPrint

FILES = [Path("notice.pdf"), Path("carrier.pdf")]
NAMES = ("notice.pdf", "carrier.pdf")
NOW = datetime(2026, 11, 30, 1, tzinfo=UTC)


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
def prints(tmp_path: Path) -> Prints:
    return Prints(tmp_path, lambda: NOW)


class Checked:
    """Whether the papers may go out: asked before each file; from the ``spoilt``-th time on they may not."""

    def __init__(self) -> None:
        self.times, self.spoilt = 0, 9

    def __call__(self) -> None:
        self.times += 1
        if self.times >= self.spoilt:
            raise PostRefused(PostProblem.SPOILT)


@pytest.fixture
def checked() -> Checked:
    return Checked()


@pytest.fixture
def work(prints: Prints, checked: Checked) -> PrintWork:
    return PrintWork(7, FILES, PrintingSettings(a4_queue="office"), prints, checked)


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


def test_papers_that_must_not_go_out_any_more_end_it_before_the_next_file(
    queue: Queue, work: PrintWork, progress: PostProgress, prints: Prints, checked: Checked
) -> None:
    checked.spoilt = 2
    error = refused(work, progress)
    assert (error.problem, error.file, progress.done) == (PostProblem.SPOILT, "carrier.pdf", 1)
    assert queue.sent == ["notice.pdf"]
    last = prints.last(7)
    assert last is not None and (last.printed, last.problem) == (1, PostProblem.SPOILT)


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


class TestTheLastPrinting:
    """How a batch was printed last outlasts a restart."""

    @staticmethod
    def last(tmp_path: Path) -> LastPrint | None:
        """What a service that is started later says."""
        return Prints(tmp_path, lambda: NOW).last(7)

    def test_it_was_printed(self, queue: Queue, work: PrintWork, progress: PostProgress, tmp_path: Path) -> None:
        work.do(progress)
        assert self.last(tmp_path) == LastPrint(batch=7, at=NOW, files=NAMES, printed=2, ended=True)
        assert Prints(tmp_path, lambda: NOW).last(8) is None

    def test_it_ended_early(
        self, queue: Queue, work: PrintWork, progress: PostProgress, prints: Prints, tmp_path: Path
    ) -> None:
        def stopped_at_the_second(follower: JobFollower) -> None:
            assert prints.going_on(7) is progress and prints.going_on(8) is None
            if len(queue.sent) == 2:
                prints.stop(8)
                follower.wait()
                prints.stop(7)
                follower.wait()

        queue.following, queue.cancels = stopped_at_the_second, False
        refused(work, progress)
        assert self.last(tmp_path) == LastPrint(
            batch=7, at=NOW, files=NAMES, printed=1, ended=True, problem=PostProblem.PRINT_STOPPED, left=True
        )
        assert prints.going_on(7) is None

    def test_the_service_ended_meanwhile(self, queue: Queue, work: PrintWork, tmp_path: Path) -> None:
        queue.following = lambda follower: follower.wait()
        ends = iter([False, True])
        refused(work, PostProgress(closing=lambda: next(ends)))
        last = self.last(tmp_path)
        assert last == LastPrint(batch=7, at=NOW, files=NAMES) and not last.ended

    def test_whatever_ends_it_is_kept(
        self, queue: Queue, work: PrintWork, progress: PostProgress, tmp_path: Path
    ) -> None:
        def unforeseen(_: JobFollower) -> None:
            raise MemoryError

        queue.following = unforeseen
        assert refused(work, progress).problem is PostProblem.FAILED
        last = self.last(tmp_path)
        assert last is not None and last.ended and last.problem is PostProblem.FAILED

    def test_nothing_is_printed_that_could_not_be_noted(
        self, queue: Queue, work: PrintWork, progress: PostProgress, tmp_path: Path
    ) -> None:
        (tmp_path / "post-prints.json").mkdir()
        with pytest.raises(OSError, match="directory"):
            work.do(progress)
        assert not queue.sent

    @pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff", b" " * 70_000])
    def test_a_file_that_cannot_be_read_says_nothing_and_is_replaced(
        self, queue: Queue, work: PrintWork, progress: PostProgress, tmp_path: Path, content: bytes
    ) -> None:
        (tmp_path / "post-prints.json").write_bytes(content)
        assert self.last(tmp_path) is None
        work.do(progress)
        last = self.last(tmp_path)
        assert last is not None and last.ended

    def test_only_the_newest_are_kept(
        self, tmp_path: Path, prints: Prints, progress: PostProgress, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kiosk.reception.post.prints._MOST", 2)
        for batch in (2**31 - 3, 2**31 - 2, 2**31 - 3, 2**31 - 1):
            with prints.noted(batch, ["aside-notice.pdf", "aside-confirmation.pdf", "aside-carrier.pdf"], progress):
                pass
        assert prints.last(2**31 - 2) is None and prints.last(2**31 - 3) and prints.last(2**31 - 1)
        assert (tmp_path / "post-prints.json").stat().st_size < 2 * 300, "as many as are kept can be read again"
