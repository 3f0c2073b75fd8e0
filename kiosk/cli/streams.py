"""Write what a command says to a terminal without UTF-8."""

from __future__ import annotations

import sys
from io import TextIOWrapper

__all__ = ["speak_plainly"]


def speak_plainly() -> None:
    """Write what a terminal has no character for as its escape, never a traceback; into a pipe or a file UTF-8.

    JSON and other data are UTF-8 everywhere: they go past the text streams.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")
