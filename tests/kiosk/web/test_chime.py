"""The sound of the page: short, soft, and made by a script that is kept."""

import runpy
import wave
from pathlib import Path

from kiosk.web.assets import STATIC_FOLDER

ROOT = Path(__file__).parents[3]
CHIME = STATIC_FOLDER / "sound/chime.wav"


def test_the_chime_is_what_its_script_writes() -> None:
    kept = CHIME.read_bytes()
    runpy.run_path(str(ROOT / "script/make-chime"), run_name="__main__")
    assert CHIME.read_bytes() == kept


def test_the_chime_is_short_and_soft() -> None:
    with wave.open(str(CHIME)) as sound:
        samples = sound.readframes(sound.getnframes())
        assert sound.getnframes() / sound.getframerate() < 1
    assert max(abs(sample - 128) for sample in samples) < 64
