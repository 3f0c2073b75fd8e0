"""What a visitor has asked the screen to do for them: it belongs to one visit, and says nothing of anybody."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LONGER", "MOST_LETTERS", "Aids"]

MOST_LETTERS = 2
"""Steps of 「文字を大きく」."""

LONGER = 3.0
"""How many times longer every clock runs for somebody who needs it: large letters and speech take longer, too."""


@dataclass(frozen=True, slots=True)
class Aids:
    """How the screen is shown to one visitor.

    Attributes:
        letters: 0 as designed, 1 large, 2 largest.
        contrast: white on black.
        lowered: everything to be touched is where somebody in a wheelchair reaches it.
        unhurried: every clock runs longer (時間をのばす).
        spoken: the screens are said aloud, since the visitor has started the speech.
        curtain: the panel is black, and only speech and keypad lead through the visit.

    """

    letters: int = 0
    contrast: bool = False
    lowered: bool = False
    unhurried: bool = False
    spoken: bool = False
    curtain: bool = False

    @property
    def patience(self) -> float:
        """The factor of every time limit of the visit."""
        return LONGER if self.unhurried or self.letters or self.spoken or self.curtain else 1.0
