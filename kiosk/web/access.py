"""Recognise callers and decide what each of them may do."""

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
    """A right beyond watching and pressing the buttons that change only the screen."""

    ENTER_PIN = "pin"
    ASK_FOR_DOCUMENT = "request"
    CONFIRM = "staff:confirm"
    READ_MEMBERS = "member:read"


@dataclass(frozen=True, slots=True)
class Caller:
    """The owner of the secret that came with the request, and what it allows."""

    name: str
    rights: frozenset[Right]


_VISITOR = Caller("visitor", frozenset({Right.ENTER_PIN, Right.ASK_FOR_DOCUMENT}))
_NEEDED = {"pin": Right.ENTER_PIN, "request": Right.ASK_FOR_DOCUMENT, "staff_confirm": Right.CONFIRM}


class Access:
    """Dependencies that find a caller by a secret, or raise ApiRefusal; ``rights`` are those of the API's token."""

    def __init__(self, tokens: Tokens, rights: frozenset[Right] = frozenset()) -> None:
        self._tokens, self._api = tokens, Caller("api", rights)

    def grants(self, right: Right) -> bool:
        """Return whether any caller has ``right``."""
        return right in _VISITOR.rights | self._api.rights

    async def anyone_known(self, request: Request, bearer: _Bearer, cookie: _Cookie) -> Caller:
        """Return the caller. An Authorization header counts alone: the cookie does not make up for a wrong token.

        Raises:
            ApiRefusal: The secret is missing or wrong.

        """
        if "authorization" not in request.headers:
            return await self.visitor(cookie)
        if bearer is None or not self._tokens.is_api(bearer.credentials.strip()):
            raise ApiRefusal(ErrorCode.UNAUTHENTICATED)
        return self._api

    async def member_reader(self, bearer: _Bearer) -> Caller:
        """Return the caller, who has a token that may read what is known of a member; the page's cookie never may.

        Raises:
            ApiRefusal: The token is missing, wrong, or may not.

        """
        if bearer is None or not self._tokens.is_api(bearer.credentials.strip()):
            raise ApiRefusal(ErrorCode.UNAUTHENTICATED)
        if Right.READ_MEMBERS not in self._api.rights:
            raise ApiRefusal(ErrorCode.NOT_PERMITTED)
        return self._api

    async def has_token(self, bearer: _Bearer) -> bool:
        """Return whether the caller has the API's token; a wrong one counts as none."""
        return bearer is not None and self._tokens.is_api(bearer.credentials.strip())

    async def visitor(self, cookie: _Cookie) -> Caller:
        """Return the visitor page, recognised by its cookie.

        Raises:
            ApiRefusal: The cookie is missing or wrong.

        """
        if not self._tokens.is_visitor(cookie or ""):
            raise ApiRefusal(ErrorCode.UNAUTHENTICATED)
        return _VISITOR


def require_permission(caller: Caller, action: str) -> None:
    """Check that ``caller`` may do the action of that name.

    A 暗証番号 may come only from the keys of the visitor page, and only the person whom a document is for may ask for
    it. A
    目視確認 is an act of somebody at the desk, which neither the page nor a plain token can claim.

    Raises:
        ApiRefusal: The caller may not do it.

    """
    needed = _NEEDED.get(action)
    if needed is not None and needed not in caller.rights:
        raise ApiRefusal(ErrorCode.NOT_PERMITTED)


def require_account(action: Action, accounts: Accounts) -> None:
    """Check that a 目視確認 names an account of ``kiosk staff``. Reads a file.

    Raises:
        ApiRefusal: There is no such account, or the accounts cannot be read.

    """
    if not isinstance(action, StaffConfirm):
        return
    try:
        known = accounts.find(action.staff)
    except AccountError:
        raise ApiRefusal(ErrorCode.ACCOUNTS_UNREADABLE) from None
    if known is None:
        raise ApiRefusal(ErrorCode.NO_SUCH_ACCOUNT, Misfit("staff", "there is no such account of `kiosk staff`"))


def is_own_navigation(request: Request) -> bool:
    """Return whether a browser opens the page itself, and not as a frame, an image or a script's fetch.

    No browser of today leaves out the Fetch Metadata headers. If they are missing, the Host and Origin checks must be
    enough: such a client could send anything it likes.
    """
    mode, destination = request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest")
    return mode in {None, "navigate"} and destination in {None, "document"}
