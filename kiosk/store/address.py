"""Addresses of a register: `sqlite:///PATH` or `postgresql+psycopg://...`."""

import re
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from kiosk.store.errors import RegistryError

_SQLITE = "sqlite:///"
_UNCLEAR = {
    "%[0-9A-Fa-f]{2}": "%XX is not decoded",
    "[?]": "options after ? are not allowed",
    "^~": "~ is not expanded",
    "^file:": "file: is not allowed",
    r"^\s|\s$|[\x00-\x1f\x7f]": "a blank at either end or a control character is not allowed",
}
"""Parts of a SQLite path that programs read in different ways, and what the error says about each."""


def place_of(url: str) -> str:
    """Return where a register is, for people: its file's absolute path, or its server's address without password.

    Raises:
        RegistryError: no register can have this address.

    """
    parsed = parsed_address(url)
    return str(Path(str(parsed.database)).absolute()) if parsed.drivername == "sqlite" else parsed.render_as_string()


def files_of(url: str) -> list[Path]:
    """Return the files of a SQLite register, with its log and lock; empty for PostgreSQL or a wrong address."""
    try:
        parsed = parsed_address(url)
    except RegistryError:
        return []
    path = str(parsed.database)
    return [Path(path + end) for end in ("", "-wal", "-shm", "-journal")] if parsed.drivername == "sqlite" else []


def parsed_address(url: str) -> URL:
    """Return the parts of an address.

    Raises:
        RegistryError: no register can have this address. The message does not repeat a password.

    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise RegistryError("the database address is not a URL such as sqlite:///register.db") from None
    if parsed.drivername not in ("sqlite", "postgresql+psycopg") or not parsed.database:
        raise RegistryError("the database must be sqlite:///PATH or postgresql+psycopg://HOST/NAME")
    if parsed.database == ":memory:":
        raise RegistryError("the register must be a file: one in memory is lost with the program")
    if parsed.drivername == "sqlite":
        _require_plain(url.removeprefix(_SQLITE), parsed)
    return parsed


def _require_plain(path: str, parsed: URL) -> None:
    """Raise RegistryError for a path that programs read in different ways.

    Some read `%20` as a space and the text after `?` as options, others as parts of the file's name.
    """
    for unclear, what in _UNCLEAR.items():
        if re.search(unclear, path):
            raise RegistryError(f"the path of a SQLite register must be written as it is: {what}")
    if path != parsed.database:
        raise RegistryError(f"the address of a SQLite register must be {_SQLITE}PATH")
