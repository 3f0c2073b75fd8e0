"""Entries of the greatest length that a register can have: the card is set closely and shows every character."""

import re
import time
from collections.abc import Callable
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.documents import (
    ConfirmationOrder,
    DocumentRefused,
    Notice,
    Stationery,
    confirmation_pdf,
    confirmation_picture,
    declaration_pdf,
    entries,
    notice_pdf,
)
from kiosk.documents.entries import Entries, entries_of, row_height
from kiosk.documents.fitting import Fitted
from kiosk.documents.pages import PICTURE_CSS
from kiosk.eligibility import Member

MakeMember = Callable[..., Member]
Ordered = Callable[..., ConfirmationOrder]
Output = Callable[..., str]

STREET = (
    "北海道虻田郡倶知安町北一条西二丁目3番地45 グランドヒルズ倶知安ステーションフロントタワー東棟 1203号室 "
    "株式会社髙﨑𠮷野総合建設工業ホールディングス独身寮「さくら」気付 "
)
DAY = date(2026, 11, 25)
ROW = 3.2
"""The height of 記号 and 番号 on a closely set card if each is on one line, in mm."""
HIGHEST_ADDRESS = 300
"""How many characters the register accepts in this column."""


def address(length: int) -> str:
    return (STREET * 4)[:length].strip()


def text(fitted: Fitted) -> str:
    return "".join(run.text for line in fitted.lines for run in line)


def heights(card: Entries) -> float:
    return sum(map(row_height, (card.name, card.household_head, card.address, card.employer)))


def boxes(output: Output, pdf: Path) -> list[tuple[float, float, float, float]]:
    """Return the left, top, right and bottom of each word, in mm."""
    words = re.findall(
        r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"',
        output("pdftotext", "-bbox", str(pdf), "-"),
    )
    left, top, right, bottom = (tuple(float(word[side]) / 72 * 25.4 for word in words) for side in range(4))
    return list(zip(left, top, right, bottom, strict=True))


def closest_lines(words: list[tuple[float, float, float, float]]) -> float:
    """Return the smallest distance, in mm, between the middles of two words, one above the other."""
    return min(
        abs((one[1] + one[3]) - (other[1] + other[3])) / 2
        for one, other in combinations(words, 2)
        if one[0] < other[2] and other[0] < one[2]
    )


@pytest.mark.parametrize(
    ("length", "close", "wide", "size", "lines"),
    [
        (20, False, False, 7.2, 1),
        (57, False, False, 5.5, 2),
        (80, True, False, 6.2, 3),
        (120, True, False, 6.2, 5),
        (240, True, True, 6.2, 7),
        (HIGHEST_ADDRESS, True, True, 5.5, 8),
    ],
)
def test_a_card_is_set_close_only_where_its_address_needs_it(
    member: MakeMember, length: int, close: bool, wide: bool, size: float, lines: int
) -> None:
    card = entries_of(member(address=address(length)), ROW)
    assert (card.close, card.wide, card.address.size, len(card.address.lines)) == (close, wide, size, lines)
    assert text(card.address) == address(length)


@pytest.mark.parametrize("length", [80, 120, HIGHEST_ADDRESS])
def test_a_long_address_stands_whole_on_the_card_and_no_line_meets_another(
    member: MakeMember, ordered: Ordered, stationery: Stationery, kept: Callable[..., Path], output: Output, length: int
) -> None:
    pdf = kept(confirmation_pdf([ordered(member(address=address(length)))], stationery))
    raw = re.sub(r"\s+", "", output("pdftotext", "-raw", str(pdf), "-"))
    assert address(length).replace(" ", "") in raw
    words = boxes(output, pdf)
    assert all(left >= 3.4 and top >= 1.5 and right <= 82.2 and bottom <= 52.5 for left, top, right, bottom in words)
    assert closest_lines(words) > 1.9
    labels = ["氏名", "生年月日", "資格取得年月日", "交付年月日", "組合員氏名", "住所", "事業所名"]
    places = [raw.index(label) for label in labels]
    assert places == sorted(places)


