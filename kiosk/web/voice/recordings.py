"""Know the recordings there are: a list beside the code, a line for each file in ``static/voice``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Recording", "recordings"]


@dataclass(frozen=True, slots=True)
class Recording:
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
def recordings(language: str) -> Mapping[str, Recording]:
    """Return the recordings in a language by their names; none if nobody speaks it."""
    listed = Path(__file__).with_name(f"{language}.tsv")
    if not listed.exists():
        return {}
    return dict(map(_entry, listed.read_text("utf-8").splitlines()))


def _entry(line: str) -> tuple[str, Recording]:
    name, digest, *measures, words, reading = line.split("\t")
    seconds, loudest, begins, hole, voice = map(float, measures)
    return name, Recording(digest, seconds, loudest, begins, hole, voice, words, reading)
