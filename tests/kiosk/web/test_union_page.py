"""The union's own page, section by section: each of its statements is on a screen of the union's terminal.

The table has a row for each section of the page, in its order: the screen, and what it says of the section. Words that
differ from the page are those of everyday Japanese; what was true before 令和7年12月1日 is marked as past.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kiosk.audit import LookPurpose
from kiosk.decision import Document, LifeEvent
from kiosk.eligibility import MemberLook
from kiosk.reception import (
    GENERAL_PAGES,
    Brings,
    Linkage,
    OwnWay,
    PersonalPages,
    ProcedureOutlook,
    Screen,
    UnderWay,
    UnionPage,
    View,
)
from kiosk.roles import Part
from kiosk.web.screens import Screens
from tests.gallery.flows import guide_screens, information_screens, union_screens
from tests.gallery.views import TODAY

SCREENS = Screens(profile="union_office")
"""They keep nothing of a view, so that each template is compiled once."""

WITHOUT_CARD = information_screens()
WITH_CARD = union_screens(TODAY)
SECTIONS: tuple[tuple[str, Screen, tuple[str, ...]], ...] = (
    (
        "保険証は令和6年12月1日で発行を終了しました",
        Screen.ABOUT_CONFIRMATION,
        (
            "以前の保険証は、令和7年12月1日で使えなくなりました",
            "マイナ保険証をお持ちでない方などが、以前の保険証と同じように受診できる",
        ),
    ),
    (
        "マイナ保険証での受診方法",
        Screen.IDENTIFYING,
        ("カードリーダーで、ご自身で行います", "顔認証か、4けたの暗証番号"),
    ),
    (
        "マイナ保険証で受診するメリット",
        Screen.MERITS,
        (
            "手続きなしで、高額療養費の限度額を超える支払いが不要",
            "診療や薬、健診の情報",
            "救急のとき、搬送中の応急処置",
        ),
    ),
    (
        "流れ 1 事業主様の手続き",
        Screen.WAY_TO_USE,
        ("マイナンバー、氏名、生年月日、性別、住所など", "住民票などを添えて", "組合に出します"),
    ),
    ("流れ 1 加入届と資格取得届", Screen.PROCEDURE, ("組合員加入届、被保険者資格取得届",)),
    (
        "流れ 2 組合の資格情報登録",
        Screen.WAY_TO_USE,
        ("受け付けた日から、おおむね3～4日後（土日、祝日は数えません）に", "国のシステムに登録されます"),
    ),
    (
        "流れ 2 留意事項",
        Screen.WAY_TO_USE,
        (
            "届書にマイナンバーがないときなどは、登録までに、さらに日数がかかります",
            "登録されるまで、マイナ保険証は使えません",
        ),
    ),
    (
        "流れ 3 マイナ保険証の利用登録方法",
        Screen.WAY_TO_USE,
        ("スマートフォンのマイナポータル", "病院や薬局のカードリーダー", "セブン銀行のATM"),
    ),
    (
        "マイナポータルでの資格情報確認方法",
        Screen.MYNAPORTAL,
        (
            "ログイン画面を開きます",
            "カードをかざします",
            "「わたし」の画面",
            "「健康保険証」を選びます",
            "資格情報が表示",
        ),
    ),
    (
        "資格情報の内容",
        Screen.OWN_RECORD,
        (
            *("記号・番号・枝番", "フリガナ", "氏名", "生年月日", "性別", "資格取得年月日", "本人・家族区分"),
            *("保険者番号", "保険者名", "一部負担金の割合", "限度額適用区分"),
        ),
    ),
    (
        "資格情報通知書を交付します",
        Screen.ABOUT_NOTICE,
        ("新しく加入した方など。組合での登録のあとに交付", "資格情報通知書だけでは、受診できません"),
    ),
    (
        "資格情報通知書イメージ",
        Screen.ABOUT_NOTICE,
        ("A4サイズの厚紙", "カードをはがして、持ち歩けます", "カードを読み取れないときは、マイナ保険証といっしょに"),
    ),
    (
        "資格確認書を交付します",
        Screen.ABOUT_CONFIRMATION,
        ("マイナ保険証をお持ちでない方、カードでの資格確認を受けられない方", "カード型、プラスチック製、青色", "5年"),
    ),
    (
        "記載項目",
        Screen.ABOUT_CONFIRMATION,
        (
            *("記号・番号", "枝番", "氏名", "性別", "生年月日", "資格取得年月日", "交付年月日"),
            *("組合員氏名", "住所", "事業所名", "保険者番号", "保険者名", "有効期限", "発効期日"),
        ),
    ),
    (
        "資格確認書交付の概要",
        Screen.PROCEDURES,
        (
            "新しく加入したとき",
            "氏名が変わったとき",
            "継続再雇用されたとき（60歳以上）",
            "電子証明書の有効期限が切れたとき",
            "利用登録を解除したいとき",
            "マイナンバーカードを返納したとき",
            "マイナンバーカードをなくしたとき",
            "資格確認書（保険証）をなくしたとき",
        ),
    ),
    (
        "資格確認書交付の概要 ※",
        Screen.ABOUT_NOTICE,
        ("国のデータでマイナ保険証の利用登録を確認したときは、", "資格情報通知書を交付することがあります"),
    ),
    (
        "比較 形状・目的等",
        Screen.COMPARISON,
        (
            *("形状", "カード型・プラスチック", "A4サイズ・厚紙"),
            *(
                "交付対象",
                "マイナンバーカードを持っている方",
                "マイナ保険証を持っていない方",
                "マイナ保険証を持っている方",
            ),
            *("取得方法", "ご自身で利用登録", "加入のときに申請", "加入などの登録のあとに、組合が交付"),
            *("使用目的", "医療機関を受診", "資格情報の確認（給付金の申請、保健事業）"),
        ),
    ),
    (
        "比較 受診方法",
        Screen.COMPARISON,
        (
            *("医療機関等の受診", "70歳以上の方の受診", "高額療養費の限度額", "入院時の食事代", "特定疾病の負担"),
            *("高齢受給者証", "限度額適用認定証", "標準負担額減額認定証", "特定疾病療養受療証"),
            *("○ 受診できます", "△ ほかの証も必要です", "× これだけでは受診できません"),
        ),
    ),
)
PROCEDURES = {
    LifeEvent.ENROLLED: ("組合員加入届、被保険者資格取得届", "「資格確認書発行要否」の欄にチェック"),
    LifeEvent.RENAMED: ("氏名変更届", "お持ちかどうかを組合で確認し"),
    LifeEvent.REEMPLOYED: ("脱退届、組合員加入届", "お持ちかどうかを組合で確認し"),
    LifeEvent.CERTIFICATE_EXPIRED: ("書類を出していただく必要はありません", "有効期限が切れた方を組合で把握して"),
    LifeEvent.REGISTRATION_CANCELLED: ("利用登録の解除申請書", "利用登録を解除して"),
    LifeEvent.CARD_RETURNED: ("資格確認書交付申請書", "申請書に基づいて"),
    LifeEvent.CARD_LOST: ("資格確認書交付申請書", "申請書に基づいて"),
    LifeEvent.CONFIRMATION_LOST: ("資格確認書交付申請書", "申請書に基づいて"),
}
CHECKED = {LifeEvent.RENAMED, LifeEvent.REEMPLOYED, LifeEvent.CERTIFICATE_EXPIRED}
INSTEAD = "資格情報通知書を交付することがあります"


def html_of(view: View) -> str:
    return SCREENS.main(view)


def text_of(view: View) -> str:
    return re.sub(r"<[^>]+>|\n", "", html_of(view))


def page_of(screen: Screen, views: list[View]) -> View:
    return next(view for view in views if view.screen is screen)


def procedure(event: LifeEvent) -> View:
    return next(view for view in WITHOUT_CARD if view.browsing.event is event)


def pages() -> PersonalPages:
    return next(view.pages for view in WITH_CARD if view.pages)


@pytest.mark.parametrize(("section", "screen", "sentences"), SECTIONS, ids=[section for section, *_ in SECTIONS])
def test_every_section_of_the_unions_page_is_on_a_screen(
    section: str, screen: Screen, sentences: tuple[str, ...]
) -> None:
    text = text_of(page_of(screen, WITH_CARD if screen is Screen.OWN_RECORD else WITHOUT_CARD))
    assert [sentence for sentence in sentences if sentence not in text] == [], section


@pytest.mark.parametrize("event", PROCEDURES)
def test_every_row_of_the_overview_has_its_papers_and_what_the_union_does(event: LifeEvent) -> None:
    text = text_of(procedure(event))
    assert [sentence for sentence in PROCEDURES[event] if sentence not in text] == []
    assert (INSTEAD in text) is (event in CHECKED)


def test_a_page_without_a_card_says_nothing_of_you() -> None:
    assert [view.screen for view in WITHOUT_CARD if "あなた" in text_of(view)] == []


# The visitor's own dates and papers


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (OwnWay(Linkage.DONE, None, linked_on=date(2026, 11, 5)), ("あなたの登録日：令和8年11月5日",)),
        (
            OwnWay(Linkage.EXPECTED, date(2026, 11, 20), usable=(date(2026, 11, 26), date(2026, 11, 27))),
            ("あなたの届書の受付日：令和8年11月20日", "あなたの登録の見込み：令和8年11月26日から27日ごろ"),
        ),
        (OwnWay(Linkage.LATE, date(2026, 11, 2)), ("登録が遅れています。この窓口でおたずねください",)),
        (OwnWay(Linkage.WITHOUT_MY_NUMBER, None), ("あなたのマイナンバーの届け出が、まだありません",)),
        (OwnWay(Linkage.UNKNOWN, None), ("あなたの登録日は、この窓口でおたずねください",)),
    ],
)
def test_the_way_names_the_visitors_own_dates(way: OwnWay, said: tuple[str, ...]) -> None:
    text = text_of(replace(page_of(Screen.WAY_TO_USE, WITH_CARD), pages=replace(pages(), way=way)))
    assert [sentence for sentence in said if sentence not in text] == []
    assert ("受付日" in text) is (way.filed_on is not None)


@pytest.mark.parametrize("days", [(3, 4), (2, 2)])
def test_the_usual_days_are_those_of_the_policy(days: tuple[int, int]) -> None:
    text = text_of(replace(page_of(Screen.WAY_TO_USE, WITHOUT_CARD), usual_days=days))
    assert ("おおむね3～4日後" if days == (3, 4) else "おおむね2日後") in text


PROMISES = re.compile(r"届きます|お送りします|用意できる見込み|お届けします")
ASKED = UnderWay(Document.CONFIRMATION, TODAY, (date(2026, 12, 3), date(2026, 12, 4)))


def procedure_text(event: LifeEvent, brings: Brings, orders: tuple[UnderWay, ...]) -> str:
    rows = (ProcedureOutlook(event, brings),)
    view = page_of(Screen.PROCEDURE, WITH_CARD)
    own = replace(pages(), procedures=rows, orders=orders)
    return text_of(replace(view, browsing=replace(view.browsing, event=event), pages=own))


@pytest.mark.parametrize("orders", [(), (ASKED,)], ids=["nothing asked for", "asked for"])
@pytest.mark.parametrize("brings", Brings)
@pytest.mark.parametrize("event", LifeEvent)
def test_a_paper_that_comes_is_promised_once(event: LifeEvent, brings: Brings, orders: tuple[UnderWay, ...]) -> None:
    text = procedure_text(event, brings, orders)
    assert len(PROMISES.findall(text)) == (brings is not Brings.KEEP)
    asked = brings is Brings.CONFIRMATION and bool(orders)
    assert ("すでに受け付けています。令和8年12月3日から4日ごろ" in text) is asked


def test_what_was_asked_for_is_promised_once_on_its_own_page() -> None:
    view = page_of(Screen.ORDERS, WITH_CARD)
    assert view.pages is not None and view.pages.orders
    assert len(PROMISES.findall(text_of(view))) == len(view.pages.orders)


def test_an_order_whose_day_is_unknown_promises_none() -> None:
    text = procedure_text(LifeEvent.CARD_LOST, Brings.CONFIRMATION, (replace(ASKED, ready=None),))
    assert "すでに受け付けています。" in text
    assert PROMISES.findall(text) == []


def test_the_answer_promises_a_paper_once_and_not_beside_its_request() -> None:
    views = [view for view in WITH_CARD if view.papers_here]
    said = [text_of(view) for view in views]
    assert len(said) == 3
    assert "資格確認書は、「ほかの用件」で申し込めます。" in said[0]
    assert "資格確認書は、令和8年11月26日から27日ごろに用意できる見込みです。" in said[1]
    assert "資格確認書は、お申し込みを受け付けています。" in said[2]
    assert [len(PROMISES.findall(text)) for text in said] == [0, 1, 0]
    without = text_of(replace(views[0], papers_here=()))
    assert PROMISES.findall(without) == ["届きます"]


def test_the_looks_are_a_table_of_day_and_time_part_and_purpose_and_name_nobody() -> None:
    at = datetime(2026, 11, 29, 15, 30, tzinfo=UTC)
    looks = (MemberLook(at, Part.OFFICE, LookPurpose.INQUIRY), MemberLook(at, Part.DESK, LookPurpose.CARD))
    html = html_of(replace(page_of(Screen.LOOKS, WITH_CARD), pages=replace(pages(), looks=looks)))
    rows = [re.findall("<td>(.*?)</td>", row) for row in re.findall("(?s)<tr>(.*?)</tr>", html)]
    said = [[re.sub("<[^>]+>", "", cell) for cell in row] for row in rows if row]
    assert said == [
        ["令和8年11月30日 00:30", "組合の係員", "お問い合わせへの対応"],
        ["令和8年11月30日 00:30", "窓口の係員", "カードの登録や解除"],
    ]
    assert "記録が届くまで、時間がかかることがあります。" in html


def test_that_nobody_looked_and_that_it_cannot_be_read_are_two_things() -> None:
    view = page_of(Screen.LOOKS, WITH_CARD)
    none, unread = (text_of(replace(view, pages=replace(pages(), looks=looks))) for looks in ((), None))
    assert "係員があなたの情報を見た記録はありません" in none and "読み出せません" not in none
    assert "記録を読み出せませんでした" in unread and "見た記録はありません" not in unread


def test_the_way_to_the_looks_is_on_the_own_record_and_back() -> None:
    assert 'data-page="looks"' in html_of(page_of(Screen.OWN_RECORD, WITH_CARD))
    assert 'data-page="own_record"' in html_of(page_of(Screen.LOOKS, WITH_CARD))
    assert UnionPage.LOOKS not in GENERAL_PAGES


# The visitor is at the union already

AWAY = re.compile(r"組合(に|へ|まで)(お問い合わせ|おたずね|ご相談|ご連絡|提出|特別療養費)")
THROUGH_EMPLOYER = re.compile(r"お勤め先（事業主）を通じて、[^。]*。")


def test_no_screen_of_the_terminal_sends_its_visitor_to_the_union(screen_view: View) -> None:
    text = THROUGH_EMPLOYER.sub("", text_of(screen_view))
    assert AWAY.search(text) is None


TREATED_HERE = re.compile(r"(?<!医療機関の)(窓口|受付)で(いっしょに)?(お見せください|「被保険者資格申立書」)")


@pytest.mark.parametrize("view", [view for view in guide_screens(TODAY) if view.guide and view.guide.decision])
def test_nobody_is_treated_at_the_terminal_so_the_advice_without_a_card_names_the_medical_institution(
    view: View,
) -> None:
    assert TREATED_HERE.search(text_of(view)) is None


def test_the_reminder_of_a_subsidy_names_the_medical_institution() -> None:
    view = next(view for view in WITH_CARD if view.papers_here)
    text = text_of(replace(view, reminds_of_subsidy=True))
    assert "医療費助成の受給者証をお持ちの方は、医療機関の受付でいっしょにお見せください" in text


def test_a_clinic_sends_them_there() -> None:
    view = procedure(LifeEvent.CARD_LOST)
    assert "資格確認書交付申請書を、この窓口に提出してください。" in text_of(view)
    assert "資格確認書交付申請書を、組合に提出してください。" in Screens().main(view)


def test_nothing_of_the_record_is_on_the_pages_that_anybody_may_open() -> None:
    record = pages().record
    own = (record.name, record.kana, record.member.number)
    others = [view for view in WITH_CARD if view.screen is not Screen.OWN_RECORD]
    assert [view.screen for view in others if any(part in text_of(view) for part in own)] == []
