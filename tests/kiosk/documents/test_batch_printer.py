"""A batch without a command: any source of documents will do, and nothing goes to standard output."""

import io
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from multiprocessing import active_children
from pathlib import Path

import pytest

from kiosk.documents import BatchPrinter, BatchRefused, PlanFile, Stationery
from kiosk.eligibility import Registry, Source, read_rows

DAY = date(2026, 11, 25)
UNKNOWN = b'{"member": "133033:71-0000:000099:00", "issue": "notice", "reasons": ["no_card"]}\n'
KNOWN = b'{"member": "133033:71-0000:000001:00", "issue": "notice", "reasons": ["no_card"]}\n'

CONFIRMATION = (
    b'{"member": "133033:71-0000:000001:00", "issue": "confirmation", "reasons": ["no_card"], '
    b'"valid_from": "2026-11-25", "valid_until": "2031-11-24"}\n'
)


@pytest.fixture
def printer(
    one_registry: Registry,
    member_file: Callable[..., bytes],
    source: Callable[..., Source],
    stationery: Stationery,
) -> Callable[..., BatchPrinter]:
    """A printer of plan lines, beside a register with one member."""
    taken = one_registry.import_members(read_rows(io.BytesIO(member_file({}))), source())
    assert taken.inserted == 1
    return lambda *lines: BatchPrinter(
        one_registry, PlanFile(lambda _: nullcontext(io.BytesIO(b"".join(lines)))), stationery, DAY
    )


def test_all_or_none(printer: Callable[..., BatchPrinter], tmp_path: Path) -> None:
    with pytest.raises(BatchRefused) as refused:
        printer(KNOWN, UNKNOWN).print_all(tmp_path / "out")
    assert [(bad.requested.number, bad.fields) for bad in refused.value.first] == [(2, ("member",))]
    assert list(tmp_path.glob("*out*")) == []


def test_the_good_ones_and_what_was_left_out(printer: Callable[..., BatchPrinter], tmp_path: Path) -> None:
    left_out = io.StringIO()
    printed = printer(UNKNOWN, KNOWN).print_good(tmp_path / "out", nullcontext(left_out))
    assert (printed.notice, printed.confirmation, printed.files, printed.refused, printed.orders) == (1, 0, 1, 1, ())
    assert '"line": 1' in left_out.getvalue()
    assert (tmp_path / "out" / "notice-0001.pdf").read_bytes().startswith(b"%PDF")


@pytest.fixture
def in_two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw one document a file, in two processes however few there are."""
    monkeypatch.setattr("kiosk.documents.batch.DOCUMENTS_PER_FILE", 1)
    monkeypatch.setattr("kiosk.documents.drawing.WORTH_PROCESSES", 1)
    monkeypatch.setattr("kiosk.documents.drawing.cores", lambda: 2)


@pytest.mark.usefixtures("in_two_processes")
def test_two_processes_draw_what_one_draws(
    printer: Callable[..., BatchPrinter], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [KNOWN, CONFIRMATION, KNOWN]
    shared = printer(*lines).print_all(tmp_path / "shared")
    assert active_children() == []
    monkeypatch.setattr("kiosk.documents.drawing.cores", lambda: 1)
    assert printer(*lines).print_all(tmp_path / "alone") == shared
    made, same = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("shared", "alone")
    )
    assert sorted(made) == ["confirmation-0001.pdf", "notice-0001.pdf", "notice-0002.pdf"]
    assert made == same


@pytest.mark.usefixtures("in_two_processes")
def test_a_process_that_is_killed_ends_the_batch_and_leaves_nothing(
    printer: Callable[..., BatchPrinter], tmp_path: Path
) -> None:
    class Killing(io.BytesIO):
        """The lines of a plan; whoever draws while they are read is killed."""

        def readline(self, size: int | None = -1, /) -> bytes:
            for process in active_children():
                process.kill()
            return super().readline(size)

    batch = replace(printer(), source=PlanFile(lambda _: nullcontext(Killing(KNOWN * 8))))
    with pytest.raises(ChildProcessError, match=r"has ended \(signal 9\)"):
        batch.print_all(tmp_path / "out")
    assert list(tmp_path.glob("*out*")) == []
