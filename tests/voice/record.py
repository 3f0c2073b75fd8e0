"""Make the recordings of one language: script/make-voice runs this, in an environment of its own.

It reads lines «words TAB reading» and writes FOLDER/NAME.opus for each that is new, and LIST, which has a line for each
recording: name, digest of the file, what was measured of it (``measured``), words, reading as the voice took it. It
removes what is no longer said.
"""

from __future__ import annotations

import subprocess
import sys
import wave
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import numpy as np
import pyopenjtalk

Samples: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
"""From -1 to 1."""

_BITRATE = {"ja": "12", "en": "8"}
"""Kilobits a second; slt has no more in it."""
_SERIAL = "1"
_LOUDEST = 0.7
_QUIET = 0.02
"""Of the loudest: what is softer at both ends is cut, so that the first sound comes at once."""
_BEFORE, _AFTER = 0.01, 0.08
"""Seconds that are kept around the sound."""
_FRAME = 0.02
_VOICE = (80, 1500)
"""Hz: the fundamental and the first formants of a voice."""


def main(language: str, folder: Path, listed: Path) -> None:
    """Bring the recordings in step with standard input."""
    known = _known(listed)
    lines: dict[str, str] = {}
    for words, reading in _wanted():
        name = sha256(words.encode()).hexdigest()[:10]
        file, taken = folder / f"{name}.opus", _taken(language, reading)
        kept = known.get(name, "")
        if not (file.exists() and kept.endswith(f"\t{taken}")):
            _encode(*(_mei(reading) if language == "ja" else _slt(reading)), file, _BITRATE[language])
            digest = sha256(file.read_bytes()).hexdigest()[:12]
            kept = "\t".join((name, digest, *(f"{one:.2f}" for one in measured(file)), words, taken))
            print(kept, file=sys.stderr, flush=True)
        lines[name] = kept
    for file in folder.glob("*.opus"):
        if file.stem not in lines:
            file.unlink()
    listed.write_text("".join(f"{lines[name]}\n" for name in sorted(lines)), "utf-8")


def _known(listed: Path) -> dict[str, str]:
    lines = listed.read_text("utf-8").splitlines() if listed.exists() else []
    return {line.partition("\t")[0]: line for line in lines}


def _wanted() -> Iterator[tuple[str, str]]:
    for line in sys.stdin:
        words, _, reading = line.rstrip("\n").partition("\t")
        yield words, reading


def _taken(language: str, reading: str) -> str:
    return str(pyopenjtalk.g2p(reading, kana=True)) if language == "ja" else reading


def _mei(reading: str) -> tuple[Samples, int]:
    sound, rate = pyopenjtalk.tts(reading)
    return sound, rate


def _slt(reading: str) -> tuple[Samples, int]:
    with TemporaryDirectory() as scratch:
        file = Path(scratch) / "words.wav"
        subprocess.run(["flite", "-voice", "slt", "-t", reading, "-o", str(file)], check=True)  # noqa: S603, S607
        return _samples(file.read_bytes())


def _encode(sound: Samples, rate: int, file: Path, bitrate: str) -> None:
    """Write what was said without the silence around it, always equally loud."""
    loud = np.flatnonzero(np.abs(sound) > _QUIET * np.abs(sound).max())
    sound = sound[max(0, loud[0] - int(_BEFORE * rate)) : loud[-1] + int(_AFTER * rate)]
    with TemporaryDirectory() as scratch:
        plain = Path(scratch) / "words.wav"
        with wave.open(str(plain), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(rate)
            out.writeframes((sound / np.abs(sound).max() * _LOUDEST * 32767).astype("<i2").tobytes())
        how = ("--quiet", "--speech", "--bitrate", bitrate, "--framesize", "60", "--padding", "0", "--serial", _SERIAL)
        subprocess.run(["opusenc", *how, str(plain), str(file)], check=True)  # noqa: S603, S607


def measured(file: Path) -> tuple[float, float, float, float, float]:
    """Return what a player makes of the file.

    It is: its seconds, the loudest sample, the seconds until the first sound, the longest silence in it, and the share
    of its power in the range of a voice.
    """
    decode = ["opusdec", "--quiet", "--force-wav", str(file), "-"]
    sound, rate = _samples(subprocess.run(decode, capture_output=True, check=True).stdout)  # noqa: S603
    step = int(_FRAME * rate)
    frames = np.abs(sound[: len(sound) // step * step]).reshape(-1, step).max(axis=1)
    loud = np.flatnonzero(frames > _QUIET * frames.max())
    hole = int(np.diff(loud).max(initial=1)) - 1
    power = np.abs(np.fft.rfft(sound)) ** 2
    pitch = np.fft.rfftfreq(len(sound), 1 / rate)
    voice = power[(pitch > _VOICE[0]) & (pitch < _VOICE[1])].sum() / power.sum()
    return len(sound) / rate, float(np.abs(sound).max()), float(loud[0] * _FRAME), hole * _FRAME, float(voice)


def _samples(wav: bytes) -> tuple[Samples, int]:
    with wave.open(BytesIO(wav)) as given:
        samples = np.frombuffer(given.readframes(given.getnframes()), "<i2").astype(np.float64) / 32768
        return samples, given.getframerate()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
