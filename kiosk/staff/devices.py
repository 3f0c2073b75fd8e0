"""Recognise browsers in which somebody has logged in before, by a cookie with one sealed entry per account.

The cookie grants no access. It only says that the wrong passwords of strangers are not this browser's. An entry ends
with a new password, with the account itself, and with a hash of newer parameters, until the next log-in renews it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from hashlib import sha256

from kiosk.staff.accounts import Account

__all__ = ["LONGEST_COOKIE", "device_in", "with_device"]

LONGEST_COOKIE = 2048
_MOST = 8
_ID_BYTES = 12


def device_in(cookie: str, account: Account) -> str | None:
    """Return the id under which ``account`` has logged in with this browser before; None if it has not."""
    for name, device, seal in _entries(cookie):
        if name == account.name and hmac.compare_digest(seal.encode(), _seal(account, device).encode()):
            return device
    return None


def with_device(cookie: str, account: Account) -> str:
    """Return the cookie of a browser in which ``account`` has just logged in, with at most seven others' entries."""
    device = device_in(cookie, account) or secrets.token_hex(_ID_BYTES)
    others = [":".join(entry) for entry in _entries(cookie) if entry[0] != account.name]
    return "~".join([f"{account.name}:{device}:{_seal(account, device)}", *others[: _MOST - 1]])


def _entries(cookie: str) -> Iterator[tuple[str, str, str]]:
    if len(cookie) > LONGEST_COOKIE or not cookie.isascii():
        return
    for entry in cookie.split("~")[:_MOST]:
        name, _, rest = entry.partition(":")
        device, _, seal = rest.partition(":")
        if device and seal:
            yield name, device, seal


def _seal(account: Account, device: str) -> str:
    key = f"{account.epoch}{account.hash}".encode()
    return hmac.new(key, f"kiosk staff device 1\0{account.name}\0{device}".encode(), sha256).hexdigest()
