"""Know the recordings there are: a list beside the code, a line for each file in ``static/voice``."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import structlog

from kiosk.web.assets import STATIC_FOLDER
from kiosk.web.voice.pieces import name_of
from kiosk.web.voice.voices import VOICES

__all__ = ["Trace", "VoiceRecording", "recordings", "traces", "unplayable"]

_FOLDER: Final = STATIC_FOLDER / "voice"
_log = structlog.get_logger(__name__)

Trace = tuple[str, int, int]
"""A file's name, its size in bytes, and when it was changed (nanoseconds)."""


@dataclass(frozen=True, slots=True)
class VoiceRecording:
    """One recording.

    Attributes:
        digest: The first twelve hexadecimal digits of the file's SHA-256.
        seconds: How long it is.
        loudest: Its loudest sample, of 1.
        begins: Seconds until the first sound.
        hole: The longest silence in it, in seconds.
        voice: The share of its power in the range of a voice.
        words: What it says.
        reading: How it is read, as the voice was given it.

    """

    digest: str
    seconds: float
    loudest: float
    begins: float
    hole: float
    voice: float
    words: str
    reading: str


@cache
def recordings(language: str) -> Mapping[str, VoiceRecording]:
    """Return the recordings in a language by their names; none if nobody speaks it.

    One whose file is missing or damaged is left out, so that its sentence sends the listener to staff instead of being
    said in part; without one of those that are on no screen there are none at all. The log says how many there are.
    """
    listed, lost = _listed(language), unplayable(language, traces(language))
    whole = {name: one for name, one in listed.items() if name not in lost}
    if lost:
        _log.warning("recordings_missing_or_damaged", language=language, count=len(lost))
    always = {name_of(words) for words in VOICES[language].always} if listed else set()
    return whole if always <= whole.keys() else {}


@lru_cache(maxsize=4)
def unplayable(language: str, found: frozenset[Trace]) -> Collection[str]:
    """Return the names of the recordings in a language whose file is missing or damaged.

    All files are read, once for what ``found`` says of them (`traces`).
    """
    names = {name for name, _, _ in found}
    listed = _listed(language).items()
    return [name for name, one in listed if f"{name}.opus" not in names or not _is_whole(language, name, one)]


def traces(language: str) -> frozenset[Trace]:
    """Return what changes when a file of the recordings in a language is changed; it reads none of them."""
    try:
        with os.scandir(_FOLDER / language) as files:
            return frozenset((file.name, *_trace(file.stat())) for file in files)
    except OSError:
        return frozenset()


def _trace(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns


def _listed(language: str) -> Mapping[str, VoiceRecording]:
    listed = Path(__file__).with_name(f"{language}.tsv")
    if not listed.exists():
        return {}
    return dict(map(_entry, listed.read_text("utf-8").splitlines()))


def _entry(line: str) -> tuple[str, VoiceRecording]:
    name, digest, *measures, words, reading = line.split("\t")
    seconds, loudest, begins, hole, voice = map(float, measures)
    return name, VoiceRecording(digest, seconds, loudest, begins, hole, voice, words, reading)


def _is_whole(language: str, name: str, recording: VoiceRecording) -> bool:
    try:
        sound = (_FOLDER / language / f"{name}.opus").read_bytes()
    except OSError:
        return False
    return sha256(sound).hexdigest().startswith(recording.digest)
