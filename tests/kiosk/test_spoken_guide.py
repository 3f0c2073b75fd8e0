"""A recording that is missing or damaged is a trouble, S-24, that names it, and heals by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from pytest_mock import MockerFixture

from kiosk.assembly import spoken_guide
from kiosk.assembly.spoken_guide import SpokenGuide
from kiosk.failures import Code
from kiosk.languages import Language
from kiosk.web.assets import STATIC_FOLDER
from kiosk.web.voice import forget_recordings, name_of, recordings

NAME = name_of("カードを読み取っています")


@pytest.fixture
def voice_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the recordings, to be damaged."""
    copytree(STATIC_FOLDER / "voice", tmp_path / "voice")
    monkeypatch.setattr(import_module("kiosk.web.voice.recordings"), "_FOLDER", tmp_path / "voice")
    forget_recordings()
    yield tmp_path / "voice"
    forget_recordings()


class Guide(SpokenGuide):
    """A spoken guide with a clock that a test sets."""

    def __init__(self, *languages: Language) -> None:
        self.now = 0.0
        super().__init__(languages, lambda: self.now)

    def later(self) -> list[str]:
        """Return the reasons that are found at the next time to look."""
        self.now += 30.0
        return self.said()

    def said(self) -> list[str]:
        findings = self.look()
        assert findings.failures == () and {each.code for each in findings.troubles} <= {Code.RECORDING_MISSING}
        return [each.reason for each in findings.troubles]


@pytest.mark.parametrize("damage", [Path.unlink, lambda file: file.write_bytes(b"OggS")], ids=["missing", "damaged"])
def test_it_names_the_recording_and_heals_once_the_file_is_back(
    voice_folder: Path, damage: Callable[[Path], object]
) -> None:
    guide, file = Guide(Language.JAPANESE, Language.ENGLISH), voice_folder / f"ja/{NAME}.opus"
    assert guide.said() == [] and NAME in recordings("ja")
    sound = file.read_bytes()
    damage(file)
    assert guide.said() == [], "it is not yet time to look"
    assert guide.later() == [f"1 recordings of ja are missing or damaged, such as {NAME}.opus"]
    assert NAME not in recordings("ja"), "its sentence sends the listener to staff"
    file.write_bytes(sound)
    assert guide.later() == [] and NAME in recordings("ja")


def test_a_language_that_is_not_offered_or_not_spoken_is_not_looked_at(voice_folder: Path) -> None:
    rmtree(voice_folder / "en")
    assert Guide(Language.JAPANESE, Language.VIETNAMESE).said() == []
    (said,) = Guide(Language.ENGLISH).said()
    assert "recordings of en are missing" in said


def test_files_that_have_not_changed_are_not_read_again(voice_folder: Path, mocker: MockerFixture) -> None:
    guide = Guide(Language.JAPANESE)
    assert guide.said() == []
    read = mocker.spy(spoken_guide, "unplayable")
    assert guide.later() == []
    read.assert_not_called()
