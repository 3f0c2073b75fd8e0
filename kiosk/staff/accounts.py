"""Keep the accounts of staff, in a file of their own so that staff can log in when the register is down."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from kiosk.roles import Role
from kiosk.staff.kept_table import KeptTable, TableForm
from kiosk.staff.passwords import hash_password, require_password

__all__ = ["ACCOUNT_NAME", "Account", "AccountError", "Accounts", "accounts_path", "is_account_name", "is_display_name"]

MOST_ACCOUNTS = 200
LONGEST_DISPLAY = 40

ACCOUNT_NAME = r"[a-z0-9][a-z0-9._-]{0,31}"
"""The form of an account's name, as a regular expression without anchors."""

_NAME = re.compile(ACCOUNT_NAME)
_HASH = re.compile(r"\$argon2id\$[A-Za-z0-9$=,+/]{40,200}")
_EPOCH = re.compile(r"[0-9a-f]{16}")

_Lines = Mapping[str, "Account"]


class AccountError(Exception):
    """The accounts cannot be read, kept or changed. The message says what and where, and contains no secret."""


@dataclass(frozen=True, slots=True)
class Account:
    """One member of staff.

    Attributes:
        name: The name that the person logs in with and that journal and history show: lower-case ASCII.
        display: The name that colleagues use, such as 「受付 花子」.
        hash: The hash of the password (argon2id).
        epoch: A value that changes with every new password and role, but not when the same password is hashed again.
            A session ends when it changes.
        role: What the account is for (``kiosk.roles``).

    """

    name: str
    display: str
    hash: str = field(repr=False)
    epoch: str = field(repr=False)
    role: Role = Role.STAFF


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
        self._table = KeptTable(path, _FORM)

    def find(self, name: str) -> Account | None:
        """Return the account as the file has it now; None if there is none.

        Raises:
            AccountError: The file cannot be read.

        """
        return self._table.current().get(name)

    def all(self) -> list[Account]:
        """Return every account, ordered by name.

        Raises:
            AccountError: The file cannot be read.

        """
        return list(self._table.current().values())

    def role_of(self, name: str) -> Role | None:
        """Return the role of an account for the journal; None if there is none, or the file cannot be read."""
        try:
            found = self.find(name)
        except AccountError:
            return None
        return found.role if found else None

    def add(self, name: str, display: str, password: str, role: Role = Role.STAFF) -> None:
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
        made = Account(name, display, hash_password(password), secrets.token_hex(8), role)
        self._table.change(lambda lines: _added(lines, made))

    def remove(self, name: str) -> None:
        """Remove an account and so end its sessions.

        Raises:
            AccountError: There is no such account, or the file cannot be changed.

        """
        self._table.change(lambda lines: _without(lines, name))

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password and so end its sessions.

        Raises:
            AccountError: There is no such account, or the file cannot be changed.
            PasswordRefused: The password is too easy to guess.

        """
        require_password(password, name)
        hashed, epoch = hash_password(password), secrets.token_hex(8)
        self._table.change(lambda lines: {**lines, name: replace(_known(lines, name), hash=hashed, epoch=epoch)})

    def set_role(self, name: str, role: Role) -> None:
        """Give an account another role and so end its sessions.

        Raises:
            AccountError: There is no such account, or the file cannot be changed.

        """
        epoch = secrets.token_hex(8)
        self._table.change(lambda lines: {**lines, name: replace(_known(lines, name), role=role, epoch=epoch)})

    def keep_hash(self, account: Account, hashed: str) -> None:
        """Replace the hash of the same password, unless the account has changed meanwhile.

        Raises:
            AccountError: The file cannot be changed.

        """

        def kept(lines: _Lines) -> _Lines:
            same = lines.get(account.name) == account
            return {**lines, account.name: replace(account, hash=hashed)} if same else lines

        self._table.change(kept)


def _added(lines: _Lines, made: Account) -> _Lines:
    if made.name in lines:
        raise AccountError(f"there is an account {made.name!r} already")
    if len(lines) >= MOST_ACCOUNTS:
        raise AccountError(f"there are {MOST_ACCOUNTS} accounts already; remove one first")
    return {**lines, made.name: made}


def _without(lines: _Lines, name: str) -> _Lines:
    gone = _known(lines, name)
    return {key: kept for key, kept in lines.items() if kept is not gone}


def _known(lines: _Lines, name: str) -> Account:
    if name not in lines:
        raise AccountError("there is no such account")
    return lines[name]


def _parsed(content: bytes) -> list[Account]:
    """Return the accounts of a file's content.

    Raises:
        ValueError, TypeError, KeyError, RecursionError: It has another form.

    """
    return [_account(item) for item in json.loads(content)["accounts"]]


def _account(item: Mapping[str, Any]) -> Account:
    fields = {"role": Role.STAFF.value, **item}  # a file from before the roles has staff alone
    if not all(isinstance(value, str) for value in fields.values()):
        raise TypeError
    account = Account(**{**fields, "role": Role(fields["role"])})
    sound = is_account_name(account.name) and is_display_name(account.display)
    if not (sound and _HASH.fullmatch(account.hash) and _EPOCH.fullmatch(account.epoch)):
        raise ValueError
    return account


def _written(accounts: Iterable[Account]) -> bytes:
    listed = [_item(account) for account in accounts]
    return json.dumps({"accounts": listed}, ensure_ascii=False, indent=1).encode()


def _item(account: Account) -> dict[str, str]:
    """Return the fields that are written. A program from before the roles reads a file in which all are staff."""
    item: dict[str, str] = asdict(account)
    if account.role is Role.STAFF:
        del item["role"]
    return item


_FORM = TableForm(_parsed, _written, "the accounts of staff", AccountError)
