"""Recognise who uses the staff page, by the session's cookie and nothing else."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.security import APIKeyCookie

from kiosk.roles import ROLE_NAMES, Part, may_use
from kiosk.staff import Sessions, StaffSession, with_device
from kiosk.web.staff.refusals import EntryProblem, NotDone

__all__ = ["COOKIE", "StaffAccess"]

COOKIE = "kiosk_staff"
_DEVICE_COOKIE = "kiosk_device"
_DEVICE_KEPT = 180 * 24 * 3600  # seconds
_COOKIE = APIKeyCookie(
    scheme_name="session",
    name=COOKIE,
    description="The session of somebody who has logged in; it locks itself when it is not used.",
    auto_error=False,
)
_Cookie = Annotated[str | None, Depends(_COOKIE)]


class StaffAccess:
    """Dependencies that find a session by its cookie, for one part of the port (``part``)."""

    def __init__(self, sessions: Sessions, secure_hosts: frozenset[str], part: Part, log_in: str) -> None:
        """Take the sessions; ``secure_hosts`` can be reached only through TLS, ``log_in`` is where people log in."""
        self._sessions, self._secure_hosts, self.part, self._log_in = sessions, secure_hosts, part, log_in

    async def known(self, cookie: _Cookie) -> StaffSession:
        """Return the session, locked or not.

        Raises:
            NotDone: There is no session.

        """
        session = self._sessions.find(cookie or "")
        if session is None:
            raise NotDone(EntryProblem.LOGGED_OUT)
        return session

    async def open(self, cookie: _Cookie) -> StaffSession:
        """Return the session if it is not locked and its role may use this part.

        Raises:
            NotDone: There is no session, it is locked, or the role may not.

        """
        session = await self.of_role(cookie)
        if session.locked:
            raise NotDone(EntryProblem.LOCKED)
        return session

    async def any_role(self, cookie: _Cookie) -> None:
        """Start the idle time of a session anew, whatever part its role may use.

        Raises:
            NotDone: There is no session, or it is locked.

        """
        session = await self.known(cookie)
        if session.locked:
            raise NotDone(EntryProblem.LOCKED)
        self._sessions.touch(session)

    async def of_role(self, cookie: _Cookie) -> StaffSession:
        """Return the session, locked or not, if its role may use this part.

        Raises:
            NotDone: There is no session, or the role may not.

        """
        session = await self.known(cookie)
        if not may_use(session.account.role, self.part):
            raise NotDone(EntryProblem.WRONG_ROLE, fields=ROLE_NAMES[session.account.role])
        return session

    async def at_work(self, cookie: _Cookie) -> StaffSession:
        """Return the session of somebody who acts, and start its idle time anew.

        Raises:
            NotDone: There is no session, it is locked, or the role may not.

        """
        session = await self.open(cookie)
        self._sessions.touch(session)
        return session

    def session_of(self, request: Request) -> StaffSession | None:
        """Return the session of a page that is opened; None if there is none."""
        return self._sessions.find(request.cookies.get(COOKIE, ""))

    def give(self, request: Request, response: Response, session: StaffSession) -> None:
        """Put the cookie of a new session into ``response``, and the one by which the browser is recognised from now
        on.
        """
        secure = request.headers.get("host", "").lower() in self._secure_hosts
        response.set_cookie(COOKIE, session.token, path="/", httponly=True, samesite="strict", secure=secure)
        response.set_cookie(
            _DEVICE_COOKIE,
            with_device(self.device_of(request), session.account),
            max_age=_DEVICE_KEPT,
            path=self._log_in,
            httponly=True,
            samesite="strict",
            secure=secure,
        )

    def device_of(self, request: Request) -> str:
        """Return the cookie of the browser's earlier log-ins; only the door reads it."""
        return request.cookies.get(_DEVICE_COOKIE, "")
