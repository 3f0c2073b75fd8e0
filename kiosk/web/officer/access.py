"""Recognise an officer by the session's cookie, and send everybody else to the log-in or a page of one sentence."""

from __future__ import annotations

from typing import Final

from fastapi import Request

from kiosk.staff import StaffSession
from kiosk.web.officer.refusals import refused
from kiosk.web.staff.access import COOKIE, StaffAccess
from kiosk.web.staff.refusals import NotDone

__all__ = ["HOME", "LOG_IN", "OfficeAccess"]

HOME: Final = "/officer"
LOG_IN: Final = "/officer/log-in"


class OfficeAccess:
    """A dependency of every page of the office."""

    def __init__(self, access: StaffAccess) -> None:
        self.staff = access

    async def at_work(self, request: Request) -> StaffSession:
        """Return the session of somebody who may use the office, and start its idle time anew.

        Raises:
            LogInFirst: There is no session, or it is locked.
            PageRefused: The role may not.

        """
        try:
            return await self.staff.at_work(request.cookies.get(COOKIE))
        except NotDone as error:
            raise refused(error) from None

    async def watching(self, request: Request) -> StaffSession:
        """Do what ``at_work`` does for a page that renews itself: its idle time goes on."""
        try:
            return await self.staff.open(request.cookies.get(COOKIE))
        except NotDone as error:
            raise refused(error) from None
