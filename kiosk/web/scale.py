"""Compute the size of a rem on a given panel, so that keys and texts have their size in millimetres, and how far down a
hand reaches that cannot go higher.

The layout needs 50 rem on the shorter side and 72 on the longer; if the panel's measures are unknown the style sheet
assumes just that.
"""

from __future__ import annotations

from math import hypot
from typing import Protocol

__all__ = ["HIGHEST_TOUCH", "LARGEST_REM", "SMALLEST_REM", "Panel", "ScaleError", "beyond_reach", "rem_of", "scale_css"]

SHORTER_SIDE = 50
LONGER_SIDE = 72
"""rem."""
KEY = 7.5
TEXT = 1.875
HEADING = 3.0
"""The least rem of a key's side, of a text, and of headings and digits, as in the style sheets."""

SMALLEST_KEY = 20.0
SMALLEST_TEXT = 5.0
SMALLEST_HEADING = 6.109 / 0.765
"""Millimetres: a key that old hands can hit, a text that old eyes can read, and the type size whose capital H (0.765 of
it in BIZ UDPGothic) is seen at 0.7 degrees from 500 mm (EN 301 549, 5.1.4).
"""

SMALLEST_REM = max(SMALLEST_KEY / KEY, SMALLEST_TEXT / TEXT, SMALLEST_HEADING / HEADING)
LARGEST_REM = 5.5
"""Millimetres. Beyond that the keypad is wider than a hand spans, and nothing becomes easier to read."""
_MM_PER_INCH = 25.4

HIGHEST_TOUCH = 1220.0
"""Millimetres above the floor that somebody in a wheelchair reaches (ADA 308, EN 301 549 8.3.2.2)."""

_LOWERED = 40.0
"""Percent of an upright panel above which the lowered layout has nothing to touch, wherever the panel hangs."""
_MOST_BEYOND = 60.0
"""Percent: with less than the rest there is no room for a key pad and what belongs to it."""


class ScaleError(ValueError):
    """The panel cannot show the screens in a size that people can hit and read."""


class Panel(Protocol):
    """A panel's pixels, the inches of its diagonal, and how high it hangs; 0 if unknown."""

    @property
    def width(self) -> int:
        """Pixels across, as the browser counts them."""

    @property
    def height(self) -> int:
        """Pixels down."""

    @property
    def inches(self) -> float:
        """The diagonal."""

    @property
    def lower_edge(self) -> float:
        """Millimetres from the floor to the lower edge of what it shows."""


def rem_of(panel: Panel) -> float | None:
    """Return the pixels of one rem; None for a panel that is not known.

    Raises:
        ScaleError: The panel is too small.

    """
    if not panel.inches:
        return None
    per_mm = _pixels_per_mm(panel)
    shorter, longer = sorted((panel.width, panel.height))
    room = min(shorter / SHORTER_SIDE, longer / LONGER_SIDE)
    if room < SMALLEST_REM * per_mm:
        key = KEY * room / per_mm
        raise ScaleError(
            f"{panel.width} x {panel.height} on {panel.inches:g} inches shows keys of {key:.1f} mm; 20 mm are needed"
        )
    return min(room, LARGEST_REM * per_mm)


def beyond_reach(panel: Panel) -> float:
    """Return how many percent of the panel, from its top, are too high to be touched in the lowered layout.

    Raises:
        ScaleError: Too little of the panel is left.

    """
    upright = _LOWERED if panel.height > panel.width else 0.0
    if not panel.inches or not panel.lower_edge:
        return upright
    height = panel.height / _pixels_per_mm(panel)
    above = 100 * (panel.lower_edge + height - HIGHEST_TOUCH) / height
    if above > _MOST_BEYOND:
        raise ScaleError(
            f"a panel of {height:.0f} mm whose lower edge is {panel.lower_edge:g} mm above the floor has {above:.0f} % "
            f"above {HIGHEST_TOUCH:g} mm, out of reach from a wheelchair; {_MOST_BEYOND:g} % at most"
        )
    return max(upright, above)


def _pixels_per_mm(panel: Panel) -> float:
    return hypot(panel.width, panel.height) / (panel.inches * _MM_PER_INCH)


def scale_css(panel: Panel) -> str:
    """Return the style sheet for this panel; empty if the panel is not known.

    Raises:
        ScaleError: The panel is too small, or hangs too high.

    """
    rem = rem_of(panel)
    if rem is None:
        return ""
    beyond = beyond_reach(panel)
    lowering = f" --beyond-reach: {beyond:.1f}vh; --lowering: inline-flex;" if beyond else ""
    return f"html {{ --rem: {rem:.3f}px;{lowering} }}\n"
