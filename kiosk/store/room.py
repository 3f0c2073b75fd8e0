"""Which place may have no room left, when a database says so."""

import os
from collections.abc import Mapping
from pathlib import Path

__all__ = ["place_without_room", "temporary_folder"]

_LOG_INDEX = "SQLITE_IOERR_SHMSIZE"
"""On a disk without a free page SQLite cannot make the index of its log, not even for a reader."""

_WORDS = ("disk is full", "no space left", _LOG_INDEX.lower())
_FOLDERS = ("/var/tmp", "/usr/tmp", "/tmp")  # noqa: S108 - SQLite's own list


def place_without_room(said: str, sqlite_name: str | None) -> str | None:
    """Return where there is no room, in words; None if the error is about something else.

    SQLite does not say whether the register's disk is full or that of its temporary files, so both are named.

    Args:
        said: the database's message.
        sqlite_name: the name of SQLite's error; None for PostgreSQL.

    """
    if not any(words in f"{said} {sqlite_name or ''}".lower() for words in _WORDS):
        return None
    if sqlite_name is None:
        return "a disk of the register's server"
    if sqlite_name == _LOG_INDEX:
        return "the disk of the register"
    return f"the disk of the register or in {temporary_folder()}, the folder of SQLite's temporary files"


def temporary_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where SQLite puts its temporary files (https://www.sqlite.org/tempfiles.html, section 5)."""
    named = (environment.get(name) for name in ("SQLITE_TMPDIR", "TMPDIR"))
    places = (Path(one) for one in (*named, *_FOLDERS) if one)
    return next((one for one in places if one.is_dir() and os.access(one, os.W_OK | os.X_OK)), Path.cwd())
