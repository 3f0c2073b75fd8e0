"""Recognise callers and decide what each of them may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from kiosk.reception import Action, StaffConfirm
from kiosk.roles import Part, may_use
from kiosk.staff import AccountError, Accounts, ApiToken, ApiTokenError, ApiTokens
from kiosk.web.errors import ApiRefusal, ErrorCode
from kiosk.web.misfits import Misfit
from kiosk.web.tokens import COOKIE, Tokens

__all__ = [
    "Access",
    "Caller",
    "Right",
    "is_own_navigation",
    "require_account",
    "require_any_act",
    "require_permission",
]

_BEARER = HTTPBearer(
    scheme_name="bearer",
    description="A token of `kiosk token add`, or that of data_dir/api-token, which has the scope visit:read alone.",
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
    """What a caller may do: the scopes of tokens, and what no token ever has."""

    READ = "visit:read"
    READ_MEMBERS = "member:read"
    ACT = "visit:act"
    CONFIRM = "staff:confirm"
    ENTER_PIN = "pin"
    ASK_FOR_DOCUMENT = "request"


@dataclass(frozen=True, slots=True)
class Caller:
    """The owner of the secret that came with the request, and what it allows. ``token`` is that of a program."""

    name: str
    rights: frozenset[Right]
    token: ApiToken | None = None

    def may(self, right: Right) -> bool:
        """Return whether the caller has a right; who may read of members may read without them too."""
        return right in self.rights or (right is Right.READ and Right.READ_MEMBERS in self.rights)

    @property
    def is_program(self) -> bool:
        """Whether this is a program with a token, and not the visitor's page."""
        return self is not _VISITOR


_VISITOR = Caller("visitor", frozenset({Right.READ, Right.ACT, Right.ENTER_PIN, Right.ASK_FOR_DOCUMENT}))
_READER = Caller("api", frozenset({Right.READ}))
_NEEDED = {"pin": Right.ENTER_PIN, "request": Right.ASK_FOR_DOCUMENT, "staff_confirm": Right.CONFIRM}


class Access:
    """Dependencies that find a caller by a secret, or raise ApiRefusal."""

    def __init__(self, tokens: Tokens, programs: ApiTokens) -> None:
        self._tokens, self._programs = tokens, programs

    async def anyone_known(self, request: Request, bearer: _Bearer, cookie: _Cookie) -> Caller:
        """Return the caller. An Authorization header counts alone: the cookie does not make up for a wrong token.

        Raises:
            ApiRefusal: The secret is missing or wrong.

        """
        if "authorization" not in request.headers:
            return await self.visitor(cookie)
        program = self._program(bearer)
        if program is None:
            raise ApiRefusal(ErrorCode.UNAUTHENTICATED)
        return program

    async def reader(self, request: Request, bearer: _Bearer, cookie: _Cookie) -> Caller:
        """Return a caller who may see the visit.

        Raises:
            ApiRefusal: The secret is missing or wrong, or allows something else.

        """
        caller = await self.anyone_known(request, bearer, cookie)
        if not caller.may(Right.READ):
            raise ApiRefusal(ErrorCode.NOT_PERMITTED)
        return caller

    async def reading_program(self, request: Request, bearer: _Bearer, cookie: _Cookie) -> Caller:
        """Return a program that may see visits. The visitor's page sees none but its own.

        Raises:
            ApiRefusal: The secret is missing or wrong, or allows something else.

        """
        caller = await self.reader(request, bearer, cookie)
        if not caller.is_program:
            raise ApiRefusal(ErrorCode.NOT_PERMITTED)
        return caller

    async def member_reader(self, bearer: _Bearer) -> Caller:
        """Return the caller, who has a token that may read what is known of a member; the page's cookie never may.

        Raises:
            ApiRefusal: The token is missing, wrong, or may not.

        """
        program = self._program(bearer)
        if program is None:
            raise ApiRefusal(ErrorCode.UNAUTHENTICATED)
        if not program.may(Right.READ_MEMBERS):
            raise ApiRefusal(ErrorCode.NOT_PERMITTED)
        return program

    async def has_token(self, bearer: _Bearer) -> bool:
        """Return whether the caller has a token that may see the visit; a wrong one counts as none."""
        program = self._program(bearer)
        return program is not None and program.may(Right.READ)

    def is_current(self, caller: Caller) -> bool:
        """Return whether the caller's token has not been revoked since."""
        try:
            return caller.token is None or caller.token in self._programs.all()
        except ApiTokenError:
            return False

    def _program(self, bearer: _Bearer) -> Caller | None:
        """Return the program whose token this is. While the tokens cannot be read it is nobody's, and S-14 says so."""
        if bearer is None:
            return None
        shown = bearer.credentials.strip()
        if self._tokens.is_api(shown):
            return _READER
        try:
            token = self._programs.find(shown)
        except ApiTokenError:
            return None
        return Caller(token.name, frozenset(map(Right, token.scopes)), token) if token else None

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
    it. A 目視確認 is an act of somebody at the desk, which takes a scope of its own. Every other action takes
    ``visit:act``.

    Raises:
        ApiRefusal: The caller may not do it.

    """
    if not caller.may(_NEEDED.get(action, Right.ACT)):
        raise ApiRefusal(ErrorCode.NOT_PERMITTED)


def require_any_act(caller: Caller) -> None:
    """Check that ``caller`` may do anything at all, before its body is looked at.

    Raises:
        ApiRefusal: The caller may only read.

    """
    if not (caller.may(Right.ACT) or caller.may(Right.CONFIRM)):
        raise ApiRefusal(ErrorCode.NOT_PERMITTED)


def require_account(action: Action, accounts: Accounts) -> None:
    """Check that a 目視確認 names an account of ``kiosk staff`` that may work at the desk. Reads a file.

    Raises:
        ApiRefusal: There is no such account, it is not one of the desk, or the accounts cannot be read.

    """
    if not isinstance(action, StaffConfirm):
        return
    try:
        known = accounts.find(action.staff)
    except AccountError:
        raise ApiRefusal(ErrorCode.ACCOUNTS_UNREADABLE) from None
    if known is None:
        raise ApiRefusal(ErrorCode.NO_SUCH_ACCOUNT, Misfit("staff", "there is no such account of `kiosk staff`"))
    if not may_use(known.role, Part.DESK):
        raise ApiRefusal(ErrorCode.NO_SUCH_ACCOUNT, Misfit("staff", f"the role {known.role} is not one of the desk"))


def is_own_navigation(request: Request) -> bool:
    """Return whether a browser opens the page itself, and not as a frame, an image or a script's fetch.

    No browser of today leaves out the Fetch Metadata headers. If they are missing, the Host and Origin checks must be
    enough: such a client could send anything it likes.
    """
    mode, destination = request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest")
    return mode in {None, "navigate"} and destination in {None, "document"}
