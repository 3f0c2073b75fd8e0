"""Name the kinds of cards that are simulated: today's, and one that may come."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from drivers.profiles import built_in, load_profiles

__all__ = ["JPKI", "NEXT_CARD", "NEXT_CARD_FILE"]

NEXT_CARD_FILE: Final = Path(__file__).with_name("next-card.toml")
"""The profile of the next card, for the setting ``card.profiles``; its application and files are invented."""

JPKI: Final = built_in()[0]
"""The profile of today's My Number card."""

NEXT_CARD: Final = load_profiles([NEXT_CARD_FILE])[-1]
"""The profile in ``NEXT_CARD_FILE``."""
