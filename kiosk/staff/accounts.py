"""Keep the accounts of staff, in a file of their own so that staff can log in when the register is down."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from kiosk.files import FileError, read_guarded
from kiosk.kept_files import keep_directory_entry, locked, replace_whole
from kiosk.staff.passwords import hash_password, require_password

__all__ = ["ACCOUNT_NAME", "Account", "AccountError", "Accounts", "accounts_path", "is_account_name", "is_display_name"]

MOST_ACCOUNTS = 200
LONGEST_DISPLAY = 40

ACCOUNT_NAME = r"[a-z0-9][a-z0-9._-]{0,31}"
"""The form of an account's name, as a regular expression without anchors."""

_MAX_FILE = 256 * 1024
_NAME = re.compile(ACCOUNT_NAME)
_HASH = re.compile(r"\$argon2id\$[A-Za-z0-9$=,+/]{40,200}")
_EPOCH = re.compile(r"[0-9a-f]{16}")

_Table = dict[str, "Account"]


class AccountError(Exception):
    """The accounts cannot be read, kept or changed. The message says what and where, and contains no secret."""


@dataclass(frozen=True, slots=True)
class Account:
    """One member of staff.

    Attributes:
        name: The name that the person logs in with and that journal and history show: lower-case ASCII.
        display: The name that colleagues use, such as 「受付 花子」.
        hash: The hash of the password (argon2id).
        epoch: A value that changes with every new password, but not when the same password is hashed again. A session
            ends when it changes.

    """

    name: str
    display: str
    hash: str = field(repr=False)
    epoch: str = field(repr=False)


def accounts_path(data_dir: Path) -> Path:
    """Return the path of the accounts' file."""
    return data_dir / "staff.json"


def is_account_name(text: str) -> bool:
    """Return whether ``text`` has the form of an account's name."""
    return _NAME.fullmatch(text) is not None


def is_display_name(text: str) -> bool:
    """Return whether ``text`` may be shown as a person's name."""
    return 1 <= len(text) <= LONGEST_DISPLAY and text.isprintable() and text == text.strip()


class Accounts:
    """The accounts of one file, which another process may change at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, ...] | None = None
        self._table: _Table = {}

    def find(self, name: str) -> Account | None:
        """Return the account as the file has it now; None if there is none.

        Raises:
            AccountError: The file cannot be read.

        """
        return self._current().get(name)

    def all(self) -> list[Account]:
        """Return every account, ordered by name.

        Raises:
            AccountError: The file cannot be read.

        """
        return [account for _, account in sorted(self._current().items())]

    def add(self, name: str, display: str, password: str) -> None:
        """Add an account.

        Raises:
            AccountError: The name or the display name is not accepted, or the file cannot be changed.
            PasswordRefused: The password is too easy to guess.

        """
        if not is_account_name(name):
            raise AccountError("a name has 1 to 32 lower-case letters, digits, dots, dashes or underscores")
        if not is_display_name(display):
            raise AccountError(f"a display name has 1 to {LONGEST_DISPLAY} printable characters")
        require_password(password, name)
        made = Account(name, display, hash_password(password), secrets.token_hex(8))
        self._change(lambda table: _added(table, made))

    def remove(self, name: str) -> None:
        """Remove an account and so end its sessions.

        Raises:
            AccountError: There is no such account, or the file cannot be changed.

        """
        self._change(lambda table: _without(table, name))

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password and so end its sessions.

        Raises:
            AccountError: There is no such account, or the file cannot be changed.
            PasswordRefused: The password is too easy to guess.

        """
        require_password(password, name)
        hashed, epoch = hash_password(password), secrets.token_hex(8)
        self._change(lambda table: {**table, name: replace(_known(table, name), hash=hashed, epoch=epoch)})

    def keep_hash(self, account: Account, hashed: str) -> None:
        """Replace the hash of the same password, unless the account has changed meanwhile.

        Raises:
            AccountError: The file cannot be changed.

        """

        def kept(table: _Table) -> _Table:
            same = table.get(account.name) == account
            return {**table, account.name: replace(account, hash=hashed)} if same else table

        self._change(kept)

    def _current(self) -> _Table:
        seen = _stamp(self._path)
        if seen != self._seen:
            self._table, self._seen = _read(self._path), seen
        return self._table

    def _change(self, change: Callable[[_Table], _Table]) -> None:
        """Replace the accounts by what ``change`` makes of them, in one step, while no other process does the same."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(self._path.with_suffix(".lock")):
                _write(self._path, change(_read(self._path)))
        except OSError as error:
            raise AccountError(f"{self._path}: {error.strerror}") from None


def _added(table: _Table, made: Account) -> _Table:
    if made.name in table:
        raise AccountError(f"there is an account {made.name!r} already")
    if len(table) >= MOST_ACCOUNTS:
        raise AccountError(f"there are {MOST_ACCOUNTS} accounts already; remove one first")
    return {**table, made.name: made}


def _without(table: _Table, name: str) -> _Table:
    gone = _known(table, name)
    return {key: kept for key, kept in table.items() if kept is not gone}


def _known(table: _Table, name: str) -> Account:
    if name not in table:
        raise AccountError("there is no such account")
    return table[name]


def _stamp(path: Path) -> tuple[int, ...] | None:
    """Return a value that changes with the file; None if there is no file.

    Raises:
        AccountError: The file cannot be read.

    """
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise AccountError(f"{path}: {error.strerror}") from None
    return state.st_ino, state.st_mtime_ns, state.st_size, state.st_mode


def _read(path: Path) -> _Table:
    """Return the accounts of a file; an empty table if there is no file.

    Raises:
        AccountError: The file cannot be read, or has another form.

    """
    if _stamp(path) is None:
        return {}
    try:
        listed = json.loads(read_guarded(path, _MAX_FILE))["accounts"]
        accounts = [_account(item) for item in listed]
    except FileError as error:
        raise AccountError(f"{path}: {error}") from None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise AccountError(f"{path}: does not hold the accounts of staff") from None
    return {account.name: account for account in accounts}


def _account(item: Mapping[str, Any]) -> Account:
    account = Account(**item)
    if not all(isinstance(value, str) for value in item.values()):
        raise TypeError
    sound = is_account_name(account.name) and is_display_name(account.display)
    if not (sound and _HASH.fullmatch(account.hash) and _EPOCH.fullmatch(account.epoch)):
        raise ValueError
    return account


def _write(path: Path, table: _Table) -> None:
    """Replace the file: a removed account does not come back with a power cut.

    Raises:
        OSError: The file cannot be written.

    """
    accounts = [asdict(account) for _, account in sorted(table.items())]
    replace_whole(path, json.dumps({"accounts": accounts}, ensure_ascii=False, indent=1).encode())
    keep_directory_entry(path.parent)
