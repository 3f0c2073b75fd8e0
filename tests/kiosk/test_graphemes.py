"""Grapheme clusters: what Japanese names hold is never taken apart, and Perl's ``\\X`` (another UAX #29) agrees."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.graphemes import graphemes, without_controls

PERL = r'use open qw(:std :utf8); while (<STDIN>) { chomp; print join("|", map { length } /\X/g), "\n" }'
MARKS = "\u3099\u309a\uff9e\uff9f\u0301\u20dd\ufe00\ufe0f\U000e0100\U000e01ef"
JAPANESE = "かカｶはﾊ辻葛𠮷髙aé1０　 、ー々" + MARKS


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("か\u309aき", ["か\u309a", "き"]),
        ("は\u3099な", ["は\u3099", "な"]),
        ("ｶﾞﾊﾟｱ", ["ｶﾞ", "ﾊﾟ", "ｱ"]),
        ("辻\U000e0100葛\U000e0100", ["辻\U000e0100", "葛\U000e0100"]),
        ("葛\U000e0100\u3099城", ["葛\U000e0100\u3099", "城"]),
        ("e\u0301\u0323a", ["e\u0301\u0323", "a"]),
        ("각한가", ["각", "한", "가"]),
        ("\u1112\u1161\u11ab\u1100", ["\u1112\u1161\u11ab", "\u1100"]),
        ("\U0001f1ef\U0001f1f5\U0001f1fa\U0001f1f8", ["\U0001f1ef\U0001f1f5", "\U0001f1fa\U0001f1f8"]),
        ("\U0001f469\u200d\U0001f52c！", ["\U0001f469\u200d\U0001f52c", "！"]),
        ("\U0001f44d\U0001f3fd", ["\U0001f44d\U0001f3fd"]),
        ("\r\n\n\u3099", ["\r\n", "\n", "\u3099"]),
        ("\u00ad\u0301", ["\u00ad", "\u0301"]),
        ("", []),
    ],
)
def test_what_a_person_sees_as_one_character_is_one(text: str, clusters: list[str]) -> None:
    assert graphemes(text) == clusters


def perl_ends(texts: list[str]) -> list[list[int]]:
    """Return for each text the lengths of its clusters by Perl."""
    given = "".join(f"{text}\n" for text in texts)
    said = subprocess.run(["perl", "-e", PERL], input=given.encode(), capture_output=True, check=True).stdout.decode()
    return [[int(length) for length in line.split("|") if length] for line in said.split("\n")[:-1]]


@settings(max_examples=30)
@given(st.lists(st.text(alphabet=JAPANESE, max_size=12), min_size=1, max_size=50))
def test_of_japanese_names_perl_says_the_same(texts: list[str]) -> None:
    assert [[len(cluster) for cluster in graphemes(text)] for text in texts] == perl_ends(texts)


ASSIGNED = st.characters(exclude_categories=("Cs", "Cn", "Co"), exclude_characters="\n\r", max_codepoint=0x1FFFF)
HANGUL = st.sampled_from("\u1100\ua960\u1160\ud7b0\u11a8\ud7cb가각")


@settings(max_examples=30)
@given(st.lists(st.text(alphabet=HANGUL, max_size=8), min_size=1, max_size=50))
def test_of_hangul_perl_says_the_same(texts: list[str]) -> None:
    assert [[len(cluster) for cluster in graphemes(text)] for text in texts] == perl_ends(texts)


def boundaries(lengths: list[int]) -> set[int]:
    return {sum(lengths[:count]) for count in range(len(lengths) + 1)}


@settings(max_examples=50)
@given(
    st.lists(
        st.text(alphabet=st.one_of(ASSIGNED, st.sampled_from(MARKS + "\u200c\u200d")), max_size=12),
        min_size=1,
        max_size=50,
    )
)
def test_nothing_that_perl_keeps_together_is_taken_apart(texts: list[str]) -> None:
    for text, lengths in zip(texts, perl_ends(texts), strict=True):
        assert "".join(graphemes(text)) == text
        assert boundaries([len(cluster) for cluster in graphemes(text)]) <= boundaries(lengths)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("土木　花子", "土木　花子"),
        ("葛\U000e0100城 ｶﾞ", "葛\U000e0100城 ｶﾞ"),
        ("\u202e花子\u202c", "花子"),
        ("a\x1b[31mb\x9b", "a[31mb"),
        ("一\r\n二\u2028三\t四", "一 二 三 四"),
        ("　\n花", "花"),
        ("\x00\u200b", ""),
    ],
)
def test_what_moves_or_hides_letters_goes(text: str, plain: str) -> None:
    assert without_controls(text) == plain
