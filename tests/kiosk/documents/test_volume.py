"""One PDF of many parts: every reference leads to its object, and readers see all pages in order."""

import io
import re
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.documents import ConfirmationOrder, Notice, Stationery, confirmation_pdf, notice_pdf
from kiosk.documents.volume import Volume
from kiosk.eligibility import Member


@pytest.fixture
def parts(member: Callable[..., Member], notice: Notice, stationery: Stationery) -> list[bytes]:
    """Three parts with 2, 1 and 2 notices, the orders 1 to 5."""
    people = [replace(notice, member=member(number=f"{number:06}"), order=number) for number in range(1, 6)]
    return [notice_pdf(some, stationery) for some in (people[:2], people[2:3], people[3:])]


def joined(*parts: bytes) -> bytes:
    stream = io.BytesIO()
    volume = Volume(stream)
    for part in parts:
        volume.add(part)
    volume.close()
    return stream.getvalue()


def test_all_pages_are_there_in_order(
    parts: list[bytes], kept: Callable[..., Path], output: Callable[..., str]
) -> None:
    pdf = kept(joined(*parts))
    pages = output("pdftotext", "-layout", str(pdf), "-").split("\f")[:-1]
    assert [re.findall(r"71-0000-(\d{6})", page) for page in pages] == [[f"{number:06}"] for number in range(1, 6)]
    assert [re.findall(r"受付番号 *(\d)", page) for page in pages] == [[str(number)] for number in range(1, 6)]
    about = output("pdfinfo", str(pdf))
    assert re.search(r"Pages: +5\n", about) and re.search(r"Title: +資格情報通知書\n", about)


def test_it_looks_as_the_parts_do(
    parts: list[bytes], kept: Callable[..., Path], output: Callable[..., str], tmp_path: Path
) -> None:
    pictures = []
    for pdf, page in ((parts[2], 2), (joined(*parts), 5)):
        chosen = ("-f", str(page), "-l", str(page))
        output("pdftoppm", "-r", "50", "-png", "-singlefile", *chosen, str(kept(pdf)), str(tmp_path / "page"))
        pictures.append((tmp_path / "page.png").read_bytes())
    assert pictures[0] == pictures[1]


def test_every_reference_and_every_offset_is_right(
    parts: list[bytes], order: ConfirmationOrder, stationery: Stationery
) -> None:
    pdf = joined(*parts, confirmation_pdf([order], stationery))
    table = pdf[int(pdf.split()[-2]) :]
    offsets = [int(line[:10]) for line in table.splitlines()[2:] if line.endswith(b"n ")]
    assert all(re.match(rb"\d+ 0 obj\n", pdf[offset : offset + 16]) for offset in offsets)
    bodies = [body.partition(b"\nstream\n")[0] for body in re.split(rb"\n?\d+ 0 obj\n", pdf[: -len(table)])[1:]]
    objects = {int(pdf[offset : offset + 16].split()[0]) for offset in offsets}
    referred = {int(number) for body in bodies for number in re.findall(rb"\b(\d+) 0 R\b", body)}
    assert len(objects) == len(offsets) == len(bodies)
    assert referred <= objects


def test_the_same_parts_make_the_same_file(parts: list[bytes]) -> None:
    assert joined(*parts) == joined(*parts)


def test_memory_stays_flat(parts: list[bytes]) -> None:
    with open("/dev/null", "wb") as nowhere:
        volume = Volume(nowhere)
        volume.add(parts[1])
        tracemalloc.start()
        for _ in range(50):
            volume.add(parts[1])
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert volume.pages == 51
    assert kept < 50 * len(parts[1]) / 50


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (b"", "no table of its objects"),
        (b"%PDF-1.7\nstartxref\n9\n%%EOF\n", "in another layout"),
        (
            b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<<>>\nstartxref\n9\n%%EOF",
            "lacks what its pages are found by",
        ),
    ],
)
def test_what_is_no_such_pdf_is_refused(part: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Volume(io.BytesIO()).add(part)
