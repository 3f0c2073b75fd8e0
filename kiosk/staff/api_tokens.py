"""Keep the tokens of other programs: each has a name and scopes, and only its hash is on disk."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from kiosk.staff.kept_table import KeptTable, TableForm

__all__ = ["ApiToken", "ApiTokenError", "ApiTokens", "Scope", "api_tokens_path"]

MOST_TOKENS: Final = 100
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


_Lines = Mapping[str, ApiToken]
_FILE: TypeAdapter[dict[str, list[ApiToken]]] = TypeAdapter(dict[str, list[ApiToken]])


def api_tokens_path(data_dir: Path) -> Path:
    """Return the path of the tokens' file."""
    return data_dir / "tokens.json"


class ApiTokens:
    """The tokens of one file, which another process may change at any time."""

    def __init__(self, path: Path) -> None:
        self._table = KeptTable(path, _FORM)

    def find(self, shown: str) -> ApiToken | None:
        """Return whose token ``shown`` is, as the file has it now; None if it is nobody's.

        Raises:
            ApiTokenError: The file cannot be read.

        """
        hashed = _hashed(shown)
        return next(
            (token for token in self._table.current().values() if secrets.compare_digest(token.hash, hashed)), None
        )

    def all(self) -> list[ApiToken]:
        """Return every token, ordered by name.

        Raises:
            ApiTokenError: The file cannot be read.

        """
        return list(self._table.current().values())

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
        self._table.change(lambda lines: _added(lines, made))
        return shown

    def revoke(self, name: str) -> None:
        """Remove a token; who shows it is refused from now on, and its streams end.

        Raises:
            ApiTokenError: There is no such token, or the file cannot be changed.

        """
        self._table.change(lambda lines: _without(lines, name))


def _hashed(shown: str) -> str:
    return sha256(shown.encode(errors="replace")).hexdigest()


def _added(lines: _Lines, made: ApiToken) -> _Lines:
    if made.name in lines:
        raise ApiTokenError(f"there is a token {made.name!r} already; revoke it first")
    if len(lines) >= MOST_TOKENS:
        raise ApiTokenError(f"there are {MOST_TOKENS} tokens already; revoke one first")
    return {**lines, made.name: made}


def _without(lines: _Lines, name: str) -> _Lines:
    if name not in lines:
        raise ApiTokenError("there is no such token")
    return {key: kept for key, kept in lines.items() if key != name}


def _parsed(content: bytes) -> list[ApiToken]:
    """Return the tokens of a file's content. Raises ValueError (pydantic's too) or KeyError for anything else."""
    listed = _FILE.validate_json(content)["tokens"]
    if not all(_NAME.fullmatch(token.name) and _HASH.fullmatch(token.hash) and token.scopes for token in listed):
        raise ValueError
    return listed


def _written(tokens: Iterable[ApiToken]) -> bytes:
    return json.dumps({"tokens": [_item(token) for token in tokens]}, indent=1).encode()


def _item(token: ApiToken) -> dict[str, object]:
    return {
        "name": token.name,
        "scopes": sorted(token.scopes),
        "hash": token.hash,
        "created_at": token.created_at.isoformat(),
    }


_FORM = TableForm(_parsed, _written, "the tokens of programs", ApiTokenError)
