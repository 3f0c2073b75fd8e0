"""Compute the size of a rem on a given panel, so that keys and texts have their size in millimetres.

The layout needs 50 rem on the shorter side and 72 on the longer; if the panel's measures are unknown the style sheet
assumes just that.
"""

from __future__ import annotations

from math import hypot
from typing import Protocol

__all__ = ["LARGEST_REM", "SMALLEST_REM", "Panel", "ScaleError", "rem_of", "scale_css"]

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


class ScaleError(ValueError):
    """The panel cannot show the screens in a size that people can hit and read."""


class Panel(Protocol):
    """A panel's pixels and the inches of its diagonal; 0 if unknown."""

    @property
    def width(self) -> int:
        """Pixels across, as the browser counts them."""

    @property
    def height(self) -> int:
        """Pixels down."""

    @property
    def inches(self) -> float:
        """The diagonal."""


def rem_of(panel: Panel) -> float | None:
    """Return the pixels of one rem; None for a panel that is not known.

    Raises:
        ScaleError: The panel is too small.

    """
    if not panel.inches:
        return None
    per_mm = hypot(panel.width, panel.height) / (panel.inches * _MM_PER_INCH)
    shorter, longer = sorted((panel.width, panel.height))
    room = min(shorter / SHORTER_SIDE, longer / LONGER_SIDE)
    if room < SMALLEST_REM * per_mm:
        key = KEY * room / per_mm
        raise ScaleError(
            f"{panel.width} x {panel.height} on {panel.inches:g} inches shows keys of {key:.1f} mm; 20 mm are needed"
        )
    return min(room, LARGEST_REM * per_mm)


def scale_css(rem: float | None) -> str:
    """Return the style sheet that sets the size; empty if the panel is not known."""
    return f"html {{ font-size: {rem:.3f}px; }}\n" if rem else ""
