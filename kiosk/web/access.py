"""Who is calling, and what that caller may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from kiosk.reception import Action, StaffConfirm
from kiosk.staff import AccountError, Accounts
from kiosk.web.errors import ApiRefusal, ErrorCode
from kiosk.web.misfits import Misfit
from kiosk.web.tokens import COOKIE, Tokens

__all__ = ["Access", "Caller", "Right", "is_own_navigation", "require_account", "require_permission"]

_BEARER = HTTPBearer(
    scheme_name="bearer",
    description="The token of data_dir/api-token. Neither a 暗証番号 nor a 目視確認 is taken with it.",
    auto_error=False,
)
_COOKIE = APIKeyCookie(
    scheme_name="cookie",
    name=COOKIE,
    description="The cookie that the visitor page is given. The 目視確認 is never taken with it.",
    auto_error=False,
)
_Cookie = Annotated[str | None, Depends(_COOKIE)]
_Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


class Right(StrEnum):
    """What a caller may do beside looking on and pressing the buttons that change nothing but the screen."""

    ENTER_PIN = "pin"
    ASK_FOR_DOCUMENT = "request"
    CONFIRM = "staff:confirm"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose secret came with the request, and what it lets its holder do."""

    name: str
    rights: frozenset[Right]


_VISITOR = Caller("visitor", frozenset({Right.ENTER_PIN, Right.ASK_FOR_DOCUMENT}))
_NEEDED = {"pin": Right.ENTER_PIN, "request": Right.ASK_FOR_DOCUMENT, "staff_confirm": Right.CONFIRM}


class Access:
    """Dependencies that know a caller by the secret; raise Refusal. ``rights`` are those of the API's token."""

    def __init__(self, tokens: Tokens, rights: frozenset[Right] = frozenset()) -> None:
        self._tokens, self._api = tokens, Caller("api", rights)

    def grants(self, right: Right) -> bool:
        """Return whether any caller has ``right``."""
        return right in _VISITOR.rights | self._api.rights

    async def anyone_known(self, request: Request, bearer: _Bearer, cookie: _Cookie) -> Caller:
        """Return who calls. An Authorization header counts alone: the cookie does not mend a wrong token."""
        if "authorization" not in request.headers:
            return await self.visitor(cookie)
        if bearer is None or not self._tokens.is_api(bearer.credentials.strip()):
            raise ApiRefusal(ErrorCode.UNAUTHENTICATED)
        return self._api

    async def has_token(self, bearer: _Bearer) -> bool:
        """Return whether the caller has the token of the API; a wrong one is as good as none."""
        return bearer is not None and self._tokens.is_api(bearer.credentials.strip())

    async def visitor(self, cookie: _Cookie) -> Caller:
        """Return the visitor page, by its cookie."""
        if not self._tokens.is_visitor(cookie or ""):
            raise ApiRefusal(ErrorCode.UNAUTHENTICATED)
        return _VISITOR


def require_permission(caller: Caller, action: str) -> None:
    """Raise Refusal where ``caller`` may not do the action of that name.

    A 暗証番号 comes from the keys of the visitor page and from nowhere else, and a document is asked for by the person
    it is for. A 目視確認 is an act of somebody at the desk, which neither the page nor a plain token can claim.
    """
    needed = _NEEDED.get(action)
    if needed is not None and needed not in caller.rights:
        raise ApiRefusal(ErrorCode.NOT_PERMITTED)


def require_account(action: Action, accounts: Accounts) -> None:
    """Raise Refusal where a 目視確認 names somebody who has no account of `kiosk staff`. Reads a file."""
    if not isinstance(action, StaffConfirm):
        return
    try:
        known = accounts.find(action.staff)
    except AccountError:
        raise ApiRefusal(ErrorCode.ACCOUNTS_UNREADABLE) from None
    if known is None:
        raise ApiRefusal(ErrorCode.NO_SUCH_ACCOUNT, Misfit("staff", "there is no such account of `kiosk staff`"))


def is_own_navigation(request: Request) -> bool:
    """Return whether a browser opens the page as such, not as a frame, an image or a script's fetch.

    Where the Fetch Metadata headers are missing (no browser of today leaves them out) the Host and Origin checks
    have to do: such a client could send whatever it likes.
    """
    mode, destination = request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest")
    return mode in {None, "navigate"} and destination in {None, "document"}
