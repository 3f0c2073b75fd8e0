"""Names on a screen that others can see."""

from __future__ import annotations

import unicodedata

from kiosk.graphemes import shown_letters

__all__ = ["masked"]


def masked(kana: str) -> str:
    """Return kana of which only the first letter of each part shows, with 様: 「ト＊＊ タ＊＊ 様」, 「ガ＊＊ 様」.

    Half width, as 資格確認端末 and old registers have it, shows as full width.
    """
    parts = [unicodedata.normalize("NFKC", part) for part in kana.split()[:3]]
    return " ".join(f"{shown_letters(part)[0]}＊＊" for part in parts) + " 様" if parts else ""
