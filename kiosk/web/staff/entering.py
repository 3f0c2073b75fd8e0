"""Let somebody in who has typed a name and a password: what the desk's log-in and the office's have in common."""

from __future__ import annotations

from kiosk.staff import AccountError, Door, LogInRefused, StaffSession
from kiosk.web.staff.misses import Misses
from kiosk.web.staff.refusals import EntryProblem, NotDone

__all__ = ["entered", "has_accounts"]


async def entered(door: Door, misses: Misses, name: str, password: str, device_cookie: str) -> StaffSession:
    """Return a new session. Raises NotDone; a wrong password is noted for the journal."""
    try:
        if not (accounts := door.names()):
            raise NotDone(EntryProblem.NO_ACCOUNTS)
        return await door.log_in(name, password, device_cookie)
    except AccountError:
        raise NotDone(EntryProblem.ACCOUNTS_UNREADABLE) from None
    except LogInRefused as error:
        if not error.pause:
            misses.note(error.account, accounts)
        raise NotDone(EntryProblem.WAIT if error.pause else EntryProblem.WRONG_PASSWORD, wait=error.pause) from None


def has_accounts(door: Door) -> bool:
    """Return whether anybody could log in; if the accounts cannot be read, the log-in itself says so."""
    try:
        return bool(door.names())
    except AccountError:
        return True
