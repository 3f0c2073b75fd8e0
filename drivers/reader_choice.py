"""How people name the readers they mean: by a part of the name, or by vendor and product. Pure: no I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

__all__ = ["MAX_READERS", "check_reader", "fits", "is_usb_id", "readers_of"]

MAX_READERS: Final = 16
"""How many readers may be chosen."""

_MAX_LENGTH: Final = 128
_USB_ID: Final = re.compile(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{4}")
# No name of a reader looks like this, so it is a slip in a VID:PID.
_LIKE_USB_ID: Final = re.compile(r"[0-9a-zA-Z]*:[0-9a-zA-Z]*")


def is_usb_id(text: str) -> bool:
    """Return whether the text is a vendor and a product (``054c:0dc9``)."""
    return _USB_ID.fullmatch(text) is not None


def check_reader(text: str) -> str:
    """Return ``text`` if it can choose a reader. Raises ValueError with a sentence that says what is allowed."""
    slip = _LIKE_USB_ID.fullmatch(text) is not None and not is_usb_id(text)
    if text.strip() and len(text) <= _MAX_LENGTH and text.isprintable() and not slip:
        return text
    raise ValueError(
        f"{text[:40]!r} chooses no reader; write a part of its name as `kiosk card list` shows it, "
        "or VVVV:PPPP (hexadecimal vendor and product, such as 054c:0dc9)"
    )


def readers_of(options: Mapping[str, object]) -> list[str]:
    """Return the driver's option ``readers``; none at all chooses every reader. Raises ValueError."""
    readers = options.get("readers") or []
    if not isinstance(readers, list) or not all(isinstance(text, str) for text in readers):
        raise ValueError("readers is not a list of texts")
    if len(readers) > MAX_READERS:
        raise ValueError(f"more than {MAX_READERS} readers")
    return [check_reader(text) for text in readers]


def fits(chosen: Sequence[str], name: str, usb_id: Callable[[str], str | None]) -> bool:
    """Return whether a reader is one of the chosen ones. Upper and lower case are the same.

    Args:
        chosen: Parts of names, and VID:PIDs; empty chooses every reader.
        name: The reader's name.
        usb_id: Returns the VID:PID of a reader. It is called only if the name does not decide, and may raise.

    """
    names = [text for text in chosen if not is_usb_id(text)]
    if not chosen or any(text.casefold() in name.casefold() for text in names):
        return True
    ids = [text.casefold() for text in chosen if is_usb_id(text)]
    return bool(ids) and usb_id(name) in ids
