"""PC/SC readers through pyscard.

Importing this package loads no reader library: that happens in the worker's process only.
"""

from drivers.worker.plugin import SpawnedPlugin

__all__ = ["plugin"]

plugin = SpawnedPlugin("pcsc")
"""The entry point ``pcsc`` of the group ``kiosk.readers``."""
