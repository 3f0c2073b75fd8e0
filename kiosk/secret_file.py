"""Files of the settings that hold a secret: the key of a webhook's signatures, the password of ORCA."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import structlog

from kiosk.files import FileError, open_regular

__all__ = ["SecretError", "read_secret"]

_log = structlog.get_logger(__name__)
_LONGEST: Final = 4096
_ALL_BUT_OWNER: Final = 0o077
_OTHERS_AND_WRITERS: Final = 0o037


class SecretError(Exception):
    """The file cannot be used. The text says why, and quotes nothing of it."""


def read_secret(path: Path) -> bytes:
    """Return the secret: the content of the file, without a line's end behind it.

    A file of our own that others could read is closed to them first, with a warning: somebody may have read it.

    Raises:
        SecretError: The file is missing, empty, too long, or of another user and open to others.

    """
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            _close_to_others(path, file.fileno())
            content = file.read(_LONGEST + 1)
    except (FileError, OSError) as error:
        raise SecretError(_said(error)) from None
    secret = content.removesuffix(b"\n").removesuffix(b"\r")
    if not secret or len(content) > _LONGEST:
        raise SecretError(f"needs a secret of 1 to {_LONGEST} bytes")
    return secret


def _close_to_others(path: Path, descriptor: int) -> None:
    state, ours = os.fstat(descriptor), os.geteuid()
    # What root has put there for us may be read by our group, as everything in /etc/kiosk.
    open_bits = _OTHERS_AND_WRITERS if state.st_uid == 0 != ours else _ALL_BUT_OWNER
    if not state.st_mode & open_bits:
        return
    if state.st_uid != ours:
        raise SecretError("others may read or write it; it must have mode 0600, or 0640 and belong to root")
    os.fchmod(descriptor, 0o600)
    problem = f"{path} was open to others; its mode is 0600 now, consider a new secret"
    _log.warning("secret was open", problem=problem)


def _said(error: Exception) -> str:
    return error.strerror or "cannot be read" if isinstance(error, OSError) else str(error)
