"""The recordings: one for everything that is said, none for anything else, each a voice that takes its time."""

from __future__ import annotations

import re
import struct
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from kiosk.languages import Language
from kiosk.web.assets import STATIC_FOLDER
from kiosk.web.voice import VOICES, name_of, recordings
from tests.voice.corpus import READINGS, pieces

FOLDER = STATIC_FOLDER / "voice"
LANGUAGES = pytest.mark.parametrize("language", VOICES)
TABLES = {tag: tomllib.loads(READINGS[Language(tag)].read_text("utf-8")) for tag in VOICES}
SOON = {"ja": 0.12, "en": 0.2}
"""Seconds until the first sound; slt begins more softly."""
_SMALL = re.compile("[ァィゥェォャュョヮ]")
_SAID = re.compile("[ァ-ヴー]")


@LANGUAGES
def test_everything_that_is_said_has_its_recording_and_nothing_else_has_one(language: str) -> None:
    said = {name_of(piece): piece for piece in pieces(Language(language))}
    assert {name: recording.words for name, recording in recordings(language).items()} == said
    assert {file.stem for file in files(language)} == said.keys()


def test_all_of_them_are_a_few_megabytes() -> None:
    assert sum(file.stat().st_size for language in VOICES for file in files(language)) < 8_000_000


@LANGUAGES
def test_no_recording_is_a_bare_digit_so_that_none_of_a_暗証番号_can_be_said(language: str) -> None:
    digits = re.compile("[0-9０-９]+|(?:zero|one|two|three|four|five|six|seven|eight|nine)")
    assert not [one for one in recordings(language).values() if digits.fullmatch(one.words)]


@LANGUAGES
def test_a_file_is_the_one_that_was_measured(language: str) -> None:
    digests = {file.stem: sha256(file.read_bytes()).hexdigest()[:12] for file in files(language)}
    assert {name: recording.digest for name, recording in recordings(language).items()} == digests


@LANGUAGES
def test_the_list_has_the_length_that_the_file_itself_says(language: str) -> None:
    for file in files(language):
        assert abs(seconds_of(file) - recordings(language)[file.stem].seconds) < 0.02, file


def test_an_english_recording_takes_as_long_as_its_words() -> None:
    for one in recordings("en").values():
        letters = len(re.findall("[A-Za-z]", one.reading)) + 5 * len(re.findall("[0-9]{1,2}", one.reading))
        assert 0.04 * letters < one.seconds < 0.6 + 0.12 * letters, one


def test_a_japanese_recording_takes_as_long_as_its_words() -> None:
    for one in recordings("ja").values():
        moras = len(_SAID.findall(_SMALL.sub("", one.reading)))
        assert 0.08 * moras < one.seconds < 0.35 + 0.24 * moras, one


@LANGUAGES
def test_a_recording_is_a_voice_that_begins_at_once_and_has_no_hole(language: str) -> None:
    for one in recordings(language).values():
        assert 0.2 < one.loudest < 1, one
        assert one.begins <= SOON[language], one
        assert one.hole < 0.8, one
        assert one.voice > 0.5, one


def test_the_words_that_matter_are_read_rightly() -> None:
    expected: Mapping[str, str] = TABLES["ja"]["expected"]
    for word, reading in expected.items():
        said = [one for one in recordings("ja").values() if word in one.words]
        assert said, word
        assert [one for one in said if reading not in one.reading] == []


@LANGUAGES
def test_a_reading_that_the_table_corrects_is_of_a_word_that_is_said(language: str) -> None:
    said = pieces(Language(language))
    assert [word for word in TABLES[language]["words"] if not any(word in piece for piece in said)] == []


def test_the_english_voice_is_given_nothing_that_it_cannot_say() -> None:
    assert [one for one in recordings("en").values() if not one.reading.isascii()] == []


def test_a_person_is_かた_and_a_certificate_しょう() -> None:
    for one in recordings("ja").values():
        if re.search("[のるたい]方(?!法)", one.words):
            assert "カタ" in one.reading, one
        assert "アカシ" not in one.reading, one


def test_licence_and_credit_are_beside_the_recordings() -> None:
    licence = (FOLDER / "ja/LICENSE").read_text("utf-8")
    assert "Nagoya Institute of Technology" in licence
    assert "creativecommons.org/licenses/by/3.0" in licence
    assert "Carnegie Mellon University" in (FOLDER / "en/LICENSE").read_text("utf-8")


def files(language: str) -> list[Path]:
    """Return the recordings that are there."""
    return sorted((FOLDER / language).glob("*.opus"))


def seconds_of(file: Path) -> float:
    """Return how long an Ogg Opus file plays: its last granule less what a decoder skips (RFC 7845, 4)."""
    content = file.read_bytes()
    (skipped,) = struct.unpack_from("<H", content, content.index(b"OpusHead") + 10)
    (granule,) = struct.unpack_from("<q", content, content.rindex(b"OggS") + 6)
    return float(granule - skipped) / 48_000
