"""The number of an order on papers for the post, in print and as a code; never on a card."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from kiosk.documents import (
    Carrier,
    ConfirmationOrder,
    DocumentRefused,
    GivenAddress,
    Notice,
    Stationery,
    carrier_pdf,
    confirmation_pdf,
    notice_pdf,
)
from kiosk.eligibility import Member

Output = Callable[..., str]
Kept = Callable[[bytes], Path]
OrderPapers = dict[str, bytes]
ORDER = 31847
DPI = 200

PEEL_OFF = (104.4, 212, 85.6, 54)
STUCK_ON = (62.2, 112, 85.6, 54)
"""Where a card is on a notice and on a carrier: left, top, width and height in mm."""


@pytest.fixture
def papers(notice: Notice, order: ConfirmationOrder, stationery: Stationery) -> OrderPapers:
    return {
        "notice": notice_pdf([replace(notice, order=ORDER)], stationery),
        "carrier": carrier_pdf([Carrier(order.member, ORDER)], stationery),
        "confirmation": confirmation_pdf([order], stationery),
    }


@pytest.fixture
def page(kept: Kept, output: Output, tmp_path: Path) -> Callable[[bytes], Path]:
    """Render the first page of a PDF."""

    def render(pdf: bytes) -> Path:
        output("pdftoppm", "-r", str(DPI), "-png", "-singlefile", str(kept(pdf)), str(tmp_path / "page"))
        return tmp_path / "page.png"

    return render


def codes(picture: Path, output: Output) -> set[str]:
    """Read the codes of a picture; zbarimg ends with status 4 if there are none."""
    return set(output("sh", "-c", f"zbarimg -q --raw {picture} || test $? = 4").split())


def cut_out(picture: Path, left: float, top: float, width: float, height: float) -> Path:
    """Keep a part of a picture, given in mm, with a margin around it."""
    box = [round(mm / 25.4 * DPI) for mm in (left, top, left + width, top + height)]
    with Image.open(picture) as page:
        part = Image.new("L", (box[2] - box[0] + 80, box[3] - box[1] + 80), 255)
        part.paste(page.convert("L").crop((box[0], box[1], box[2], box[3])), (40, 40))
    part.save(picture.with_name("part.png"))
    return picture.with_name("part.png")


@pytest.mark.parametrize(
    ("paper", "read"), [("notice", {str(ORDER), "https://myna.go.jp/"}), ("carrier", {str(ORDER)})]
)
def test_a_scanner_reads_it_on_the_sheets(
    papers: OrderPapers, page: Callable[[bytes], Path], output: Output, paper: str, read: set[str]
) -> None:
    assert codes(page(papers[paper]), output) == read


@pytest.mark.parametrize("paper", ["notice", "carrier"])
def test_people_read_it_there_too(papers: OrderPapers, kept: Kept, text_of: Callable[..., str], paper: str) -> None:
    assert f"受付番号{ORDER}" in text_of(kept(papers[paper]))


def test_the_confirmation_has_neither(
    papers: OrderPapers, page: Callable[[bytes], Path], kept: Kept, output: Output, text_of: Callable[..., str]
) -> None:
    text = text_of(kept(papers["confirmation"]))
    assert str(ORDER) not in text and "受付番号" not in text
    assert codes(page(papers["confirmation"]), output) == set()
    assert not hasattr(ConfirmationOrder, "order"), "so nothing can print it there"


@pytest.mark.parametrize(("paper", "area"), [("notice", PEEL_OFF), ("carrier", STUCK_ON)])
def test_the_place_of_the_card_has_neither(
    papers: OrderPapers,
    page: Callable[[bytes], Path],
    kept: Kept,
    output: Output,
    paper: str,
    area: tuple[float, float, float, float],
) -> None:
    assert codes(cut_out(page(papers[paper]), *area), output) == set()
    x, y, width, height = (str(round(mm / 25.4 * 72)) for mm in area)
    inside = ("-x", x, "-y", y, "-W", width, "-H", height)
    text = output("pdftotext", "-r", "72", *inside, str(kept(papers[paper])), "-")
    assert "資格" in text, "this is the place of the card"
    assert str(ORDER) not in text


def test_without_an_order_there_is_none(
    notice: Notice, stationery: Stationery, page: Callable[[bytes], Path], output: Output
) -> None:
    assert codes(page(notice_pdf([notice], stationery)), output) == {"https://myna.go.jp/"}


def test_the_carrier_bears_the_address_of_the_notice(papers: OrderPapers, kept: Kept, output: Output) -> None:
    found = []
    for paper in ("notice", "carrier"):
        words = output("pdftotext", "-bbox", str(kept(papers[paper])), "-").splitlines()
        found.append([word for word in words if "102-0093" in word or "千代田区〇〇町" in word][:2])
    assert len(found[0]) == 2
    assert found[0] == found[1], "so the same envelopes will do"


def test_a_carrier_for_a_person_whose_data_are_withheld_bears_what_is_given(
    member: Callable[..., Member], stationery: Stationery, kept: Kept, text_of: Callable[..., str]
) -> None:
    withheld, given = member(information_withheld="true"), GivenAddress.checked("160-0022", "東京都新宿区〇〇町9-9-9")
    assert "千代田区〇〇町" not in text_of(kept(carrier_pdf([Carrier(withheld, ORDER)], stationery)), "-raw")
    assert "新宿区〇〇町9-9-9" in text_of(kept(carrier_pdf([Carrier(withheld, ORDER, given)], stationery)), "-raw")


@pytest.mark.parametrize("field", ["name", "postal_code", "address"])
def test_a_carrier_that_lacks_a_field_names_it(
    member: Callable[..., Member], stationery: Stationery, field: str
) -> None:
    with pytest.raises(DocumentRefused, match=f"^{field}: missing in the register"):
        carrier_pdf([Carrier(member(**{field: ""}), ORDER)], stationery)
