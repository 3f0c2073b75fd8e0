"""How much room the text of a screen leaves."""

from __future__ import annotations

import unicodedata

from kiosk.languages import Language
from kiosk.reception import Screen
from kiosk.web.roominess import roominess

NEPALI = "कृपया यो कार्डलाई मेसिनमा राख्नुहोस्। "


def test_a_short_text_is_shown_large_and_a_long_one_small() -> None:
    sizes = [roominess(count * "字", Screen.PIN, Language.JAPANESE) for count in (85, 86, 130, 131, 180, 181)]
    assert sizes == ["roomy-3", "roomy-2", "roomy-2", "roomy-1", "roomy-1", "roomy-0"]


def test_a_longer_language_is_shrunk_as_much_as_its_screen_needs_and_no_further() -> None:
    words = [roominess(count * "word ", Screen.PIN, Language.ENGLISH) for count in (10, 60, 80, 400)]
    assert words == ["roomy-3", "roomy-1 fit-90", "roomy-0 fit-80", "roomy-0 fit-65"]


def test_a_mark_or_vowel_sign_takes_no_room_beside_its_letter() -> None:
    letters = "".join(one for one in NEPALI if not unicodedata.category(one).startswith("M"))
    assert len(letters) < len(NEPALI)
    for count in range(1, 12):
        texts = (count * NEPALI, count * letters)
        assert len({roominess(text, Screen.PIN, Language.NEPALI) for text in texts}) == 1


def test_what_is_no_text_takes_no_room() -> None:
    plain = roominess(100 * "字", Screen.PIN, Language.EASY_JAPANESE)
    assert roominess(100 * "<b>字<rt>じ</rt></b>", Screen.PIN, Language.EASY_JAPANESE) == plain
