"""The 二次元コード that leads to マイナポータル. It holds the configured address and nothing of any person."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from io import BytesIO

__all__ = ["portal_code"]

_QUIET_ZONE = 4
"""Modules of white around the code (ISO/IEC 18004)."""
_PIXELS = 8
"""A module's side: what smooths pictures blurs no more than a pixel at its edge."""


@lru_cache(maxsize=8)
def portal_code(address: str) -> str:
    """Return the code as a data: URI of a PNG.

    A PDF holds such a picture once, however many of its pages show it; drawn lines it would hold once a page.
    """
    import segno

    png = BytesIO()
    segno.make_qr(address, error="m").save(png, kind="png", scale=_PIXELS, border=_QUIET_ZONE)
    return f"data:image/png;base64,{b64encode(png.getvalue()).decode()}"
