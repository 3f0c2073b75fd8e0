"""In which fonts Chromium paints each language, on a page as the server sends it: its policy lets local fonts pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page

from kiosk.languages import Language
from kiosk.reception import Screen, StateName
from kiosk.screen_settings import ScreenSettings
from tests.gallery.views import every_screen

FONTS = {
    Language.JAPANESE: "BIZ UDPGothic",
    Language.SIMPLIFIED_CHINESE: "Noto Sans CJK SC",
    Language.TRADITIONAL_CHINESE: "Noto Sans CJK TC",
    Language.KOREAN: "Noto Sans CJK KR",
    Language.VIETNAMESE: "Noto Sans CJK JP",
    Language.NEPALI: "Noto Sans Devanagari",
    Language.BRAZILIAN_PORTUGUESE: "BIZ UDPGothic",
}


@pytest.fixture
def settings(settings: Any) -> Any:
    settings.screen = ScreenSettings(languages=[*Language])
    return settings


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize(("language", "font"), FONTS.items(), ids=str)
def test_a_language_is_painted_in_its_own_font(
    page: Page, show: Any, a_view: Any, language: Language, font: str
) -> None:
    show(a_view(Screen.TAKE_CARD, StateName.TAKE_CARD, language=language))
    assert _fonts_of(page, "h1") == {font}


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("language", [Language.SIMPLIFIED_CHINESE, Language.NEPALI], ids=str)
def test_a_japanese_name_within_it_has_the_characters_of_japan(page: Page, show: Any, language: Language) -> None:
    result = next(view for view in every_screen().values() if view.screen is Screen.RESULT_CONFIRMATION)
    show(replace(result, language=language))
    assert _fonts_of(page, '.screen .body [lang="ja"]') == {"BIZ UDPGothic"}


def _fonts_of(page: Page, selector: str) -> set[str]:
    """Return the families in which the first element of this kind is painted."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    return {font["familyName"] for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]}
