"""Fitting texts into the space of a form: in smaller type by measured widths, then on more lines, never cut."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.documents import DocumentRefused, confirmation, declaration, entries, notice
from kiosk.documents.fitting import MM_PER_POINT, Fitted, Run, Space, fit
from kiosk.documents.fonts import Face, FontFamily, glyphs
from kiosk.documents.pages import PICTURE_CSS, TEMPLATES
from kiosk.graphemes import graphemes

SPACE = Space(40, (10, 8), (8, 6), lines=2)
"""40 mm: 11 kanji at 10 pt, 14 at 8 pt, 18 at 6 pt."""


def lines(fitted: Fitted) -> list[str]:
    return ["".join(run.text for run in line) for line in fitted.lines]


def width_mm(text: str, size: float, face: Face = Face.REGULAR) -> float:
    return sum(glyph.width for glyph in glyphs(text, face)) * size * MM_PER_POINT


@pytest.mark.parametrize(
    ("text", "size", "set_as"),
    [
        ("土木", 10, ["土木"]),
        ("土" * 11, 10, ["土" * 11]),
        ("土" * 12, 8, ["土" * 12]),
        ("土" * 14, 8, ["土" * 14]),
        ("土" * 15, 8, ["土" * 14, "土"]),
        ("土" * 29, 6, ["土" * 18, "土" * 11]),
        ("土" * 36, 6, ["土" * 18, "土" * 18]),
        ("", 10, [""]),
    ],
)
def test_type_is_stepped_down_before_a_second_line_begins(text: str, size: float, set_as: list[str]) -> None:
    fitted = fit("name", text, SPACE)
    assert (fitted.size, lines(fitted)) == (size, set_as)


def test_what_does_not_fit_in_the_smallest_type_is_refused_by_the_name_of_its_field_alone() -> None:
    with pytest.raises(DocumentRefused, match=r"^address: is too long for its 40 mm") as caught:
        fit("address", "土" * 37, SPACE)
    assert caught.value.fields == ("address",)
    assert "土" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "set_as"),
    [
        ("髙﨑𠮷野 東京西大工事現場出張所", ["髙﨑𠮷野 ", "東京西大工事現場出張所"]),
        ("土" * 13 + "1203号室", ["土" * 13, "1203号室"]),
        ("土" * 14 + "ータワー", ["土" * 13, "土ータワー"]),
        ("土" * 13 + "（東棟）", ["土" * 13, "（東棟）"]),
    ],
)
def test_a_line_ends_between_names_and_never_within_a_number(text: str, set_as: list[str]) -> None:
    assert lines(fit("address", text, Space(40, (10,), (8,), lines=2))) == set_as


@settings(max_examples=200)
@given(st.text(alphabet="土木建設髙﨑𠮷ーッ（）「」 0123-ABcabiあア", max_size=60))
def test_no_line_is_wider_than_its_room_and_nothing_is_lost(text: str) -> None:
    try:
        fitted = fit("name", text, SPACE)
    except DocumentRefused:
        assert width_mm(text, 6) > SPACE.width
        return
    assert "".join(lines(fitted)) == text
    assert all(width_mm(line, fitted.size) <= SPACE.width + 1e-9 for line in lines(fitted))


def test_characters_that_the_first_family_lacks_are_marked_for_the_second() -> None:
    assert fit("name", "髙﨑𠮷野", SPACE).lines == (
        (Run("髙﨑", FontFamily.BIZ_UD), Run("𠮷", FontFamily.NOTO), Run("野", FontFamily.BIZ_UD)),
    )


def test_a_variation_selector_stays_with_its_character_and_takes_no_room() -> None:
    assert fit("name", "葛\U000e0100城", SPACE).lines == ((Run("葛\U000e0100城", FontFamily.BIZ_UD),),)
    assert width_mm("葛\U000e0100城", 10) == width_mm("葛城", 10)


@pytest.mark.parametrize(
    "seen_as_one", ["か\u309a", "は\u3099", "ｶﾞ", "ﾊﾟ", "葛\U000e0100", "葛\U000e0100\u3099", "e\u0301"]
)
@pytest.mark.parametrize("before", range(8))
@pytest.mark.parametrize("anywhere", [False, True])
def test_what_is_seen_as_one_character_never_ends_on_another_line(
    seen_as_one: str, before: int, anywhere: bool
) -> None:
    space = Space(40, (6,), (6,), lines=60, anywhere=anywhere)
    fitted = fit("address", "土" * before + seen_as_one * 40, space)
    assert len(fitted.lines) > 1
    assert "".join(lines(fitted)) == "土" * before + seen_as_one * 40
    assert {line.replace(seen_as_one, "").replace("土", "") for line in lines(fitted)} == {""}
    assert all(width_mm(line, fitted.size) <= space.width + 1e-9 for line in lines(fitted))


@settings(max_examples=200)
@given(
    st.text(alphabet="かカｶはﾊ葛土ーッｯ（「 0Aa\u3099\u309aﾞﾟ\u0301\U000e0100", max_size=300),
    st.booleans(),
)
def test_lines_end_between_the_characters_that_a_person_sees(text: str, anywhere: bool) -> None:
    try:
        fitted = fit("address", text, Space(40, (6,), (6,), lines=60, anywhere=anywhere))
    except DocumentRefused:
        return
    assert [cluster for line in lines(fitted) for cluster in graphemes(line)] == graphemes(text)


def test_a_mark_comes_from_the_font_of_what_it_is_on() -> None:
    [line] = fit("name", "𠮷\u3099野", SPACE).lines
    assert line == (Run("𠮷\u3099", FontFamily.NOTO), Run("野", FontFamily.BIZ_UD))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("土\ue000", "U+E000"),
        ("土\U000e0105", "U+571F U+E0105"),
        ("土\n木", "U+000A"),
        ("\x00", "U+0000"),
        ("土\u202e木", "U+202E"),
        ("土\u00ad木", "U+00AD"),
        ("土\u200b木", "U+200B"),
        ("土\u200d木", "U+200D"),
        ("\U0001f469\u200d\U0001f52c", "U+200D"),
        ("\U0001f1ef\U0001f1f5", "U+1F1EF U+1F1F5"),
    ],
)
def test_what_no_font_has_in_this_very_form_is_refused(text: str, code: str) -> None:
    with pytest.raises(DocumentRefused, match=re.escape(f"name: holds a character that no font here has ({code})")):
        fit("name", text, SPACE)


def spaces() -> Sequence[tuple[str, float]]:
    """Return every type size that a text may have, by the style sheet that must have a class for it."""
    sheets = [(notice, PICTURE_CSS.name), (confirmation, PICTURE_CSS.name), (entries, PICTURE_CSS.name)]
    values = [
        (sheet, value) for module, sheet in [*sheets, (declaration, "forms.css")] for value in vars(module).values()
    ]
    several = [(sheet, value if isinstance(value, tuple) else (value,)) for sheet, value in values]
    found = [(sheet, space) for sheet, group in several for space in group if isinstance(space, Space)]
    return sorted({(sheet, size) for sheet, space in found for size in (*space.sizes, *space.smaller)})


@pytest.mark.parametrize(("sheet", "size"), spaces())
def test_the_style_sheet_knows_every_size(sheet: str, size: float) -> None:
    style = Fitted(size, ()).style
    assert f".{style} {{ font-size: {size:g}pt; }}" in (TEMPLATES / sheet).read_text("utf-8")


@pytest.mark.parametrize("rare", ["\U0002cf1c", "\u3404\U000e0101"])
def test_an_entry_with_a_character_of_the_family_registers_is_set_in_one_font(rare: str) -> None:
    assert fit("name", f"土{rare}太郎", SPACE).lines == ((Run(f"土{rare}太郎", FontFamily.IPAMJ),),)
