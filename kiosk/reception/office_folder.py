"""The folders in ``data_dir`` for what officers hand in and have made: what a kill has left in them, and their room."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Final

import structlog

__all__ = ["LEAST_LEFT", "remove_left", "require_space"]

LEAST_LEFT: Final = 64 * 2**20
"""Bytes that the office leaves on the disk, which is the journal's too: without a journal no visitor is served."""

_log = structlog.get_logger(__name__)


def remove_left(folder: Path) -> None:
    """Remove a folder that an earlier run has left, with the personal data in it; say so if it cannot be removed.

    The service must have taken ``data_dir`` before: what another one works on is not left over.
    """
    shutil.rmtree(folder, ignore_errors=True)
    if os.path.lexists(folder):
        _log.error("what an earlier run of the office has left cannot be removed", problem=folder.name)


def require_space(folder: Path) -> None:
    """Raise OSError if the disk of a folder has no more than LEAST_LEFT left, or cannot be asked."""
    space = os.statvfs(folder)
    if space.f_bavail * space.f_frsize < LEAST_LEFT:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
