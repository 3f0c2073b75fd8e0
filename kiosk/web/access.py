"""Who is calling, and what that caller may do."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from kiosk.reception import Action, AskForDocument, EnterPin, StaffConfirm
from kiosk.web.errors import ErrorCode, Refusal
from kiosk.web.tokens import COOKIE, Tokens

__all__ = ["Access", "Caller", "is_own_navigation", "require_permission"]

_BEARER = HTTPBearer(
    scheme_name="bearer",
    description="The token of data_dir/api-token. A 暗証番号 is never taken with it.",
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


class Caller(StrEnum):
    """Whose secret came with the request."""

    API = "api"
    VISITOR = "visitor"


class Access:
    """Dependencies that know a caller by the secret; raise Refusal."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def anyone_known(self, request: Request, bearer: _Bearer, cookie: _Cookie) -> Caller:
        """Return who calls. An Authorization header counts alone: the cookie does not mend a wrong token."""
        if "authorization" not in request.headers:
            return await self.visitor(cookie)
        if bearer is None or not self._tokens.is_api(bearer.credentials.strip()):
            raise Refusal(ErrorCode.UNAUTHENTICATED)
        return Caller.API

    async def has_token(self, bearer: _Bearer) -> bool:
        """Return whether the caller has the token of the API; a wrong one is as good as none."""
        return bearer is not None and self._tokens.is_api(bearer.credentials.strip())

    async def visitor(self, cookie: _Cookie) -> Caller:
        """Return VISITOR for the visitor page, by its cookie."""
        if not self._tokens.is_visitor(cookie or ""):
            raise Refusal(ErrorCode.UNAUTHENTICATED)
        return Caller.VISITOR


def require_permission(caller: Caller, action: Action) -> None:
    """Raise Refusal where ``caller`` may not do ``action``.

    A 暗証番号 comes from the keys of the visitor page and from nowhere else, and a document is asked for by the person
    it is for; the 目視確認 is an act of staff, which the visitor page cannot claim. The other buttons change nothing
    but the screen.
    """
    match action:
        case EnterPin() | AskForDocument() if caller is not Caller.VISITOR:
            raise Refusal(ErrorCode.NOT_PERMITTED)
        case StaffConfirm() if caller is not Caller.API:
            raise Refusal(ErrorCode.NOT_PERMITTED)


def is_own_navigation(request: Request) -> bool:
    """Return whether a browser opens the page as such, not as a frame, an image or a script's fetch.

    Where the Fetch Metadata headers are missing (no browser of today leaves them out) the Host and Origin checks
    have to do: such a client could send whatever it likes.
    """
    mode, destination = request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest")
    return mode in {None, "navigate"} and destination in {None, "document"}
