"""二次元コード: the address of マイナポータル, and on papers for the post the number of their order.

Neither contains anything of a person.
"""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from io import BytesIO

__all__ = ["order_code", "portal_code"]

_QUIET_ZONE = 4
"""The width of the white border in modules (ISO/IEC 18004)."""
_PIXELS = 8
"""The side of a module: a viewer that smooths pictures blurs only about one pixel at its edges."""


@lru_cache(maxsize=8)
def portal_code(address: str) -> str:
    """Return the code of an address as a data: URI of a PNG.

    A PDF contains such a picture once for all its pages; it would contain drawn lines once for each page.
    """
    return _code(address, "m")


def order_code(number: int) -> str:
    """Return the code of an order's number as a data: URI of a PNG; it can be read even if a fifth of it is lost.

    It is the digits alone, so `kiosk issuance done` takes what a scanner reads.
    """
    return _code(str(number), "h")


def _code(text: str, error: str) -> str:
    import segno

    png = BytesIO()
    segno.make_qr(text, error=error).save(png, kind="png", scale=_PIXELS, border=_QUIET_ZONE)
    return f"data:image/png;base64,{b64encode(png.getvalue()).decode()}"
