"""Who is asked, as the settings say it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.assembly.outage import opened_outage
from kiosk.assembly.sources import opened_reader, sources_of
from kiosk.eligibility.sources import Sources
from kiosk.failures import Code
from kiosk.settings import Settings


def settings(tmp_path: Path, *sources: str) -> Settings:
    folders = {"req": str(tmp_path / "req"), "res": str(tmp_path / "res")}
    terminal = {**folders, "institution": "1312345678", "timeout": 7.0}
    return Settings.model_validate({"terminal": terminal, "eligibility": {"sources": list(sources)}})


@contextmanager
def opened_sources(chosen: Settings) -> Iterator[Sources]:
    """Give the sources of the settings for a block."""
    with opened_outage(chosen, lambda question, answer: None) as outage, opened_reader(chosen) as reader:
        yield sources_of(chosen, outage, reader)


def test_the_register_alone_asks_no_terminal(tmp_path: Path) -> None:
    with opened_sources(settings(tmp_path, "registry")) as sources:
        assert (sources.registry, sources.terminal) == (True, None)
        assert sources.troubles() == ()


@pytest.mark.parametrize(("names", "registry"), [(("terminal",), False), (("registry", "terminal"), True)])
def test_the_terminal_is_asked_for_as_long_as_the_settings_say(
    tmp_path: Path, names: tuple[str, ...], registry: bool
) -> None:
    with opened_sources(settings(tmp_path, *names)) as sources:
        assert (sources.registry, sources.limit) == (registry, 7.0)
        assert sources.terminal is not None


def test_folders_that_are_not_there_yet_are_a_trouble_and_may_come(tmp_path: Path) -> None:
    with opened_sources(settings(tmp_path, "registry", "terminal")) as sources:
        assert codes(sources) == [Code.TERMINAL_FOLDER]
        (tmp_path / "req").mkdir()
        (tmp_path / "res").mkdir()
        assert codes(sources) == []


@pytest.mark.parametrize(
    ("names", "face", "taken"), [(["registry"], True, False), (["terminal"], False, False), (["terminal"], True, True)]
)
def test_face_files_are_taken_only_where_the_settings_name_their_folder_and_the_terminal(
    tmp_path: Path, names: list[str], face: bool, taken: bool
) -> None:
    chosen = settings(tmp_path, *names)
    folder = tmp_path / "face" if face else None
    chosen = chosen.model_copy(update={"terminal": chosen.terminal.model_copy(update={"face": folder})})
    with opened_sources(chosen) as sources:
        assert (sources.reader is not None) is taken


def codes(sources: Sources) -> list[Code]:
    return [trouble.code for trouble in sources.troubles()]
