"""The failure codes: code, screens and handbook hold together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kiosk
from drivers import errors
from kiosk.failures import (
    FAILURES,
    FALL_BACKS,
    Code,
    Failure,
    FallBack,
    Family,
    code_of,
    code_of_trouble,
    handbook,
    place_of,
)
from kiosk.reception.picture import screen_of
from kiosk.reception.screens import Screen
from kiosk.reception.visit.states import Failed
from kiosk.reception.visit.visit import Visit


def test_every_code_has_its_text_and_its_page_in_the_handbook() -> None:
    assert set(FAILURES) == set(Code)
    written = (Path(kiosk.__file__).parents[1] / "docs/handbook.md").read_text("utf-8")
    assert written == handbook(), "write it anew: kiosk handbook > docs/handbook.md"


@pytest.mark.parametrize("code", Code)
def test_a_code_can_be_read_out_by_telephone(code: Code) -> None:
    assert re.fullmatch(r"[RCPNS]-\d\d", code.value)


@pytest.mark.parametrize("code", Code)
def test_a_text_follows_the_grammar_of_the_screens(code: Code) -> None:
    text = FAILURES[code]
    assert 1 <= len(text.steps) <= 3
    assert text.why.count("。") == 1 and text.why.endswith("。"), "why is one sentence"
    assert all(sentence.endswith("。") for sentence in (*text.steps, text.desk, text.technician))
    shown = text.heading + text.why + "".join(text.steps)
    assert "PIN" not in shown and "マイナ証" not in shown
    assert set(re.findall(r"\{(\w*)\}", shown)) <= {"desk"}


@pytest.mark.parametrize("way", FallBack)
def test_every_official_way_has_its_steps(way: FallBack) -> None:
    text = FALL_BACKS[way]
    assert 1 <= len(text.steps) <= 5
    assert all(step.endswith("。") and len(step) <= 70 for step in (text.when, *text.steps))
    assert "PIN" not in "".join(text.steps)


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_screen(code: Code) -> None:
    assert isinstance(screen_of(Visit(1, Failed(Failure(code)))), Screen)


@pytest.mark.parametrize("trouble", errors.Trouble)
def test_every_trouble_of_a_driver_has_a_code_of_its_own(trouble: errors.Trouble) -> None:
    code = code_of_trouble(trouble)
    assert code.family in (Family.READER, Family.CARD)
    assert [other for other in errors.Trouble if code_of_trouble(other) is code] == [trouble]
    assert code_of(errors.error_of(trouble, "x", sw=0x6F00)) is code


def test_an_unforeseen_exception_is_the_services_own_fault_and_has_a_place() -> None:
    try:
        code_of(1 / 0)
    except ZeroDivisionError as error:
        assert code_of(error) is Code.INTERNAL
        assert place_of(error) == ""
    try:
        FAILURES["nonsense"]  # type: ignore[index]
    except KeyError as error:
        assert code_of(error) is Code.INTERNAL


def test_a_place_names_our_innermost_function() -> None:
    from kiosk.settings import SettingsError, load

    with pytest.raises(SettingsError) as caught:
        load(Path("/nonexistent/kiosk.toml"), {})
    assert place_of(caught.value) == "kiosk.settings:_read"


def test_a_failure_that_arises_in_a_comprehension_has_the_place_of_its_function() -> None:
    made = [*(Failure.here(code) for code in [Code.STARTING]), *(lambda: [Failure.here(Code.STARTING)])()]
    place = f"{__name__}:test_a_failure_that_arises_in_a_comprehension_has_the_place_of_its_function"
    assert [failure.place for failure in made] == [place, place]
