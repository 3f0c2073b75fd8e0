"""Texts in a language: placeholders, days, lists and plurals as it writes them, and what is marked up in them."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.languages import Language
from kiosk.phrases import DayRange, DaySpan, DayWithoutYear, Name, Phrase, Share
from kiosk.web import asking, texts
from kiosk.web.marking import marked, plain, unread_kanji
from kiosk.web.wording import wording_of

JA, EASY, EN = (wording_of(each) for each in (Language.JAPANESE, Language.EASY_JAPANESE, Language.ENGLISH))
DAY = date(2026, 11, 25)
NEXT = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("value", "japanese", "easy", "english"),
    [
        (DAY, "令和8年11月25日", "2026年11月25日", "November 25, 2026"),
        (DayWithoutYear(DAY), "11月25日", "2026年11月25日", "November 25, 2026"),
        (DaySpan(DAY, DAY), "令和8年11月25日ごろ", "2026年11月25日ごろ", "about November 25, 2026"),
        (
            DaySpan(DAY, NEXT),
            "令和8年11月25日から26日ごろ",
            "2026年11月25日から 2026年11月26日ごろ",
            "between about November 25, 2026 and November 26, 2026",
        ),
        (DayRange(5, 7), "5～7", "5から 7", "5–7"),
        (DayRange(5, 5), "5", "5", "5"),
        (Share(30), "3割", "3割", "30%"),
        (Share(35), "35%", "35%", "35%"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else type(value).__name__,
)
def test_values_are_written_as_the_language_writes_them(value: date, japanese: str, easy: str, english: str) -> None:
    said = [words.label(Phrase("{when}", values={"when": value})) for words in (JA, EASY, EN)]
    assert said == [japanese, easy, english]


def test_a_day_never_breaks_across_lines() -> None:
    ready = Phrase(asking.READY_ABOUT, values={"when": DAY})
    assert '<span class="nb">November 25, 2026</span>' in EN.say(ready)
    assert "<ruby>年<rt>ねん</rt></ruby>" in EASY.say(ready)


@pytest.mark.parametrize(
    ("count", "english"),
    [(1, "After 1 more mistake, the PIN will be locked."), (2, "After 2 more mistakes, the PIN will be locked.")],
)
def test_a_number_selects_the_plural_form(count: int, english: str) -> None:
    assert EN.label(Phrase(texts.TRIES_LEFT, count=count)) == english
    assert JA.label(Phrase(texts.TRIES_LEFT, count=count)).startswith(f"あと{count}回")


def test_names_of_documents_are_joined_as_the_language_joins_them_and_keep_the_japanese() -> None:
    papers = Phrase(asking.PAPERS_TO_FILE, lists={"papers": ("脱退届", "組合員加入届")})
    assert JA.label(papers) == "脱退届、組合員加入届を、組合に提出してください。"
    named = "Notice of leaving the union (脱退届) and Notice of joining the union (組合員加入届)"
    assert EN.label(papers) == f"Please submit {named} to the union."


def test_japanese_within_another_language_is_marked_as_japanese() -> None:
    assert EN.say("資格確認書") == 'Eligibility certificate (<span lang="ja">資格確認書</span>)'
    assert EN.shown(Name("土木 太郎")) == '<span lang="ja">土木 太郎</span>'
    assert JA.shown(Name("土木 太郎")) == "土木 太郎"
    assert (
        marked("资格确认书（資格確認書）", Language.SIMPLIFIED_CHINESE)
        == '资格确认书（<span lang="ja">資格確認書</span>）'
    )


@pytest.mark.parametrize("name", ["スマートフォンのマイナ保険証", "資格確認書発行要否", "セブン銀行", "日レセ"])
def test_a_japanese_name_within_chinese_is_marked_as_a_whole(name: str) -> None:
    assert marked(f"（{name}）", Language.TRADITIONAL_CHINESE) == f'（<span lang="ja">{name}</span>）'


def test_a_reading_stands_over_its_kanji_and_never_in_an_attribute() -> None:
    assert EASY.say("係員をよぶ").startswith("<ruby>係<rt>かかり</rt></ruby>の")
    assert EASY.label("係員をよぶ") == "係の人を よぶ"
    assert marked("｜1日《ついたち》に", Language.EASY_JAPANESE) == "<ruby>1日<rt>ついたち</rt></ruby>に"
    assert plain("｜1日《ついたち》と受付《うけつけ》") == "1日と受付"
    assert unread_kanji("受付《うけつけ》の人") == "人"


def test_what_comes_from_outside_is_escaped_in_every_language() -> None:
    for words in (JA, EASY, EN):
        said = words.say(Phrase("くわしいことは、{insurer}にお問い合わせください。", lists={"insurer": (Name("<b>"),)}))
        assert "<b>" not in said and "&lt;b&gt;" in said
