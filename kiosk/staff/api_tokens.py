"""Keep the tokens of other programs: each has a name and scopes, and only its hash is on disk."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from kiosk.files import FileError, read_guarded
from kiosk.kept_files import keep_directory_entry, locked, replace_whole

__all__ = ["ApiToken", "ApiTokenError", "ApiTokens", "Scope", "api_tokens_path"]

MOST_TOKENS: Final = 100
_MAX_FILE: Final = 256 * 1024
_TOKEN_BYTES: Final = 32
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")


class Scope(StrEnum):
    """What a token lets a program do."""

    VISIT_READ = "visit:read"
    """The visit, its changes and the finished visits, without personal data."""
    MEMBER_READ = "member:read"
    """The same, with personal data of whoever has proved who they are; and by FHIR those of every member."""
    VISIT_ACT = "visit:act"
    """The buttons of the visitor's page, but for the 暗証番号 and for asking for documents."""
    STAFF_CONFIRM = "staff:confirm"
    """The 目視確認 in the name of an account of staff."""


class ApiTokenError(Exception):
    """The tokens cannot be read, kept or changed. The message says what and where, and contains no secret."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One program's token.

    Attributes:
        name: How the administrator calls the program.
        scopes: What it may do.
        hash: SHA-256 of the token, in hex. A token is 256 random bits, so nobody finds it by trying.
        created_at: When it was made (UTC).

    """

    name: str
    scopes: frozenset[Scope]
    hash: str = field(repr=False)
    created_at: datetime


_Table = dict[str, ApiToken]
_FILE: TypeAdapter[dict[str, list[ApiToken]]] = TypeAdapter(dict[str, list[ApiToken]])


def api_tokens_path(data_dir: Path) -> Path:
    """Return the path of the tokens' file."""
    return data_dir / "tokens.json"


class ApiTokens:
    """The tokens of one file, which another process may change at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, ...] | None = None
        self._table: _Table = {}

    def find(self, shown: str) -> ApiToken | None:
        """Return whose token ``shown`` is, as the file has it now; None if it is nobody's.

        Raises:
            ApiTokenError: The file cannot be read.

        """
        hashed = _hashed(shown)
        return next((token for token in self._current().values() if secrets.compare_digest(token.hash, hashed)), None)

    def all(self) -> list[ApiToken]:
        """Return every token, ordered by name.

        Raises:
            ApiTokenError: The file cannot be read.

        """
        return [token for _, token in sorted(self._current().items())]

    def add(self, name: str, scopes: Collection[Scope]) -> str:
        """Add a token and return it; nothing can show it again.

        Raises:
            ApiTokenError: The name is not accepted, there is no scope, or the file cannot be changed.

        """
        if not _NAME.fullmatch(name):
            raise ApiTokenError("a name has 1 to 64 letters (A-Z), digits, dots, dashes or underscores")
        if not scopes:
            raise ApiTokenError("a token needs at least one scope")
        shown = secrets.token_urlsafe(_TOKEN_BYTES)
        made = ApiToken(name, frozenset(scopes), _hashed(shown), datetime.now(UTC).replace(microsecond=0))
        self._change(lambda table: _added(table, made))
        return shown

    def revoke(self, name: str) -> None:
        """Remove a token; who shows it is refused from now on, and its streams end.

        Raises:
            ApiTokenError: There is no such token, or the file cannot be changed.

        """
        self._change(lambda table: _without(table, name))

    def _current(self) -> _Table:
        seen = _stamp(self._path)
        if seen != self._seen:
            self._table, self._seen = _read(self._path), seen
        return self._table

    def _change(self, change: Callable[[_Table], _Table]) -> None:
        """Replace the tokens by what ``change`` makes of them, in one step, while no other process does the same."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(self._path.with_suffix(".lock")):
                _write(self._path, change(_read(self._path)))
        except OSError as error:
            raise ApiTokenError(f"{self._path}: {error.strerror}") from None


def _hashed(shown: str) -> str:
    return sha256(shown.encode(errors="replace")).hexdigest()


def _added(table: _Table, made: ApiToken) -> _Table:
    if made.name in table:
        raise ApiTokenError(f"there is a token {made.name!r} already; revoke it first")
    if len(table) >= MOST_TOKENS:
        raise ApiTokenError(f"there are {MOST_TOKENS} tokens already; revoke one first")
    return {**table, made.name: made}


def _without(table: _Table, name: str) -> _Table:
    if name not in table:
        raise ApiTokenError("there is no such token")
    return {key: kept for key, kept in table.items() if key != name}


def _stamp(path: Path) -> tuple[int, ...] | None:
    """Return a value that changes with the file; None if there is no file. Raises ApiTokenError."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ApiTokenError(f"{path}: {error.strerror}") from None
    return state.st_ino, state.st_mtime_ns, state.st_size, state.st_mode


def _read(path: Path) -> _Table:
    """Return the tokens of a file; an empty table if there is no file. Raises ApiTokenError."""
    if _stamp(path) is None:
        return {}
    try:
        listed = _FILE.validate_json(read_guarded(path, _MAX_FILE))["tokens"]
    except FileError as error:
        raise ApiTokenError(f"{path}: {error}") from None
    except (ValidationError, KeyError):
        raise ApiTokenError(f"{path}: does not hold the tokens of programs") from None
    if not all(_NAME.fullmatch(token.name) and _HASH.fullmatch(token.hash) and token.scopes for token in listed):
        raise ApiTokenError(f"{path}: does not hold the tokens of programs")
    return {token.name: token for token in listed}


def _write(path: Path, table: _Table) -> None:
    """Replace the file: a revoked token does not come back with a power cut. Raises OSError."""
    replace_whole(path, json.dumps({"tokens": [_item(token) for _, token in sorted(table.items())]}, indent=1).encode())
    keep_directory_entry(path.parent)


def _item(token: ApiToken) -> dict[str, object]:
    return {
        "name": token.name,
        "scopes": sorted(token.scopes),
        "hash": token.hash,
        "created_at": token.created_at.isoformat(),
    }
