"""Which readers nfcpy drives, and how the settings name them. Pure: nothing here touches a device."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

__all__ = ["DEFAULT_DEVICES", "MAX_DEVICES", "MODELS", "check_path", "is_usb", "paths_of"]

MODELS: Final[Mapping[tuple[int, int], str]] = {
    (0x04CC, 0x2533): "PN533",
    (0x04E6, 0x5591): "SCL3711",
    (0x04E6, 0x5593): "SCL3712",
    (0x054C, 0x02E1): "RC-S956",
    (0x054C, 0x06C1): "RC-S380",
    (0x054C, 0x06C3): "RC-S380",
    (0x072F, 0x2200): "ACR122",
}
"""Every USB reader (vendor, product) that nfcpy drives and that can speak Type B. (Its PN531 cannot.)"""

DEFAULT_DEVICES: Final = ("usb",)
"""Every reader of MODELS that is plugged in."""

MAX_DEVICES: Final = 16
"""How many device paths may be named."""

_FORMS: Final = (
    re.compile(r"usb"),
    re.compile(r"usb:[0-9a-fA-F]{4}(:[0-9a-fA-F]{4})?"),
    re.compile(r"usb:[0-9]{3}:[0-9]{3}"),
    re.compile(r"tty:[A-Za-z]{1,8}[0-9]{1,3}:(pn532|arygon)"),
)
_UDP: Final = re.compile(r"udp:127(?:\.([0-9]{1,3})){3}:([0-9]{1,5})|udp:localhost:([0-9]{1,5})")


def check_path(path: str) -> str:
    """Return ``path`` if nfcpy can take it. Raises ValueError with a sentence that says what is allowed."""
    if any(form.fullmatch(path) for form in _FORMS) or _is_udp(path):
        return path
    raise ValueError(
        f"{path[:40]!r} is no nfcpy device path; write usb, usb:VVVV:PPPP (hexadecimal vendor and product), "
        "usb:BUS:DEV (three digits each), tty:PORT:pn532 or udp:127.0.0.1:PORT (loopback only)"
    )


def is_usb(path: str) -> bool:
    """Return whether the path names readers on USB, perhaps several."""
    return path.startswith("usb")


def paths_of(options: Mapping[str, object]) -> list[str]:
    """Return the paths of the driver's option ``devices``, the default for none. Raises ValueError."""
    devices = options.get("devices") or list(DEFAULT_DEVICES)
    if not isinstance(devices, list) or not all(isinstance(path, str) for path in devices):
        raise ValueError("devices is not a list of device paths")
    if len(devices) > MAX_DEVICES:
        raise ValueError(f"more than {MAX_DEVICES} device paths")
    return [check_path(path) for path in dict.fromkeys(devices)]


def _is_udp(path: str) -> bool:
    # Nobody is authenticated over udp: it is for simulated cards, and stays on this machine.
    match = _UDP.fullmatch(path)
    if match is None:
        return False
    host, port = path.removeprefix("udp:").rsplit(":", 1)
    return 0 < int(port) < 65536 and (host == "localhost" or all(int(part) < 256 for part in host.split(".")))
