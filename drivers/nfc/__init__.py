"""Contactless readers that speak no PC/SC (RC-S380, PN533, RC-S956, ACR122), through nfcpy: ISO 14443 Type B only.

Importing this package loads no reader library: that happens in the worker's process only.
"""

from drivers.worker.plugin import SpawnedPlugin

__all__ = ["plugin"]

plugin = SpawnedPlugin("nfc")
"""The entry point ``nfc`` of the group ``kiosk.readers``."""
