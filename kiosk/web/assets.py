"""Serve the static files under addresses that change with their content, so that a browser may keep them for ever."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

__all__ = ["STATIC", "STATIC_FOLDER", "static_url"]

STATIC = "/static"
STATIC_FOLDER = Path(__file__).parent / "static"


@cache
def static_url(name: str) -> str:
    """Return the address of a static file such as ``img/card.svg``.

    Raises:
        OSError: There is no such file.

    """
    digest = sha256((STATIC_FOLDER / name).read_bytes()).hexdigest()
    return f"{STATIC}/{name}?v={digest[:12]}"
