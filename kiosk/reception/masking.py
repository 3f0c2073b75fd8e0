"""Names on a screen that others can see."""

from __future__ import annotations

from kiosk.graphemes import shown_letters

__all__ = ["masked"]


def masked(kana: str) -> str:
    """Return kana of which only the first letter of each part shows, with 様: 「ト＊＊ タ＊＊ 様」, 「ｶﾞ＊＊ 様」."""
    parts = kana.split()[:3]
    return " ".join(f"{shown_letters(part)[0]}＊＊" for part in parts) + " 様" if parts else ""
