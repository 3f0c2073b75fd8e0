"""The options of the driver ``nfc``."""

from __future__ import annotations

from pydantic import Field, field_validator

from drivers.nfc.paths import MAX_DEVICES, check_path
from drivers.options import ReaderOptions

__all__ = ["NfcOptions"]


class NfcOptions(ReaderOptions):
    """``[nfc]``: readers driven by nfcpy."""

    devices: list[str] = Field(
        default=[], max_length=MAX_DEVICES, description="nfcpy device paths, e.g. usb:054c:06c1 (default: usb, all)"
    )

    @field_validator("devices")
    @classmethod
    def _device_paths(cls, value: list[str]) -> list[str]:
        return [check_path(path) for path in value]
