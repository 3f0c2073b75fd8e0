"""The 二次元コード for マイナポータル. It contains the configured address and nothing of any person."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from io import BytesIO

__all__ = ["portal_code"]

_QUIET_ZONE = 4
"""The width of the white border in modules (ISO/IEC 18004)."""
_PIXELS = 8
"""The side of a module: a viewer that smooths pictures blurs only about one pixel at its edges."""


@lru_cache(maxsize=8)
def portal_code(address: str) -> str:
    """Return the code as a data: URI of a PNG.

    A PDF contains such a picture once for all its pages; it would contain drawn lines once for each page.
    """
    import segno

    png = BytesIO()
    segno.make_qr(address, error="m").save(png, kind="png", scale=_PIXELS, border=_QUIET_ZONE)
    return f"data:image/png;base64,{b64encode(png.getvalue()).decode()}"
