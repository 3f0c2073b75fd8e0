"""Protect a process through which a 暗証番号 (PIN) passes."""

from __future__ import annotations

import ctypes
import resource

__all__ = ["keep_no_core", "prctl"]

_PR_SET_DUMPABLE = 4


def keep_no_core() -> None:
    """Leave no core dump, and let no other process of the same user read this one's memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # RLIMIT_CORE does not stop a core_pattern that is a pipe; a process that is not dumpable has no core.
    prctl(_PR_SET_DUMPABLE, 0)


def prctl(option: int, value: int) -> None:
    """Set one attribute of this process (Linux)."""
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
