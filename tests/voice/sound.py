"""Join what is said in a whole visit into one file, to be listened to in the gallery."""

from __future__ import annotations

import subprocess
import wave
from io import BytesIO
from pathlib import Path

from kiosk.web.assets import STATIC_FOLDER
from tests.voice.listening import Heard

__all__ = ["write_visit"]

_RATE = 24_000
_SENTENCE, _SCREEN = 0.35, 1.2
"""Seconds of silence between two sentences, as the page makes it, and between two screens."""


def write_visit(heard: list[Heard], file: Path) -> None:
    """Write what is said, screen after screen, to ``file`` (Ogg Opus)."""
    sound = _silence(_SCREEN).join(_silence(_SENTENCE).join(map(_sentence, _sentences(one))) for one in heard)
    wav = BytesIO()
    with wave.open(wav, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        out.writeframes(sound)
    encode = ["opusenc", "--quiet", "--speech", "--bitrate", "16", "-", str(file)]
    subprocess.run(encode, input=wav.getvalue(), check=True)  # noqa: S603, S607


def _sentences(one: Heard) -> list[str]:
    return one.voice.split(",")


def _sentence(names: str) -> bytes:
    return b"".join(_samples(STATIC_FOLDER / f"voice/ja/{name}.opus") for name in names.split())


def _samples(file: Path) -> bytes:
    decode = ["opusdec", "--quiet", "--rate", str(_RATE), "--force-wav", str(file), "-"]
    return subprocess.run(decode, capture_output=True, check=True).stdout[44:]  # noqa: S603


def _silence(seconds: float) -> bytes:
    return bytes(2 * round(seconds * _RATE))
