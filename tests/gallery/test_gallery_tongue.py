"""Each language as a screen reader gets it: names, roles, focus, live regions, and the ``lang`` of each text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kiosk.languages import Language
from kiosk.web.screens import Screens
from tests.gallery.pages import longest_of_each_kind
from tests.gallery.shots import SIZES, opened
from tests.gallery.tongue import language_faults, reading_faults
from tests.gallery.views import a_view

SAMPLE = {"idle", "pin_wrong", "result_card", "own_record", "way_to_use"}
"""Screens of each kind, with their sheets; script/soak languages reads every screen."""


@pytest.mark.parametrize("language", Language, ids=str)
def test_a_screen_reader_gets_each_language_whole_and_by_its_name(language: Language) -> None:
    pages = longest_of_each_kind(language)
    chosen = {name: page for name, page in pages.items() if name.partition("-")[2].partition("+")[0] in SAMPLE}
    assert {name.rpartition("+")[2] for name in chosen if "+" in name} >= {"more", "compare", "aids", "languages"}
    assert reading_faults(chosen, language) == {}


BADLY_MARKED = """<div class="body"><p>資格確認書</p><p lang="ja">한국어</p><p lang="vi">नेपाली</p>
<p lang="zh-Hant">请选择</p><p lang="en">Hello</p><p lang="zh-Hans">カード</p>
<p lang="vi">Vui lòng chọn</p><p lang="ja">資格確認書</p>
<i aria-label="資格カード"></i><i aria-label="PIN (暗証番号)"></i></div>"""


def test_the_measure_finds_each_text_that_is_marked_wrong() -> None:
    screens = Screens(languages=[Language.JAPANESE, Language.BRAZILIAN_PORTUGUESE])
    html = screens.page(replace(a_view(), language=Language.BRAZILIAN_PORTUGUESE))
    spoiled = re.sub(r'(?s)<div class="body">.*?(?=<footer)', BADLY_MARKED, html)
    (faults,) = [language_faults(page, Language.BRAZILIAN_PORTUGUESE) for _, page in opened({"bad": spoiled}, SIZES[0])]
    assert faults == [
        "資格確認書 has Japanese characters and is marked pt-BR",
        "한국어 is ko and marked ja",
        "नेपाली is ne and marked vi",
        "请选择 is 简体中文 and marked zh-Hant",
        "Hello is marked en",
        "カード is Japanese and marked zh-Hans",
        "the label 資格カード is Japanese and marked pt-BR",
    ]
