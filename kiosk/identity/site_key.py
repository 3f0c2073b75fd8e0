"""Keep the site key's file: one line of 64 hexadecimal digits per generation, oldest first, mode 0600.

A file of exactly 32 bytes is accepted as one generation, made by whatever tool the site uses.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.identity.binding import SITE_KEY_SIZE, site_key_parts

__all__ = ["SiteKeyError", "SiteKeyNotKept", "create_site_key", "load_site_key", "rotate_site_key"]

_MODE: Final = 0o600
_MAX_FILE = 8192
_LINES = re.compile(rb"(?:[0-9a-fA-F]{64}\n?)(?:(?<=\n)[0-9a-fA-F]{64}\n?)*")


class SiteKeyError(Exception):
    """The site key's file cannot be used. The text names the file and says why, but never quotes it."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


class SiteKeyNotKept(SiteKeyError):
    """The disk cannot take a site key now, because it is full or read-only."""


def load_site_key(path: Path) -> bytes:
    """Return the site key: 32 bytes per generation, oldest first.

    Raises:
        SiteKeyError: The file cannot be read, is not a site key, belongs to another user, or may be read or written by
            others.

    """
    content = _read(path)
    if len(content) == SITE_KEY_SIZE:
        return content
    if not _LINES.fullmatch(content):
        raise SiteKeyError(path, "not a site key: 64 hexadecimal digits a line, or just 32 bytes, are needed")
    key = bytes.fromhex(content.decode("ascii"))
    try:
        site_key_parts(key)
    except ValueError as error:
        raise SiteKeyError(path, str(error)) from None
    return key


def create_site_key(path: Path) -> None:
    """Make a fresh site key in a new file, completely or not at all.

    Raises:
        SiteKeyError: The file exists already, or cannot be written.

    """
    _publish(path, secrets.token_bytes(SITE_KEY_SIZE), os.link)


def rotate_site_key(path: Path) -> bytes:
    """Add a fresh generation to the file and return it (32 bytes); apply ``wrap_binding_key`` to everything stored.

    Raises:
        SiteKeyError: The file cannot be read or written; it is then unchanged.

    """
    part = secrets.token_bytes(SITE_KEY_SIZE)
    _publish(path, load_site_key(path) + part, os.replace)
    return part


def _read(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            _require_private(path, os.fstat(descriptor))
            return file.read(_MAX_FILE)
    except OSError as error:
        raise SiteKeyError(path, error.strerror or "cannot be read") from None


def _require_private(path: Path, state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise SiteKeyError(path, "not a regular file")
    if stat.S_IMODE(state.st_mode) & 0o077:
        raise SiteKeyError(path, "others may read or write it; it must have mode 0600")
    if state.st_uid not in {os.geteuid(), 0}:
        raise SiteKeyError(path, "it belongs to another user")


def _publish(path: Path, key: bytes, place: Callable[[Path, Path], None]) -> None:
    """Write a private file beside ``path`` and move it there in one step with ``place``: link refuses to overwrite,
    replace does not.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    lines = b"".join(part.hex().encode("ascii") + b"\n" for part in site_key_parts(key))
    try:
        _write_private(draft, lines)
        try:
            place(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise SiteKeyNotKept(path, error.strerror or "cannot be written") from None


def _write_private(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
