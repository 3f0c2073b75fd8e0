"""The panel's inches and pixels become millimetres that can be hit and read."""

from math import hypot

import pytest

from kiosk.settings import ScreenSettings
from kiosk.web.scale import (
    HIGHEST_TOUCH,
    LARGEST_REM,
    SMALLEST_REM,
    ScaleError,
    beyond_reach,
    rem_of,
    scale_css,
)


def panel(width: int, height: int, inches: float) -> ScreenSettings:
    return ScreenSettings(width=width, height=height, inches=inches)


def millimetres(rem: float, screen: ScreenSettings) -> float:
    return rem * screen.inches * 25.4 / hypot(screen.width, screen.height)


@pytest.mark.parametrize(
    ("width", "height", "inches", "rem"),
    [
        (1280, 800, 10.1, 16.0),
        (1920, 1080, 15.6, 21.6),
        (1080, 1920, 21.5, 21.6),
        (3840, 2160, 43.0, 22.19),  # 5.5 mm: a 43 inch wall panel is not filled, or nobody could span the pad
    ],
)
def test_the_layout_fills_the_panel_as_far_as_a_hand_spans(width: int, height: int, inches: float, rem: float) -> None:
    assert rem_of(panel(width, height, inches)) == pytest.approx(rem, abs=0.01)


@pytest.mark.parametrize("inches", [11.6, 12.1, 15.6, 21.5, 32.0, 55.0])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (800, 1280), (1920, 1080), (1080, 1920), (1024, 768)])
def test_a_key_has_20_mm_a_text_5_and_a_capital_seven_tenths_of_a_degree(
    width: int, height: int, inches: float
) -> None:
    screen = panel(width, height, inches)
    rem = rem_of(screen)
    assert rem is not None
    size = millimetres(rem, screen)
    assert 7.5 * size >= 20
    assert 1.875 * size >= 5
    assert 3 * 0.765 * size >= 6.1
    assert SMALLEST_REM <= size <= LARGEST_REM + 1e-9
    assert 50 * rem <= min(width, height) + 1e-9


def test_a_panel_on_which_nobody_could_hit_a_key_is_refused_with_its_size() -> None:
    with pytest.raises(ScaleError, match=r"1280 x 800 on 7 inches shows keys of 14.1 mm; 20 mm are needed"):
        rem_of(panel(1280, 800, 7.0))


def test_a_panel_that_is_not_known_leaves_the_size_to_the_style_sheet() -> None:
    assert rem_of(ScreenSettings()) is None
    assert scale_css(ScreenSettings()) == ""


def test_the_style_sheet_sets_the_size_in_pixels() -> None:
    assert scale_css(panel(1920, 1080, 15.6)) == "html { --rem: 21.600px; }\n"


@pytest.mark.parametrize("given", [{"width": 1280}, {"inches": 10.1}, {"width": 1280, "height": 800}])
def test_half_a_measure_is_none(given: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="given together or not at all"):
        ScreenSettings.model_validate(given)


def hung(lower_edge: float, *, upright: bool = True) -> ScreenSettings:
    """Return a panel of 21.5 inches, 476 by 268 mm, at that height above the floor."""
    width, height = (1080, 1920) if upright else (1920, 1080)
    return ScreenSettings(width=width, height=height, inches=21.5, lower_edge=lower_edge)


@pytest.mark.parametrize("lower_edge", [0, 700, 850, 900, 1000])
def test_nothing_to_touch_is_higher_than_somebody_in_a_wheelchair_reaches(lower_edge: float) -> None:
    screen = hung(lower_edge)
    beyond = beyond_reach(screen)
    assert beyond >= 40
    height = 476.1
    assert lower_edge + height * (1 - beyond / 100) <= HIGHEST_TOUCH + 1


def test_a_panel_on_its_side_is_lowered_only_where_it_hangs_high() -> None:
    assert beyond_reach(hung(900, upright=False)) == 0
    assert beyond_reach(hung(1000, upright=False)) == pytest.approx(17.8, abs=0.5)
    assert "--lowering: inline-flex" in scale_css(hung(1000, upright=False))
    assert "--lowering" not in scale_css(hung(900, upright=False))


def test_a_panel_that_hangs_too_high_for_a_wheelchair_is_refused_with_its_height() -> None:
    with pytest.raises(ScaleError, match=r"lower edge is 1100 mm above the floor has 75 % above 1220 mm"):
        beyond_reach(hung(1100))


def test_a_height_without_a_panel_is_an_error_of_the_settings() -> None:
    with pytest.raises(ValueError, match="lower_edge needs width, height and inches"):
        ScreenSettings(lower_edge=900)
