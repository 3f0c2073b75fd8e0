"""Wait for the signals that end a command."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["ENDS", "ends_waited_for"]

ENDS: Final = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGUSR1})
"""The signals that end a command's wait: from a person or, with our own SIGUSR1, from what it waits beside."""


@contextmanager
def ends_waited_for() -> Iterator[None]:
    """Block the signals that end a command while the block runs, so that they can be waited for.

    An exception that a handler raises can be lost where nothing passes it on. The signals are unblocked afterwards,
    because what runs on in this process, or is started by it, must be stoppable again.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    try:
        yield
    finally:
        while signal.sigtimedwait(ENDS, 0):
            pass
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
