"""Manage the people at the desk: their accounts, how they log in, and their sessions."""

from kiosk.staff.accounts import ACCOUNT_NAME, Account, AccountError, Accounts, accounts_path, is_account_name
from kiosk.staff.attempts import SPAN, Attempts, Batch
from kiosk.staff.devices import LONGEST_COOKIE, with_device
from kiosk.staff.door import Door, LogInRefused
from kiosk.staff.passwords import LONGEST, SHORTEST, PasswordRefused
from kiosk.staff.sessions import Sessions, StaffSession

__all__ = [
    "ACCOUNT_NAME",
    "LONGEST",
    "LONGEST_COOKIE",
    "SHORTEST",
    "SPAN",
    "Account",
    "AccountError",
    "Accounts",
    "Attempts",
    "Batch",
    "Door",
    "LogInRefused",
    "PasswordRefused",
    "Sessions",
    "StaffSession",
    "accounts_path",
    "is_account_name",
    "with_device",
]
