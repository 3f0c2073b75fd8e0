"""Ending a visit from the desk."""

from __future__ import annotations

from kiosk.reception.actions import Finish
from kiosk.reception.visit.machine import TABLE
from kiosk.reception.visit.states import Failed, Timed
from kiosk.reception.visit.visit import Visit

__all__ = ["in_the_midst", "may_end"]


def may_end(visit: Visit) -> bool:
    """Return whether there is a visit that can be ended now."""
    return (type(visit.state), Finish) in TABLE


def in_the_midst(visit: Visit) -> bool:
    """Return whether the visitor is reading, typing or waiting: an end would take the screen from under their eyes."""
    if isinstance(visit.state, Failed):
        return False
    return may_end(visit) and not (isinstance(visit.state, Timed) and visit.state.patience.warned)
