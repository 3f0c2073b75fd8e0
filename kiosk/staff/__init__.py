"""Manage who may use the kiosk's ports: accounts of staff, log-in and sessions, and the tokens of other programs."""

from kiosk.staff.accounts import ACCOUNT_NAME, Account, AccountError, Accounts, accounts_path, is_account_name
from kiosk.staff.api_tokens import ApiToken, ApiTokenError, ApiTokens, Scope, api_tokens_path
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
    "ApiToken",
    "ApiTokenError",
    "ApiTokens",
    "Attempts",
    "Batch",
    "Door",
    "LogInRefused",
    "PasswordRefused",
    "Scope",
    "Sessions",
    "StaffSession",
    "accounts_path",
    "api_tokens_path",
    "is_account_name",
    "with_device",
]
