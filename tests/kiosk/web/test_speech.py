"""What is said of a screen is what the screen says, in its order; never a name, a number or a digit of anybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from hypothesis import given, settings

from kiosk import tokyo_day
from kiosk.decision import Facts, Policy, decide, published
from kiosk.failures import Code
from kiosk.languages import Language
from kiosk.reception import Reminder, Renewal, Screen, StateName, View
from kiosk.web.assets import STATIC_FOLDER
from kiosk.web.farewell import farewell_of
from kiosk.web.results import result_of
from kiosk.web.screens import Screens
from kiosk.web.voice import ENGLISH, JAPANESE, VOICES, Speech, name_of, recordings, sentences_of, sheets_of, spoken
from kiosk.web.voice.pieces import parts_of
from kiosk.web.voice.voices import english_parts, value_parts
from simulators.people import people
from tests.gallery.outcomes import outcome_screens
from tests.gallery.views import a_view, every_screen, facts, failure_screens, failure_view, result_view
from tests.strategies import POLICIES, possible_facts

SCREENS = {profile: Screens(profile=profile) for profile in ("clinic", "union_office")}
UNSAID = JAPANESE.unsaid
LANGUAGES = pytest.mark.parametrize("language", [Language(tag) for tag in VOICES])
PROFILES = pytest.mark.parametrize("profile", SCREENS)


def said(view: View, profile: str = "clinic") -> list[Speech]:
    tag = view.language.value
    return spoken(SCREENS[profile].main(view), recordings(tag).keys(), VOICES[tag])


def attribute(html: str, name: str) -> str:
    found = re.search(f'<main[^>]* {name}="([^"]*)"', html)
    assert found
    return found[1]


def main_text(view: View, profile: str = "clinic") -> str:
    return attribute(SCREENS[profile].main(view), "data-speech")


@PROFILES
@LANGUAGES
def test_every_screen_and_sheet_is_said_in_full_by_recordings(profile: str, language: Language) -> None:
    for name, view in {**every_screen(), **failure_screens()}.items():
        for speech in said(replace(view, language=language), profile):
            assert VOICES[language.value].unsaid not in speech.text, (name, speech.sheet)
            assert {*re.split("[ ,]", speech.voice)} <= recordings(language.value).keys()


@PROFILES
@LANGUAGES
@settings(max_examples=20)
@given(person=possible_facts(), policy=POLICIES)
def test_every_result_is_said_by_recordings(profile: str, language: Language, person: Facts, policy: Policy) -> None:
    decision = published(decide(person, policy), person)
    at_union_office = profile == "union_office"
    result = result_of(decision, purpose=person.purpose, at_union_office=at_union_office)
    after = farewell_of(Reminder.of(decision, person.purpose), at_union_office=at_union_office)
    phrases = (result.heading, result.why, *result.steps, *result.later, *result.more_steps, after.heading, after.step)
    html = "".join(f"<p>{SCREENS[profile].marked(phrase, language)}</p>" for phrase in phrases)
    (speech,) = spoken(html, recordings(language.value).keys(), VOICES[language.value])
    assert VOICES[language.value].unsaid not in speech.text


def test_the_first_thing_that_is_said_is_the_heading_and_the_last_that_it_is_a_simulation() -> None:
    text = main_text(a_view(simulation=True))
    assert text == (
        "マイナンバーカードを、カードリーダーに置いてください。健康保険の資格を確認します。カードは、ケースから出してください。"
        "プラスのキー、係員をよぶ。1番、カードがない方。点のキー、使いやすく。3番、言語をえらぶ。"
        "模擬。練習用の画面です。実際の資格確認ではありません。"
    )


def test_a_warning_of_tries_and_the_seconds_that_are_left_are_said_from_pieces() -> None:
    wrong = every_screen()["03-pin_wrong"]
    assert "あと2回まちがえると、暗証番号がロックされます。" in main_text(wrong)
    voices = {one.words: name for name, one in recordings("ja").items()}
    pieces = [voices["あと"], voices["2回"], voices["まちがえると、暗証番号がロックされます"]]
    assert " ".join(pieces) in attribute(SCREENS["clinic"].main(wrong), "data-voice")
    still = a_view(Screen.STILL_THERE, StateName.PIN, deadline=90.0)
    assert f"{voices['1分']} {voices['30秒']}" in attribute(SCREENS["clinic"].main(still), "data-voice")


@pytest.mark.parametrize(
    ("value", "following", "pieces", "left"),
    [
        (
            "令和8年1月5日から6日ごろ",
            "の見込みです",
            ["令和8年", "1月", "5日", "から", "6日", "ごろ"],
            "の見込みです",
        ),
        ("令和元年5月1日", "", ["令和元年", "5月", "1日"], ""),
        ("5～7", "日後に", ["5日", "から", "7日"], "後に"),
        ("2", "回まちがえると", ["2回"], "まちがえると"),
        ("120", "秒で", ["2分"], "で"),
        ("模擬健康保険協会", "の", ["模擬健康保険協会"], "の"),
    ],
)
def test_a_date_or_number_is_cut_into_what_is_recorded(
    value: str, following: str, pieces: list[str], left: str
) -> None:
    assert value_parts(value, following) == (pieces, left)


def test_the_parts_of_a_sentence_keep_its_order() -> None:
    (sheet,) = sheets_of('<p>使えるのは、<span class="nb">3月1日</span>からです。次です。</p>')
    first, second = sentences_of(sheet.blocks[0].segments)
    assert ["".join(one.text for one in part) for part in parts_of(first)] == [
        "使えるのは、",
        "3月",
        "1日",
        "からです。",
    ]
    assert ["".join(one.text for one in part) for part in parts_of(second)] == ["次です。"]


def test_a_sentence_that_nobody_has_recorded_is_left_to_staff_and_said_so_once() -> None:
    (speech,) = spoken("<p>鶴亀保険のお知らせ。</p><p>ほかの鶴亀。</p>", recordings("ja").keys())
    assert speech.text == f"{UNSAID}。"


def test_a_table_is_said_with_the_column_before_each_cell() -> None:
    html = "<table><thead><tr><td></td><th>甲</th><th>乙</th></tr></thead>"
    html += "<tbody><tr><th>形</th><td>丸</td><td>角</td></tr></tbody></table>"
    (speech,) = spoken(html, set())
    assert speech.text == "甲。乙。形。甲。丸。乙。角。"


def test_buttons_beyond_ten_have_their_numbers_page_by_page() -> None:
    (speech,) = spoken("".join(f"<button data-action=x>い{number}</button>" for number in range(11)), set())
    assert "9番、い8。0番で、続きのボタンに番号がつきます。1番、い9。2番、い10。" in speech.text


# Nobody's name, number or day


def test_no_name_and_no_number_of_a_person_is_said() -> None:
    views = outcome_screens(datetime.now(UTC))
    town = {person.id: person for person in people(tokyo_day(datetime.now(UTC)))}
    for identifier, view in views.items():
        text = "".join(speech.text for profile in SCREENS for speech in said(view, profile))
        assert "＊" not in text
        assert "様" not in text
        member = town[identifier].member or {}
        private = [member[key] for key in ("name", "kana", "symbol", "number", "birth_date") if member.get(key)]
        family = member.get("name", "").split()[:1]
        assert [one for one in (*private, *family) if one in text] == [], identifier


def test_of_ones_own_record_nothing_is_said_but_that_it_is_on_the_screen() -> None:
    for view in (view for view in every_screen().values() if view.screen is Screen.OWN_RECORD and view.pages):
        text = main_text(view, "union_office")
        assert "お名前や番号は、声に出しません。" in text
        assert not re.search(r"土木|トボク|71|000101|133033|昭和|8月|14日|ウ。", text)


def test_of_the_looks_at_somebody_nothing_is_said_but_whether_there_are_any() -> None:
    for view in (view for view in every_screen().values() if view.screen is Screen.LOOKS):
        text = main_text(view, "union_office")
        assert ("記録の中身は、声に出しません。" in text) is bool(view.pages and view.pages.looks)
        assert not re.search(r"組合の係員|受付の係員|12:05|月|資格の確認|発送", text)


def test_the_end_of_a_certificate_which_is_a_birthday_is_not_said() -> None:
    shown = result_view(decide(facts()), renewal=Renewal(date(2027, 4, 1), in_grace=False))
    html = SCREENS["union_office"].main(shown)
    assert "令和9年4月1日です" in re.sub("<[^>]+>", "", html)
    assert "4月" not in attribute(html, "data-speech")
    assert "電子証明書の有効期限が近づいています。" in attribute(html, "data-speech")


def test_an_insurers_name_is_said_as_ones_own_insurance() -> None:
    text = main_text(result_view(decide(facts(lost_on=date(2026, 10, 1))), insurer_name="鶴亀健康保険組合"))
    assert "鶴亀" not in text
    assert "ご加入の健康保険の資格は、もう終わっています。" in text


def test_the_keys_of_the_暗証番号_are_not_said_and_how_many_were_typed_is_only_counted() -> None:
    view = a_view(Screen.PIN, StateName.PIN, tries_left=3)
    assert not re.search("[0-9]番、[0-9]|けた入力しました", main_text(view))
    own = attribute(SCREENS["clinic"].main(view), "data-voice-own").split()
    assert [recordings("ja")[name].words for name in own[:5]] == ["0けた", "1けた", "2けた", "3けた", "4けた"]


def test_what_staff_alone_read_is_not_said_but_the_code_that_the_visitor_tells_them_is() -> None:
    view = replace(failure_view(Code.CERTIFICATE_EXPIRED), unchecked_before_pin=True)
    text = main_text(view)
    assert "係員用の表示" not in text
    assert re.search("係員用の番号。C-[0-9]{2}。", text)


def test_the_first_words_of_the_next_screen_are_named_ahead() -> None:
    ahead = attribute(SCREENS["clinic"].main(a_view(Screen.READING, StateName.READING)), "data-voice-ahead").split()
    assert "4けたの暗証番号を入力してください" in {recordings("ja")[name].words for name in ahead}


def test_where_digits_are_typed_only_the_keys_with_a_meaning_of_their_own_are_said() -> None:
    text = main_text(a_view(Screen.PIN, StateName.PIN, tries_left=3))
    assert "プラスのキー、番号がわからない方。マイナスのキー、やめる。" in text
    assert not re.search("[0-9]番、|点のキー", text)


def test_a_language_without_recordings_offers_no_speech() -> None:
    html = SCREENS["clinic"].main(replace(a_view(), language=Language.EASY_JAPANESE))
    assert 'data-action="listen"' not in html
    assert "data-speech" not in html


# English


def test_an_english_screen_is_said_in_english_alone() -> None:
    view = a_view(Screen.STILL_THERE, StateName.PIN, deadline=90.0, language=Language.ENGLISH, simulation=True)
    assert main_text(view).startswith("Do you want to continue?")
    for view in {**every_screen(), **failure_screens()}.values():
        for speech in said(replace(view, language=Language.ENGLISH)):
            assert not re.search("[ぁ-んァ-ヶ一-龠。、]", speech.text), speech.text
            assert not re.search(r"[(] *[)]|[a-hj-z][A-Z]|  ", speech.text), speech.text


@pytest.mark.parametrize(
    ("value", "following", "pieces", "left"),
    [
        ("November 25, 2026", " or later", ["November", "25th", "of 2026"], " or later"),
        ("3–4", " days after receiving", ["3 to", "4 days"], " after receiving"),
        ("90", " seconds", ["1 minute", "30 seconds"], ""),
        ("1", " more mistake, the", ["1 more mistake"], ", the"),
        ("1234", " is", ["1234"], " is"),
    ],
)
def test_an_english_date_or_number_is_cut_into_what_is_recorded(
    value: str, following: str, pieces: list[str], left: str
) -> None:
    assert english_parts(value, following) == (pieces, left)


def test_a_reading_above_its_kanji_is_not_said() -> None:
    (speech,) = spoken("<p><ruby>受付<rt>うけつけ</rt></ruby>で 待って ください</p>", set())
    assert speech.text == "受付で 待って ください。"


@pytest.fixture
def voice_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the recordings, to be damaged."""
    copytree(STATIC_FOLDER / "voice", tmp_path / "voice")
    monkeypatch.setattr(import_module("kiosk.web.voice.recordings"), "_FOLDER", tmp_path / "voice")
    recordings.cache_clear()
    yield tmp_path / "voice"
    recordings.cache_clear()


@pytest.mark.parametrize("damage", [Path.unlink, lambda file: file.write_bytes(b"OggS")], ids=["missing", "damaged"])
def test_a_sentence_without_its_recording_sends_the_listener_to_staff(
    voice_folder: Path, damage: Callable[[Path], object]
) -> None:
    damage(voice_folder / f"ja/{name_of('カードを読み取っています')}.opus")
    text = main_text(a_view(Screen.READING, StateName.READING))
    assert text.startswith(UNSAID)
    assert "カードを読み取っています" not in text


def test_a_kiosk_that_was_built_without_recordings_offers_no_speech(voice_folder: Path) -> None:
    rmtree(voice_folder / "ja")
    html = Screens().page(a_view())
    assert "data-voices" not in html
    assert 'data-action="listen"' not in html
    (voice_folder / f"en/{name_of(ENGLISH.unsaid)}.opus").unlink()
    recordings.cache_clear()
    assert recordings("en") == {}
