"""The sounds of the page: short, soft, and made by a script that is kept."""

import runpy
import wave
from pathlib import Path

import pytest

from kiosk.web.assets import STATIC_FOLDER

ROOT = Path(__file__).parents[3]
SOUNDS = sorted((STATIC_FOLDER / "sound").glob("*.wav"))


def test_the_sounds_are_what_their_script_writes() -> None:
    kept = [file.read_bytes() for file in SOUNDS]
    runpy.run_path(str(ROOT / "script/make-chime"), run_name="__main__")
    assert [file.read_bytes() for file in SOUNDS] == kept


@pytest.mark.parametrize("file", SOUNDS, ids=lambda file: file.stem)
def test_a_sound_is_short_and_soft(file: Path) -> None:
    with wave.open(str(file)) as sound:
        samples = sound.readframes(sound.getnframes())
        assert sound.getnframes() / sound.getframerate() < 1
    assert max(abs(sample - 128) for sample in samples) < 64