def test_cards_of_both_kinds_share_a_file_and_each_has_its_labels_once(
    member: MakeMember, ordered: Ordered, stationery: Stationery, kept: Callable[..., Path], output: Output
) -> None:
    people = [member(), member(address=address(120)), member(number="000003")]
    pdf = kept(confirmation_pdf([ordered(person) for person in people], stationery))
    pages = output("pdftotext", "-layout", str(pdf), "-").split("\f")[:-1]
    assert [page.count("組合員氏名") for page in pages] == [1, 1, 1]
    assert [page.count("保険者番号") for page in pages] == [1, 1, 1]


@given(st.text("北海道虻田郡髙﨑𠮷ーッ（）「」 0123-ABCi〒土", min_size=1, max_size=HIGHEST_ADDRESS))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_address_that_a_register_holds_stands_whole_on_both_documents(member: MakeMember, street: str) -> None:
    person = member(address=street)
    card = entries_of(person, ROW)
    assert text(card.address) == street
    assert not card.close or heights(card) <= 49.6 - 3.7 - 4 * ROW - 4.1 + 1e-9


@pytest.mark.parametrize("street", ["土 " * 150, "土" + "A" * 40, " " * 299 + "土", "A" * 300, "（" * 300])
def test_hostile_addresses_are_set_at_once(member: MakeMember, street: str) -> None:
    begun = time.monotonic()
    assert text(entries_of(member(address=street), ROW).address) == street
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"address": address(300), "employer": "建" * 200}, ("address", "employer")),
        ({"name": "名" * 100, "household_head": "名" * 100, "employer": "建" * 200},
         ("name", "household_head", "employer")),
    ],
)  # fmt: skip
def test_entries_that_are_too_long_together_are_named(
    member: MakeMember, changed: dict[str, str], fields: tuple[str, ...]
) -> None:
    with pytest.raises(DocumentRefused, match="too long together") as refused:
        entries_of(member(**changed), ROW)
    assert refused.value.fields == fields


def test_a_notice_takes_the_longest_of_everything(
    member: MakeMember, stationery: Stationery, kept: Callable[..., Path], output: Output
) -> None:
    longest = member(
        address=address(300), name="髙﨑" * 50, kana="タカ" * 50, symbol="工" * 20, number="0123456789" * 2
    )
    raw = re.sub(
        r"\s+", "", output("pdftotext", "-raw", str(kept(notice_pdf([Notice(longest, DAY)], stationery))), "-")
    )
    assert address(300).replace(" ", "") in raw
    assert raw.count("髙﨑" * 50) == 3


def test_a_declaration_with_a_long_address_is_still_one_page(
    member: MakeMember, stationery: Stationery, kept: Callable[..., Path], output: Output
) -> None:
    pdf = kept(declaration_pdf(stationery, member(address=address(300))))
    assert re.search(r"Pages: +1\n", output("pdfinfo", str(pdf)))


def test_a_close_card_on_a_screen_is_a_specimen_without_inline_style(
    member: MakeMember, ordered: Ordered, stationery: Stationery
) -> None:
    picture = confirmation_picture(ordered(member(address=address(120))), stationery)
    assert picture.count("見本") == 2  # the word, and what it is called for those who hear the page
    assert picture.count("組合員氏名") == 1
    assert "style=" not in picture


def test_the_style_sheet_has_the_heights_that_are_reckoned_with() -> None:
    sheet = PICTURE_CSS.read_text("utf-8")
    assert f".close > div {{ position: relative; min-height: {entries._ROW_HEIGHT}mm;" in sheet
    assert f".close > .heading {{ min-height: {entries._HEADING}mm;" in sheet
    assert f"height: {entries._HEIGHT}mm; display: flex;" in sheet
    assert f".close .several {{ line-height: {entries._LINE_HEIGHTS[6.2]}mm; }}" in sheet
    assert f".close .several.pt55 {{ line-height: {entries._LINE_HEIGHTS[5.5]}mm; }}" in sheet
