"""Contactless readers that speak no PC/SC (RC-S380, PN533, RC-S956, ACR122), through nfcpy: ISO 14443 Type B only.

Importing this package loads no reader library: that happens in the worker's process only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.worker.plugin import SpawnedPlugin

if TYPE_CHECKING:
    from drivers.nfc.options import NfcOptions

__all__ = ["NfcPlugin", "plugin"]


@dataclass(frozen=True)
class NfcPlugin(SpawnedPlugin):
    """Readers of nfcpy."""

    name: str = "nfc"
    label: str = "NFCリーダー"
    driver: str = "drivers.nfc.driver:create"

    @property
    def options(self) -> type[NfcOptions]:
        """The model of ``[nfc]``."""
        from drivers.nfc.options import NfcOptions

        return NfcOptions


plugin = NfcPlugin()
"""The entry point ``nfc`` of the group ``kiosk.readers``."""
