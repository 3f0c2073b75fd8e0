"""The speech of the page in Chromium: started by a button or a key, heard in order, and over with the visit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk.decision import Decision
from kiosk.languages import Language
from kiosk.reception import CallShown, Screen, SetAids, StateName, View
from kiosk.reception.aids import Aids
from kiosk.screen_settings import ScreenSettings
from kiosk.web.voice import recordings
from tests.kiosk.web.browser.pressing import acted, acted_as, eventually, key

HEAR = """
  window.heard = [];
  window.begun = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    const name = this.src.match(/([a-z0-9]+)[.](opus|wav)/)[1];
    this.addEventListener("timeupdate", () => {
      if (this.currentTime > 0 && window.heard.at(-1) !== name) window.heard.push(name);
    });
    this.playbackRate = window.rate ?? 8;
    window.last = this;
    window.begun.push(name);
    return play.call(this);
  };
"""
"""Keeps the name of each sound that was begun, and that was heard, and lets it be over soon."""

WORDS = {name: one.words for name, one in recordings("ja").items()}


@pytest.fixture
def ear(page: Page) -> Page:
    page.evaluate(f"() => {{ {HEAR} }}")
    return page


def heard(page: Page) -> list[str]:
    names: list[str] = page.evaluate("window.heard")
    return [WORDS.get(name, name) for name in names]


def hears(page: Page, words: str) -> bool:
    return eventually(page, lambda: words in heard(page))


def begun(page: Page) -> list[str]:
    names: list[str] = page.evaluate("window.begun")
    return [WORDS.get(name, name) for name in names]


def forget(page: Page) -> None:
    page.evaluate("window.heard.length = window.begun.length = 0")


@pytest.mark.usefixtures("calm")
def test_the_button_starts_the_speech_and_the_screen_is_heard_in_its_order(ear: Page) -> None:
    ear.locator(".listen").click()
    expect(ear.locator("#speech")).to_be_visible()
    assert hears(ear, "1番")
    assert heard(ear)[:5] == [
        "音声で案内します",
        "マイナンバーカードを、カードリーダーに置いてください",
        "健康保険の資格を確認します",
        "カードは、ケースから出してください",
        "プラスのキー",
    ]


@pytest.mark.usefixtures("calm")
def test_nothing_is_heard_unless_somebody_wants_it(ear: Page, show: Callable[[View], View], a_view: Any) -> None:
    show(a_view(Screen.PIN, StateName.PIN, deadline=60.0))
    for name in "12":
        key(ear, name)
    expect(ear.locator(".dot--full")).to_have_count(2)
    assert heard(ear) == []


@pytest.mark.usefixtures("calm")
def test_a_new_screen_stops_what_is_said_and_is_said_itself(
    ear: Page, show: Callable[[View], View], a_view: Any
) -> None:
    ear.keyboard.press("NumpadDivide")
    assert hears(ear, "音声で案内します")
    show(a_view(Screen.READING, StateName.READING))
    assert hears(ear, "カードを読み取っています")
    assert "プラスのキー" not in heard(ear)[: heard(ear).index("カードを読み取っています")]


@pytest.mark.usefixtures("calm")
def test_of_the_digits_only_their_number_is_heard_and_all_keys_click_alike(
    ear: Page, show: Callable[[View], View], a_view: Any
) -> None:
    ear.keyboard.press("NumpadDivide")
    told = []
    for digits in ("1234", "9075"):
        show(a_view(Screen.PIN, StateName.PIN, deadline=60.0))
        assert hears(ear, "4けたの暗証番号を入力してください")
        ear.keyboard.press("NumpadDecimal")
        assert hears(ear, "0けた")
        forget(ear)
        for count, digit in enumerate(digits, start=1):
            ear.keyboard.press(f"Numpad{digit}")
            assert hears(ear, f"{count}けた")
        told.append([words for words in begun(ear) if words != "click"])
        assert "click" in heard(ear)
        show(a_view(Screen.CHECKING, StateName.CHECKING))
    assert told == [["1けた", "2けた", "3けた", "4けた"]] * 2


@pytest.mark.usefixtures("calm")
def test_keys_of_the_keypad_repeat_and_stop(ear: Page) -> None:
    ear.keyboard.press("NumpadDivide")
    assert hears(ear, "健康保険の資格を確認します")
    forget(ear)
    ear.keyboard.press("NumpadMultiply")
    assert hears(ear, "マイナンバーカードを、カードリーダーに置いてください")
    ear.keyboard.press("NumpadDivide")
    assert hears(ear, "音声を止めます")
    expect(ear.locator("body")).to_have_attribute("data-speaking", "")
    expect(ear.locator("body")).to_have_attribute("data-speech", "off")


@pytest.mark.usefixtures("calm")
def test_a_remark_on_the_same_screen_is_said_alone(
    ear: Page, show: Callable[[View], View], result_view: Any, working: Decision
) -> None:
    show(result_view(working))
    ear.keyboard.press("NumpadDivide")
    assert hears(ear, "マイナ保険証で受診できます")
    forget(ear)
    show(result_view(working, call=CallShown.NOBODY))
    assert hears(ear, "お近くの係員に、お声がけください")
    assert "マイナ保険証で受診できます" not in begun(ear)


@pytest.mark.usefixtures("calm")
def test_a_sheet_is_said_when_it_is_opened(
    ear: Page, show: Callable[[View], View], result_view: Any, working: Decision
) -> None:
    show(result_view(working))
    ear.keyboard.press("NumpadDivide")
    assert hears(ear, "マイナ保険証で受診できます")
    ear.locator('.foot [data-action="purposes"]').click()
    assert hears(ear, "今日は、何のためのご利用ですか？")


@pytest.mark.usefixtures("calm")
def test_the_speech_ends_with_the_visit(ear: Page, show: Callable[[View], View], a_view: Any) -> None:
    ear.keyboard.press("NumpadDivide")
    show(a_view(Screen.READING, StateName.READING, visit=2))
    assert hears(ear, "カードを読み取っています")
    show(a_view(Screen.FAREWELL, StateName.FAREWELL, visit=3))  # the card was taken: to the service another visit
    assert hears(ear, "ご利用ありがとうございました")
    show(a_view(visit=4, visitor=2))
    expect(ear.locator("body")).to_have_attribute("data-speech", "off")
    expect(ear.locator("body")).to_have_attribute("data-speaking", "")


@pytest.mark.usefixtures("calm")
def test_the_service_is_told_so_that_its_time_limits_leave_time_to_listen(ear: Page, served: Any) -> None:
    ear.keyboard.press("NumpadDivide")
    assert acted(ear, served, 1) == [SetAids(action="aids", spoken=True)]
    ear.keyboard.press("NumpadDivide")
    assert acted(ear, served, 2)[1] == SetAids(action="aids", spoken=False)


@pytest.mark.usefixtures("calm")
def test_a_program_that_sees_headphones_starts_and_ends_the_speech(
    ear: Page, show: Callable[[View], View], a_view: Any
) -> None:
    idle = show(a_view())
    for spoken, says, words in [(True, "on", "音声で案内します"), (False, "off", "音声を止めます")]:
        show(replace(idle, aids=Aids(spoken=spoken)))  # the same screen
        expect(ear.locator("body")).to_have_attribute("data-speech", says)
        assert hears(ear, words)
    show(a_view(Screen.READING, StateName.READING, aids=Aids(spoken=True)))  # another screen
    expect(ear.locator("body")).to_have_attribute("data-speech", "on")


@pytest.mark.usefixtures("calm")
def test_english_is_heard_in_english(ear: Page, show: Callable[[View], View], a_view: Any) -> None:
    show(a_view(language=Language.ENGLISH))
    ear.locator(".listen").click()
    expect(ear.locator("#speech")).to_be_visible()
    english = {name: one.words for name, one in recordings("en").items()}
    assert eventually(ear, lambda: english_heard(ear, english)[:2] == ["Spoken guidance begins", FIRST])


FIRST = "Please place your My Number card on the card reader"


def english_heard(page: Page, words: dict[str, str]) -> list[str]:
    return [words.get(name, name) for name in page.evaluate("window.heard")]


@pytest.mark.usefixtures("calm")
def test_speech_begun_where_another_visitor_has_left_lasts_for_the_visit(
    ear: Page, show: Callable[[View], View], a_view: Any
) -> None:
    """Somebody set white on black, and went away: to the eye the first screen has not changed since."""
    idle = show(a_view(aids=Aids(contrast=True)))
    show(replace(idle, aids=Aids(), visitor=2))
    ear.keyboard.press("NumpadDivide")
    expect(ear.locator("body")).to_have_attribute("data-speech", "on")
    show(a_view(Screen.READING, StateName.READING, visit=2, visitor=2))
    assert hears(ear, "カードを読み取っています")
    expect(ear.locator("body")).to_have_attribute("data-speech", "on")


@pytest.mark.usefixtures("calm")
def test_a_panel_that_goes_black_begins_to_speak(ear: Page, show: Callable[[View], View], a_view: Any) -> None:
    idle = show(a_view())
    show(replace(idle, aids=Aids(curtain=True)))
    expect(ear.locator("body")).to_have_attribute("data-speech", "on")
    ear.keyboard.press("NumpadDivide")
    expect(ear.locator("body")).to_have_attribute("data-speech", "off")


@pytest.mark.usefixtures("calm")
def test_whoever_heard_the_numbers_presses_a_key_once(ear: Page, served: Any) -> None:
    ear.locator(".listen").click()
    ear.locator('#speech [data-action="close"]').click()
    assert hears(ear, "1番")
    ear.keyboard.press("Numpad1")
    assert acted_as(ear, served, "guide")


@pytest.mark.usefixtures("calm")
def test_a_card_that_follows_at_once_is_another_visitors(ear: Page, show: Callable[[View], View], a_view: Any) -> None:
    show(a_view(Screen.FAREWELL, StateName.FAREWELL, visit=2))
    ear.keyboard.press("NumpadDivide")
    expect(ear.locator("body")).to_have_attribute("data-speech", "on")
    show(a_view(Screen.READING, StateName.READING, visit=3, visitor=2))
    expect(ear.locator("body")).to_have_attribute("data-speech", "off")


def test_the_speech_does_not_outlive_a_visitor_who_left_while_the_connection_was_lost(
    ear: Page, served: Any, show: Callable[[View], View], a_view: Any
) -> None:
    show(a_view(Screen.READING, StateName.READING, visit=2))
    ear.keyboard.press("NumpadDivide")
    expect(ear.locator("body")).to_have_attribute("data-speech", "on")
    ear.evaluate("window.sources.at(-1).dispatchEvent(new Event('error'))")
    served.reception.publish(a_view(Screen.READING, StateName.READING, visit=4, visitor=2))
    expect(ear.locator("body")).to_have_attribute("data-speech", "off")


@pytest.mark.usefixtures("calm")
def test_the_sound_is_made_louder_softer_and_held(ear: Page) -> None:
    ear.evaluate("window.rate = 0.1")  # it goes on while all of this is pressed
    ear.locator(".listen").click()
    assert hears(ear, "音声で案内します")
    volume = ear.evaluate("window.last.volume")
    ear.locator('[data-action="louder"]').click()
    assert ear.evaluate("window.last.volume") > volume
    for _ in range(9):
        ear.locator('[data-action="softer"]').click()
    assert 0 < ear.evaluate("window.last.volume") < volume
    ear.locator('[data-action="pause"]').click()
    assert ear.evaluate("window.last.paused")
    ear.locator('[data-action="pause"]').click()
    assert not ear.evaluate("window.last.paused")
    ear.locator('[data-action="silence"]').click()
    expect(ear.locator("body")).to_have_attribute("data-speech", "off")


def test_a_sentence_whose_recording_is_missing_is_not_said_on_and_the_next_one_is(
    ear: Page, show: Callable[[View], View], a_view: Any
) -> None:
    missing = {name for name, words in WORDS.items() if words in ("あと", "2回")}
    ear.route(re.compile(f"/({'|'.join(missing)})[.]opus"), lambda route: route.fulfill(status=404))
    show(a_view(Screen.PIN, StateName.PIN, tries_left=2, deadline=60.0))
    ear.keyboard.press("NumpadDivide")
    assert hears(ear, "マイナスのキー")
    said = heard(ear)
    assert "2回" not in said
    assert not [words for words in said if "まちがえると" in words]


@pytest.mark.usefixtures("calm")
def test_a_language_without_a_voice_and_a_lost_connection_leave_the_speech_to_be_stopped(
    ear: Page, show: Callable[[View], View], a_view: Any
) -> None:
    ear.keyboard.press("NumpadDivide")
    expect(ear.locator("body")).to_have_attribute("data-speech", "on")
    ear.evaluate("delete document.querySelector('main').dataset.voiceOwn")
    ear.keyboard.press("NumpadDivide")
    expect(ear.locator("body")).to_have_attribute("data-speech", "off")


@pytest.mark.parametrize(("speech", "spoken", "buttons"), [("always", "on", 1), ("off", "off", 0)])
def test_a_kiosk_may_speak_to_everybody_or_never(
    browser: Any, settings: Any, serve: Any, speech: str, spoken: str, buttons: int
) -> None:
    settings.screen = ScreenSettings.model_validate({"speech": speech})
    with serve(settings) as kiosk:
        context = browser.new_context()
        page = context.new_page()
        page.goto(kiosk.url)
        expect(page.locator("body")).to_have_attribute("data-speech", spoken)
        expect(page.locator(".listen")).to_have_count(buttons)
        page.keyboard.press("NumpadDivide")
        expect(page.locator("body")).to_have_attribute("data-speech", "off")
        assert re.match("マイナンバーカードを", page.locator("main").get_attribute("data-speech") or "")
        context.close()
