"""The recordings: one for everything that is said, none for anything else, each a voice that takes its time."""

from __future__ import annotations

import re
import struct
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from kiosk.web.assets import STATIC_FOLDER
from kiosk.web.voice import name_of, recordings
from tests.voice.corpus import READINGS, pieces

FOLDER = STATIC_FOLDER / "voice/ja"
_SMALL = re.compile("[ァィゥェォャュョヮ]")
_SAID = re.compile("[ァ-ヴー]")


def test_everything_that_is_said_has_its_recording_and_nothing_else_has_one() -> None:
    said = {name_of(piece): piece for piece in pieces()}
    assert {name: recording.words for name, recording in recordings("ja").items()} == said
    assert {file.stem for file in FOLDER.glob("*.opus")} == said.keys()


def test_all_of_them_are_a_few_megabytes() -> None:
    assert sum(file.stat().st_size for file in FOLDER.glob("*.opus")) < 5_000_000


def test_no_recording_is_a_bare_digit_so_that_none_of_a_暗証番号_can_be_said() -> None:
    assert not [one for one in recordings("ja").values() if re.fullmatch(r"[0-9０-９]+", one.words)]


def test_a_file_is_the_one_that_was_measured() -> None:
    digests = {file.stem: sha256(file.read_bytes()).hexdigest()[:12] for file in FOLDER.glob("*.opus")}
    assert {name: recording.digest for name, recording in recordings("ja").items()} == digests


@pytest.mark.parametrize("name", sorted(recordings("ja"))[::20])
def test_the_list_has_the_length_that_the_file_itself_says(name: str) -> None:
    assert abs(seconds_of(FOLDER / f"{name}.opus") - recordings("ja")[name].seconds) < 0.02


def test_a_recording_takes_as_long_as_its_words() -> None:
    for one in recordings("ja").values():
        moras = len(_SAID.findall(_SMALL.sub("", one.reading)))
        assert 0.08 * moras < one.seconds < 0.35 + 0.24 * moras, one


def test_a_recording_is_a_voice_that_begins_at_once_and_has_no_hole() -> None:
    for one in recordings("ja").values():
        assert 0.2 < one.loudest < 1, one
        assert one.begins <= 0.12, one
        assert one.hole < 0.8, one
        assert one.voice > 0.5, one


def test_the_words_that_matter_are_read_rightly() -> None:
    expected: Mapping[str, str] = tomllib.loads(READINGS.read_text("utf-8"))["expected"]
    for word, reading in expected.items():
        said = [one for one in recordings("ja").values() if word in one.words]
        assert said, word
        assert [one for one in said if reading not in one.reading] == []


def test_a_reading_that_the_table_corrects_is_of_a_word_that_is_said() -> None:
    corrected = tomllib.loads(READINGS.read_text("utf-8"))["words"]
    assert [word for word in corrected if not any(word in piece for piece in pieces())] == []


def test_a_person_is_かた_and_a_certificate_しょう() -> None:
    for one in recordings("ja").values():
        if re.search("[のるたい]方(?!法)", one.words):
            assert "カタ" in one.reading, one
        assert "アカシ" not in one.reading, one


def test_licence_and_credit_are_beside_the_recordings() -> None:
    licence = (FOLDER / "LICENSE").read_text("utf-8")
    assert "Nagoya Institute of Technology" in licence
    assert "creativecommons.org/licenses/by/3.0" in licence


def seconds_of(file: Path) -> float:
    """Return how long an Ogg Opus file plays: its last granule less what a decoder skips (RFC 7845, 4)."""
    content = file.read_bytes()
    (skipped,) = struct.unpack_from("<H", content, content.index(b"OpusHead") + 10)
    (granule,) = struct.unpack_from("<q", content, content.rindex(b"OggS") + 6)
    return float(granule - skipped) / 48_000
