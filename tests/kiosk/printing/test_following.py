"""A job is followed through what CUPS says of it, without a CUPS."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from kiosk.failures import Code
from kiosk.printing import JobFollower, PrinterTrouble, PrintFailed, called_off
from kiosk.printing.ipp import IppError, UnknownTarget

Said = Mapping[str, list[int | str]]

PRINTING = 5
DONE: Said = {"job-state": [9], "job-state-reasons": ["job-completed-successfully"]}


def looks(
    *reasons: str, job: int = PRINTING, printer: int = 4, of_job: str = "job-printing", sheets: int = 0
) -> tuple[Said, Said]:
    """What CUPS says of a job and of its printer."""
    state: Said = {"job-state": [job], "job-state-reasons": [of_job], "job-media-sheets-completed": [sheets]}
    return state, {"printer-state": [printer], "printer-state-reasons": list(reasons or ("none",))}


@dataclass
class FakeJob:
    """A job that is in one state after another, and stays in the last one; an exception is raised."""

    states: list[tuple[Said, Said] | Exception]
    cancels: bool = True
    queue: str = "a4"
    number: int = 3
    cancelled: bool = False

    def state(self) -> Said:
        now = self.states[0]
        if isinstance(now, Exception):
            self._next()
            raise now
        return now[0]

    def printer(self) -> Said:
        now = self._next()
        assert not isinstance(now, Exception)
        return now[1]

    def cancel(self) -> bool:
        self.cancelled = self.cancels
        return self.cancels

    def _next(self) -> tuple[Said, Said] | Exception:
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]


@dataclass
class Seen:
    """What was said of a job that was followed for at most 10 s, asked once a second."""

    said: list[PrinterTrouble | None] = field(default_factory=list)
    seconds: int = 0

    def follow(self, job: FakeJob) -> None:
        def wait() -> None:
            self.seconds += 1

        JobFollower(10, self.said.append, wait, lambda: float(self.seconds)).to_the_end(job)


@pytest.fixture
def seen() -> Iterator[Seen]:
    yield Seen()


def test_a_job_that_is_printed_is_done(seen: Seen) -> None:
    seen.follow(FakeJob([looks(of_job="none", job=3), looks(), (DONE, {})]))
    assert (seen.said, seen.seconds) == ([], 2)


@pytest.mark.parametrize(
    ("look", "trouble"),
    [
        (looks("media-empty-error"), PrinterTrouble.NO_PAPER),
        (looks("media-needed-report"), PrinterTrouble.NO_PAPER),
        (looks("media-jam"), PrinterTrouble.JAM),
        (looks("cover-open-error"), PrinterTrouble.OPEN),
        (looks("toner-empty-error"), PrinterTrouble.NO_TONER),
        (looks("connecting-to-device"), PrinterTrouble.SILENT),
        (looks("offline-report"), PrinterTrouble.SILENT),
        (looks("paused", printer=5), PrinterTrouble.STOPPED),
        (looks(printer=5), PrinterTrouble.STOPPED),
        (looks(of_job="resources-are-not-ready", job=3), PrinterTrouble.SILENT),
        (looks(of_job="resources-are-not-ready", job=4), PrinterTrouble.SILENT),
        (looks(of_job="job-hold-until-specified", job=4), PrinterTrouble.HELD),
        (IppError("CUPS does not answer"), PrinterTrouble.NO_SCHEDULER),
    ],
)
def test_what_keeps_the_printer_is_said_once_and_that_it_goes_on(
    seen: Seen, look: tuple[Said, Said] | Exception, trouble: PrinterTrouble
) -> None:
    seen.follow(FakeJob([look, look, looks(), (DONE, {})]))
    assert seen.said == [trouble, None]


@pytest.mark.parametrize("reason", ["media-low-report", "toner-low-warning", "media-empty-warning", "none", "other"])
def test_a_warning_keeps_nobody(seen: Seen, reason: str) -> None:
    seen.follow(FakeJob([looks(reason), (DONE, {})]))
    assert seen.said == []


@pytest.mark.parametrize(
    ("cancels", "says"),
    [(True, "job a4-3 was cancelled"), (False, "job a4-3 is still in the queue, since it could not be cancelled")],
)
def test_a_printer_is_waited_for_only_so_long(seen: Seen, cancels: bool, says: str) -> None:
    job = FakeJob([looks("media-empty-error")], cancels)
    with pytest.raises(PrintFailed) as failed:
        seen.follow(job)
    assert (str(failed.value), failed.value.trouble, job.cancelled) == (says, PrinterTrouble.NO_PAPER, cancels)
    assert (seen.seconds, failed.value.left) == (11, not cancels)


@pytest.mark.parametrize(
    "state",
    [({"job-state": [9]}, {}), ({"job-state": [7]}, {}), UnknownTarget("CUPS does not know it")],
    ids=["printed", "cancelled", "forgotten"],
)
def test_a_job_that_is_at_its_end_is_called_off_though_it_cannot_be_cancelled(
    state: tuple[Said, Said] | Exception,
) -> None:
    assert called_off(FakeJob([state], cancels=False))


@pytest.mark.parametrize("state", [looks(), IppError("CUPS does not answer")], ids=["printing", "no CUPS"])
def test_a_job_that_cannot_be_cancelled_may_be_printed_later(state: tuple[Said, Said] | Exception) -> None:
    assert not called_off(FakeJob([state], cancels=False))


def test_a_stopped_job_that_cannot_be_cancelled_may_be_printed_later(seen: Seen) -> None:
    with pytest.raises(PrintFailed, match="ended with an error and is still in the queue") as failed:
        seen.follow(FakeJob([looks(job=6)], cancels=False))
    assert failed.value.left


def test_a_held_job_is_waited_for_only_so_long(seen: Seen) -> None:
    job = FakeJob([looks(job=4, of_job="job-hold-until-specified")])
    with pytest.raises(PrintFailed) as failed:
        seen.follow(job)
    assert (failed.value.trouble, job.cancelled, seen.seconds) == (PrinterTrouble.HELD, True, 11)


def test_a_printer_that_goes_on_for_a_moment_again_and_again_is_given_up(seen: Seen) -> None:
    empty = looks("media-empty-error")
    with pytest.raises(PrintFailed, match="was cancelled"):
        seen.follow(FakeJob([empty, looks()] * 20 + [(DONE, {})]))
    assert seen.seconds == 12


def test_another_troubles_time_counts_too(seen: Seen) -> None:
    with pytest.raises(PrintFailed) as failed:
        seen.follow(FakeJob([looks("media-empty-error")] * 6 + [looks("cover-open-error")] * 20))
    assert (failed.value.trouble, seen.seconds) == (PrinterTrouble.OPEN, 11)


def test_each_sheet_gives_a_printer_all_the_patience_again(seen: Seen) -> None:
    sheets = [look for sheet in range(9) for look in [looks("media-empty-error", sheets=sheet)] * 8]
    seen.follow(FakeJob([*sheets, (DONE, {})]))
    assert seen.seconds == 72


def test_a_minute_without_a_trouble_does_so_too_for_a_printer_that_counts_no_sheets(seen: Seen) -> None:
    empty, good = [looks("media-empty-error")] * 9, [looks()] * 61
    seen.follow(FakeJob([*empty, *good, *empty, *good, *empty, (DONE, {})]))
    assert seen.seconds == 9 * 3 + 61 * 2


def test_the_handbook_has_what_a_person_mends_apart_from_what_does_not_answer() -> None:
    silent = {PrinterTrouble.SILENT, PrinterTrouble.NO_SCHEDULER}
    assert {trouble for trouble in PrinterTrouble if trouble.code is Code.PRINTER_SILENT} == silent
    assert {trouble for trouble in PrinterTrouble if trouble.code is Code.PRINTER_WAITS} == {*PrinterTrouble} - silent
    assert PrintFailed("job a4-3 was cancelled").code is Code.PRINTER_SILENT
    assert PrintFailed("job a4-3 was cancelled", PrinterTrouble.JAM).code is Code.PRINTER_WAITS


def test_a_long_job_is_not_given_up(seen: Seen) -> None:
    seen.follow(FakeJob([looks()] * 50 + [(DONE, {})]))
    assert seen.seconds == 50


@pytest.mark.parametrize(
    ("end", "says"),
    [
        (({"job-state": [7]}, {}), "job a4-3 was cancelled"),
        (({"job-state": [8]}, {}), "job a4-3 ended with an error"),
        (
            ({"job-state": [6], "job-printer-state-message": ["Filter\tfailed" + "." * 300]}, {}),
            "job a4-3 ended with an error: Filterfailed" + "." * 188,
        ),
        (({"job-state": [9], "job-state-reasons": ["job-completed-with-errors"]}, {}), "job a4-3 ended with an error"),
        (UnknownTarget("CUPS does not know it"), "CUPS does not know job a4-3 any more"),
    ],
)
def test_another_end_is_named(seen: Seen, end: tuple[Said, Said] | Exception, says: str) -> None:
    with pytest.raises(PrintFailed) as failed:
        seen.follow(FakeJob([end]))
    assert str(failed.value) == says
