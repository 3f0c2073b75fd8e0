"""The people at the desk: their accounts, how they log in, and the sessions they then have."""

from kiosk.staff.accounts import ACCOUNT_NAME, Account, AccountError, Accounts, accounts_path
from kiosk.staff.door import Door, LogInRefused
from kiosk.staff.passwords import LONGEST, SHORTEST, PasswordRefused
from kiosk.staff.sessions import Session, Sessions

__all__ = [
    "ACCOUNT_NAME",
    "LONGEST",
    "SHORTEST",
    "Account",
    "AccountError",
    "Accounts",
    "Door",
    "LogInRefused",
    "PasswordRefused",
    "Session",
    "Sessions",
    "accounts_path",
]
