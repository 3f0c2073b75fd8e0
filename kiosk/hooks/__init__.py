"""Webhooks: each finished visit is posted to the addresses of the settings, signed, in order and at least once.

`Sender` hands the visits of one address over from a thread of its own, so that no visit waits for anybody.
"""

from kiosk.hooks.hook import Hook
from kiosk.hooks.sender import Sender
from kiosk.hooks.sending import Hooked, HookError, HookRefused, HookSilent
from kiosk.hooks.signature import signature

__all__ = ["Hook", "HookError", "HookRefused", "HookSilent", "Hooked", "Sender", "signature"]
