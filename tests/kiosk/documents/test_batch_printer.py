"""A batch without a command: any source of documents will do, and nothing goes to standard output."""

import io
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest

from kiosk.documents import BatchPrinter, BatchRefused, PlanFile, Stationery
from kiosk.eligibility import Registry, Source, read_rows

DAY = date(2026, 11, 25)
UNKNOWN = b'{"member": "133033:71-0000:000099:00", "issue": "notice", "reasons": ["no_card"]}\n'
KNOWN = b'{"member": "133033:71-0000:000001:00", "issue": "notice", "reasons": ["no_card"]}\n'


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
