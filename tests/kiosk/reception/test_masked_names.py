"""What is shown of a name: the first letter of each part, as a person sees letters."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.graphemes import graphemes
from kiosk.reception.masking import masked


@pytest.mark.parametrize(
    ("kana", "shown"),
    [
        ("ドボク タロウ", "ド＊＊ タ＊＊ 様"),
        ("ﾄﾞﾎﾞｸ ﾀﾛｳ", "ド＊＊ タ＊＊ 様"),
        ("ｶﾞ", "ガ＊＊ 様"),
        ("か\u309aの たろう", "か\u309a＊＊ た＊＊ 様"),
        ("ト\u3099ボク　ハ\u309aウロ", "ド＊＊ パ＊＊ 様"),
        ("ガ ギ グ ゲ", "ガ＊＊ ギ＊＊ グ＊＊ 様"),
        ("ト" + 99 * "\u0301", "ト\u0301\u0301\u0301＊＊ 様"),
        (99 * "\u1100", "\u1100\u1100\u1100\u1100＊＊ 様"),
        ("", ""),
        ("　", ""),
    ],
)
def test_the_first_letter_of_each_part_shows_whole(kana: str, shown: str) -> None:
    assert masked(kana) == shown


@given(st.lists(st.text(alphabet="アｶカ\u3099\u309aﾞﾟ", min_size=1), min_size=1, max_size=3))
def test_no_more_than_one_letter_of_a_part_shows(parts: list[str]) -> None:
    letters = [graphemes(normalize("NFKC", part))[0][:4] for part in parts]
    assert masked(" ".join(parts)) == "".join(f"{letter}＊＊ " for letter in letters) + "様"
