"""PC/SC readers through pyscard.

Importing this package loads no reader library: that happens in the worker's process only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.worker.plugin import SpawnedPlugin

if TYPE_CHECKING:
    from drivers.pcsc.options import PcscOptions

__all__ = ["PcscPlugin", "plugin"]

_VIRTUAL = "Virtual PCD"
"""How vsmartcard names its readers."""


@dataclass(frozen=True)
class PcscPlugin(SpawnedPlugin):
    """Readers of pcscd."""

    name: str = "pcsc"
    label: str = "カードリーダー（PC/SC）"
    driver: str = "drivers.pcsc.driver:create"

    @property
    def options(self) -> type[PcscOptions]:
        """The model of ``[pcsc]``."""
        from drivers.pcsc.options import PcscOptions

        return PcscOptions

    def is_virtual(self, reader: str) -> bool:
        """Return whether it is one of vsmartcard's readers."""
        return reader.startswith(_VIRTUAL)


plugin = PcscPlugin()
"""The entry point ``pcsc`` of the group ``kiosk.readers``."""
