"""Keep the two secrets of the web: the API's token, in a file, and the visitor page's cookie, new at every start."""

from __future__ import annotations

import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path

__all__ = ["API_TOKEN_FILE", "COOKIE", "TokenError", "TokenNotKept", "Tokens", "api_token", "kept_api_token"]

API_TOKEN_FILE = "api-token"  # noqa: S105 (a file's name)
COOKIE = "kiosk_visitor"
_FORM = re.compile(r"[A-Za-z0-9_-]{43,86}")
_MAX_FILE = 4096


class TokenError(Exception):
    """The token file cannot be made or does not hold a token; the message names the file, never its content."""


class TokenNotKept(TokenError):
    """The disk cannot store or give the token now: it is full, read-only or missing."""


class Tokens:
    """Recognises the secrets. The visitor page's secret is made here and ends with the process.

    ``api`` is None as long as the disk has not given it; no secret matches it then.
    """

    def __init__(self, api: str | None) -> None:
        self.api = api
        self.visitor = secrets.token_urlsafe(32)

    def is_api(self, shown: str) -> bool:
        """Return whether ``shown`` is the API's token, in constant time."""
        return self.api is not None and _same(shown, self.api)

    def is_visitor(self, shown: str) -> bool:
        """Return whether ``shown`` is the visitor page's cookie, in constant time."""
        return _same(shown, self.visitor)


def _same(shown: str, secret: str) -> bool:
    return secrets.compare_digest(shown.encode(errors="replace"), secret.encode())


def api_token(data_dir: Path) -> str:
    """Return the token of ``data_dir/api-token``, which is made on first use with mode 0600.

    Raises:
        TokenError: The file does not hold a token, or is not safe.
        TokenNotKept: The disk cannot store or give the token now.

    """
    path = data_dir / API_TOKEN_FILE
    try:
        if not path.exists():
            _create(path)
        text = _read(path)
    except OSError as error:
        raise TokenNotKept(f"{path}: {error.strerror}") from error
    if not _FORM.fullmatch(text):
        raise TokenError(f"{path}: does not hold a token; delete the file to have a new one made")
    return text


def kept_api_token(data_dir: Path) -> str | None:
    """Return the token of ``data_dir/api-token``; None if there is none or it cannot be read. Never makes one."""
    try:
        text = _read(data_dir / API_TOKEN_FILE)
    except (OSError, TokenError):
        return None
    return text if _FORM.fullmatch(text) else None


def _read(path: Path) -> str:
    """Return the text of a regular file, made private first: neither a link nor a pipe can take its place."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise TokenError(f"{path}: not a regular file")
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) != 0o600:  # on a read-only disk its mode cannot be changed
            os.fchmod(file.fileno(), 0o600)
        return file.read(_MAX_FILE).decode("ascii", "replace").strip()


def _create(path: Path) -> None:
    """Write a new token beside ``path`` and link it there in one step; a file of a faster process remains."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
