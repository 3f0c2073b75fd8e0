"""Tell how much room the text of a screen leaves, so that a short text is shown large and a long one still fits."""

from __future__ import annotations

import re

__all__ = ["roominess"]

_MOST_LETTERS = (180, 130, 85)
"""A text with more letters than the first is shown smallest; one with no more than the last is shown largest."""
_NOT_READ = re.compile(r"<[^>]+>|\s")


def roominess(html: str) -> str:
    """Return the class of a screen with this body: ``roomy-0`` (the text needs all the room) to ``roomy-3``."""
    letters = len(_NOT_READ.sub("", html))
    return f"roomy-{sum(letters <= most for most in _MOST_LETTERS)}"
