"""Find the file of a font among those of this machine."""

from __future__ import annotations

from pathlib import Path

__all__ = ["FOLDERS", "font_file"]

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")


def font_file(name: str) -> Path | None:
    """Return where the font with this file name is; None: it is not installed."""
    return next((path for folder in FOLDERS for path in folder.rglob(name)), None)
