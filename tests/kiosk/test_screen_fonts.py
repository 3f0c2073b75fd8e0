"""A language that is offered without its font is a trouble, S-19, that names the package, and heals by itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from kiosk.assembly.fonts import FONTS, ScreenFonts
from kiosk.failures import FAILURES, Code
from kiosk.font_files import font_file
from kiosk.languages import Language
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin
from tests.docs.pages import ROOT
from tests.kiosk.health import healthz

PATIENCE = 60.0


@pytest.fixture
def fonts(tmp_path: Path, mocker: MockerFixture) -> Path:
    """A folder that has the only fonts of this machine, and none in the beginning."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    mocker.patch("kiosk.font_files.FOLDERS", (tmp_path / "nowhere", folder))
    return folder


def install(fonts: Path, language: Language) -> Path:
    file = fonts / "truetype" / FONTS[language].file
    file.parent.mkdir(exist_ok=True)
    file.touch()
    return file


def missing(watched: ScreenFonts) -> list[str]:
    findings = watched.look()
    assert findings.failures == () and {each.code for each in findings.troubles} <= {Code.FONT_MISSING}
    return [each.reason for each in findings.troubles]


def test_only_what_is_offered_is_needed(fonts: Path) -> None:
    install(fonts, Language.JAPANESE)
    assert missing(ScreenFonts([Language.JAPANESE, Language.EASY_JAPANESE, Language.ENGLISH])) == []


def test_each_missing_package_is_named_once_with_its_languages(fonts: Path) -> None:
    install(fonts, Language.JAPANESE)
    chinese, nepali = missing(ScreenFonts([*Language]))
    assert chinese.startswith("screen.languages: zh-Hans, zh-Hant, ko, vi needs the font NotoSansCJK-Regular.ttc ")
    assert chinese.endswith("(Debian package fonts-noto-cjk)")
    assert nepali.startswith("screen.languages: ne needs the font NotoSansDevanagari-Regular.ttf ")
    assert nepali.endswith("(Debian package fonts-noto-core)")


def test_it_heals_once_the_font_is_there_and_comes_back_when_it_is_taken_away(fonts: Path) -> None:
    watched = ScreenFonts([Language.NEPALI])
    assert len(missing(watched)) == 1
    file = install(fonts, Language.NEPALI)
    assert missing(watched) == []
    file.unlink()
    assert len(missing(watched)) == 1


def test_a_font_that_was_found_is_not_searched_for_again(fonts: Path, mocker: MockerFixture) -> None:
    watched = ScreenFonts([Language.NEPALI])
    install(fonts, Language.NEPALI)
    assert missing(watched) == []
    search = mocker.patch("kiosk.assembly.fonts.font_file")
    assert missing(watched) == []
    search.assert_not_called()


def test_every_language_has_a_font_that_the_tests_install_and_the_handbook_names() -> None:
    assert {*FONTS} == {*Language}
    installed, said = (ROOT / "script/lib.sh").read_text("utf-8"), FAILURES[Code.FONT_MISSING].technician
    for font in FONTS.values():
        assert font_file(font.file) is not None
        assert font.package in installed and font.package in said


@pytest.mark.usefixtures("fonts")
def test_a_kiosk_says_so_at_its_start_and_serves_visits(tmp_path: Path, fonts: Path) -> None:
    install(fonts, Language.JAPANESE)
    keys = {"screen.languages": ["ja", "ne"], "listen": f"127.0.0.1:{free_port()}"}
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), **keys)
    with RunningKiosk(stage, plugin.readers) as kiosk:
        said = healthz(kiosk, lambda said: said["status"] == "ok" and said["troubles"] == ["S-19"])
        assert re.search("S-19 .*ne needs the font .*fonts-noto-core", "\n".join(said["details"]))
        install(fonts, Language.NEPALI)
        healthz(kiosk, lambda said: said["status"] == "ok" and said["troubles"] == [])
