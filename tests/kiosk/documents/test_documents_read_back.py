"""The documents as other programs read them: text and order, page boxes, fonts, the 二次元コード, the picture."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from kiosk.decision import Confirmation, LifeEvent
from kiosk.documents import (
    ConfirmationOrder,
    DocumentRefused,
    Notice,
    Offset,
    Stationery,
    confirmation_pdf,
    confirmation_picture,
    declaration_pdf,
    notice_pdf,
    notice_picture,
    procedures,
    procedures_pdf,
)
from kiosk.eligibility import Member
from kiosk.languages import Language
from kiosk.web.wording import wording_of

PICTURES = Path(__file__).parents[2] / "pictures"
DAY = date(2026, 11, 25)
TextOf = Callable[..., str]
Output = Callable[..., str]
MakeMember = Callable[..., Member]

NOTICE_IN_ORDER = [
    "〒102-0093",
    "東京都千代田区〇〇町1-11-1",
    "71-0000-000001",
    "土木太郎様",
    "資格情報通知書",
    "（資格情報のお知らせ）",
    "あなたの加入する健康保険の資格情報を下記のとおりお知らせします。なお、このお知らせのみでは受診できません。",
    "記号71-0000番号000001枝番00",
    "氏名土木太郎",
    "フリガナドボクタロウ",
    "適用開始日令和2年4月1日",
    "交付年月日令和8年11月25日",
    "スマートフォンをお持ちの方は、以下の二次元コードからマイナポータルにログインすることで、"
    "ご自身の健康保険の資格情報を確認することができます。ぜひご利用ください。"
    "―マイナポータルへのアクセス・ダウンロードは右記―",
    "マイナ保険証の読み取りができない等の例外的な場合については、スマートフォンの資格情報画面を",
    "この文書をマイナ保険証とともに医療機関等の受付で提示することで受診いただけます）。",
    "〇ご不明な点は、下記にお問合せください。全国土木建築国民健康保険組合",
    "受診の際にはマイナ保険証があわせて必要です",
    "↑ここを下に折り曲げてはがしてください。",
    "上のカードをはがしてご利用いただくこともできます。（このお知らせのみでは受診できません）",
]

CONFIRMATION = (
    "国民健康保険資格確認書有効期限令和13年11月24日"
    "記号71-0000番号000001（枝番）00"
    "氏名土木太郎"
    "生年月日昭和55年5月6日性別男"
    "資格取得年月日令和2年4月1日"
    "交付年月日令和8年11月25日"
    "組合員氏名土木太郎"
    "住所東京都千代田区〇〇町1-11-1"
    "事業所名〇〇建設株式会社"
    "全国土木建築国民健康保険組合保険者番号133033"
)


def in_order(text: str, parts: list[str]) -> list[str]:
    """Return the parts that are in the text, each after the one before."""
    found, at = [], 0
    for part in parts:
        if (place := text.find(part, at)) >= 0:
            found.append(part)
            at = place + len(part)
    return found


def boxes_mm(output: Output, pdf: Path) -> list[tuple[float, float]]:
    sizes = re.findall(r"MediaBox: +0\.00 +0\.00 +([\d.]+) +([\d.]+)", output("pdfinfo", "-box", "-l", "-1", str(pdf)))
    return [(float(width) / 72 * 25.4, float(height) / 72 * 25.4) for width, height in sizes]


def test_the_notice_reads_in_the_order_of_the_page(notice_file: Path, text_of: TextOf) -> None:
    assert in_order(text_of(notice_file), NOTICE_IN_ORDER) == NOTICE_IN_ORDER


@pytest.mark.parametrize(
    "part",
    [
        "保険者番号：133033",
        "東京都千代田区平河町1-5-9厚生会館電話番号03-5210-4383",
        "★本組合のガイド・広報誌をホームページで（http://www.dokuspo.or.jp/）ご覧いただけます。",
        "・ガイド「みなさんの健康保険」健康保険のしくみや給付の受け方など、身近なガイドとしてご利用ください。",
        "・広報誌「保険組合だより」（ユーザー名・パスワードは「133033」）",
        "資格取得年月日",
        "令和8年11月25日交付",
    ],
)
def test_the_notice_says_who_sends_it_and_what_its_card_is(notice_file: Path, text_of: TextOf, part: str) -> None:
    assert part in text_of(notice_file, "-raw")


def test_the_confirmation_is_its_ten_rows(confirmation_file: Path, text_of: TextOf) -> None:
    assert text_of(confirmation_file) == CONFIRMATION


def test_a_confirmation_that_holds_later_names_the_day(
    ordered: Callable[..., ConfirmationOrder],
    member: MakeMember,
    stationery: Stationery,
    kept: Callable[..., Path],
    text_of: TextOf,
) -> None:
    later = Confirmation(date(2026, 12, 1), date(2031, 11, 30))
    pdf = kept(confirmation_pdf([ordered(member(), validity=later)], stationery))
    assert "交付年月日令和8年11月25日発効期日令和8年12月1日" in text_of(pdf)


def test_pages_are_as_large_as_the_documents(notice_file: Path, confirmation_file: Path, output: Output) -> None:
    assert boxes_mm(output, notice_file) == [pytest.approx((210, 297), abs=0.01)]
    assert boxes_mm(output, confirmation_file) == [pytest.approx((85.6, 54), abs=0.01)]


def test_every_font_is_embedded(
    long_member: Member, stationery: Stationery, kept: Callable[..., Path], output: Output
) -> None:
    pdf = kept(notice_pdf([Notice(long_member, DAY)], stationery))
    fonts = output("pdffonts", str(pdf)).splitlines()[2:]
    assert {re.sub(r".*\+", "", font.split()[0]) for font in fonts} == {
        "BIZ-UDPGothic",
        "BIZ-UDPGothic-Bold",
        "BIZ-UDGothic",
        "Noto-Sans-CJK-JP",
        "Noto-Sans-CJK-JP-Bold",
    }
    assert all(font.split()[-5:-2] == ["yes", "yes", "yes"] for font in fonts)


def test_a_name_of_the_family_registers_is_embedded_in_the_font_that_has_it(
    member: MakeMember, stationery: Stationery, kept: Callable[..., Path], output: Output, text_of: TextOf
) -> None:
    pdf = kept(notice_pdf([Notice(member(name="土\U0002cf1c 太郎"), DAY)], stationery))
    assert "IPAmjMincho" in output("pdffonts", str(pdf))
    assert "土\U0002cf1c太郎" in text_of(pdf)


def test_the_code_leads_to_the_portal_and_says_nothing_else(notice_file: Path, output: Output, tmp_path: Path) -> None:
    output("pdftoppm", "-r", "200", "-png", "-singlefile", str(notice_file), str(tmp_path / "page"))
    assert output("zbarimg", "-q", "--raw", str(tmp_path / "page.png")) == "https://myna.go.jp/\n"


def test_long_names_stand_whole_on_both(
    long_member: Member,
    ordered: Callable[..., ConfirmationOrder],
    stationery: Stationery,
    kept: Callable[..., Path],
    text_of: TextOf,
) -> None:
    name = long_member.name.replace(" ", "")
    assert name in text_of(kept(confirmation_pdf([ordered(long_member)], stationery)), "-raw")
    on_notice = text_of(kept(notice_pdf([Notice(long_member, DAY)], stationery)), "-raw")
    assert on_notice.count(name) == 3
    assert long_member.address.replace(" ", "") in on_notice


def test_no_word_leaves_its_card(
    long_member: Member,
    ordered: Callable[..., ConfirmationOrder],
    stationery: Stationery,
    kept: Callable[..., Path],
    output: Output,
) -> None:
    pdf = kept(confirmation_pdf([ordered(long_member)], stationery))
    words = re.findall(
        r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"', output("pdftotext", "-bbox", str(pdf), "-")
    )
    margin = 3.4 / 25.4 * 72
    assert len(words) > 20
    assert all(float(left) >= margin and float(right) <= 242.65 - margin for left, right in words)


def test_a_batch_has_a_page_for_each_in_order(
    member: MakeMember, stationery: Stationery, kept: Callable[..., Path], output: Output
) -> None:
    notices = [Notice(member(number=f"{number:06}"), DAY) for number in range(1, 6)]
    pages = output("pdftotext", "-layout", str(kept(notice_pdf(notices, stationery))), "-").split("\f")[:-1]
    assert [re.findall(r"71-0000-(\d{6})", page) for page in pages] == [[f"{number:06}"] for number in range(1, 6)]
    assert all(page.count("お知らせします") == 1 for page in pages)


def test_the_streams_of_a_page_may_be_joined_without_a_line_end(notice: Notice, stationery: Stationery) -> None:
    """The filter of CUPS does so: "q" before a number would be an operator that there is not, and the page empty."""
    pdf = notice_pdf([notice], stationery)
    assert b"stream\nq\n\nendstream" in pdf
    assert b"stream\n\nQ\n\nendstream" in pdf


def test_a_specimen_says_so_on_the_sheet_and_on_its_card(
    notice: Notice, order: ConfirmationOrder, stationery: Stationery, kept: Callable[..., Path], text_of: TextOf
) -> None:
    specimen = replace(stationery, specimen=True)
    assert text_of(kept(notice_pdf([notice], specimen))).count("見本") == 2
    assert text_of(kept(confirmation_pdf([order], specimen))).count("見本") == 1
    assert text_of(kept(declaration_pdf(specimen))).count("見本") == 1


def test_an_offset_moves_everything_by_so_many_mm(
    order: ConfirmationOrder, stationery: Stationery, kept: Callable[..., Path], output: Output
) -> None:
    def places(pdf: bytes) -> list[tuple[float, float]]:
        found = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)"', output("pdftotext", "-bbox", str(kept(pdf)), "-"))
        return [(float(x) / 72 * 25.4, float(y) / 72 * 25.4) for x, y in found]

    still = places(confirmation_pdf([order], stationery))
    moved = places(confirmation_pdf([order], replace(stationery, confirmation_offset=Offset(1.5, -0.5))))
    assert len(still) > 20
    assert moved == [pytest.approx((x + 1.5, y - 0.5), abs=0.02) for x, y in still]


def test_the_declaration_is_one_page_blank_or_filled_in(
    long_member: Member, stationery: Stationery, kept: Callable[..., Path], output: Output, text_of: TextOf
) -> None:
    blank = kept(declaration_pdf(stationery))
    assert boxes_mm(output, blank) == [pytest.approx((210, 297), abs=0.01)]
    assert "被保険者資格申立書" in text_of(blank)
    filled = kept(declaration_pdf(stationery, long_member))
    assert len(boxes_mm(output, filled)) == 1
    assert long_member.name.replace(" ", "") in text_of(filled, "-raw")


def test_where_members_of_every_insurer_come_a_blank_declaration_names_none(
    long_member: Member, stationery: Stationery, kept: Callable[..., Path], output: Output, text_of: TextOf
) -> None:
    clinic = replace(stationery, any_insurer=True)
    ours, anybodys = (text_of(kept(declaration_pdf(one)), "-raw") for one in (stationery, clinic))
    for text in ("全国土木建築国民健康保険組合", "133033", "組合員氏名"):
        assert text in ours and text not in anybodys
    assert "世帯主・被保険者氏名" in anybodys
    blank, filled = kept(declaration_pdf(clinic)), kept(declaration_pdf(clinic, long_member))
    assert len(boxes_mm(output, blank)) == len(boxes_mm(output, filled)) == 1
    assert "133033" in text_of(filled), "the register knows whose member it is"


def test_the_guidance_has_the_eight_rows_of_the_page_and_that_of_the_要配慮者(
    stationery: Stationery, kept: Callable[..., Path], text_of: TextOf
) -> None:
    text = text_of(kept(procedures_pdf(stationery, wording_of(Language.JAPANESE))), "-raw")
    situations = [row.situation for row in procedures().values()]
    assert len(situations) == 9
    assert in_order(text, situations) == situations


def test_the_guidance_of_one_event_names_its_papers(
    stationery: Stationery, kept: Callable[..., Path], text_of: TextOf
) -> None:
    text = text_of(kept(procedures_pdf(stationery, wording_of(Language.JAPANESE), LifeEvent.ENROLLED)), "-raw")
    assert (
        in_order(text, ["新たに資格取得したとき", "組合員加入届", "被保険者資格取得届", "3～4日後"])[-1] == "3～4日後"
    )
    assert "紛失" not in text


@pytest.mark.parametrize("kind", ["notice", "confirmation"])
def test_the_document_looks_as_its_kept_picture(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """To renew a picture: pdftoppm -r 72 -png -singlefile DOCUMENT.pdf tests/pictures/document_KIND, and look at it."""
    pdf: Path = request.getfixturevalue(f"{kind}_file")
    subprocess.run(["pdftoppm", "-r", "72", "-png", "-singlefile", pdf, tmp_path / kind], check=True, timeout=60)
    with Image.open(tmp_path / f"{kind}.png") as made, Image.open(PICTURES / f"document_{kind}.png") as reference:
        assert made.size == reference.size
        difference = ImageChops.difference(made.convert("L"), reference.convert("L"))
    assert ImageStat.Stat(difference).mean[0] < 0.5


def test_pictures_for_a_screen_are_specimens_escaped_and_without_inline_style(
    member: MakeMember, ordered: Callable[..., ConfirmationOrder], stationery: Stationery
) -> None:
    marked = member(name="<b>土木</b>")
    for picture in (confirmation_picture(ordered(marked), stationery), notice_picture(Notice(marked, DAY), stationery)):
        assert "見本" in picture
        assert "style=" not in picture
        assert "&lt;b&gt;土木&lt;/b&gt;" in picture


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": ""}, "name: missing"),
        ({"name": " \u3000"}, "name: missing"),
        ({"address": "", "employer": ""}, "address, employer: missing"),
        ({"sex": ""}, "sex: missing"),
        ({"employer": "建" * 200, "address": "番" * 300}, "address, employer: too long together"),
        ({"name": "土\ue000"}, r"name: holds a character that no font here has \(U\+E000\)"),
        ({"insurer_number": "138057"}, "insurer_number: the documents here are those of insurer 133033"),
        ({"lost_on": "2026-11-25"}, "lost_on: the insurance has ended"),
        ({"acquired_on": "2026-11-26"}, "acquired_on: the insurance has not begun"),
    ],
)
def test_a_confirmation_that_cannot_be_made_names_the_field(
    member: MakeMember,
    ordered: Callable[..., ConfirmationOrder],
    stationery: Stationery,
    changed: dict[str, str],
    says: str,
) -> None:
    with pytest.raises(DocumentRefused, match=f"^{says}"):
        confirmation_pdf([ordered(member(**changed))], stationery)


@pytest.mark.parametrize("field", ["name", "kana", "postal_code", "address"])
def test_a_notice_that_lacks_a_field_names_it(member: MakeMember, stationery: Stationery, field: str) -> None:
    with pytest.raises(DocumentRefused, match=f"^{field}: missing in the register"):
        notice_pdf([Notice(member(**{field: ""}), DAY)], stationery)


def test_a_confirmation_that_has_run_out_is_refused(
    member: MakeMember, ordered: Callable[..., ConfirmationOrder], stationery: Stationery
) -> None:
    past = Confirmation(date(2021, 11, 1), date(2026, 10, 31))
    with pytest.raises(DocumentRefused, match=r"^confirmation_valid_until: lies before the day of issue"):
        confirmation_pdf([ordered(member(), validity=past)], stationery)
