"""How long a visit takes, from the moment at which the kiosk is no longer at rest."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from kiosk.reception.visit.states import Idle, OutOfService
from kiosk.reception.visit.visit import Visit

__all__ = ["begun", "seconds_since"]


def begun(visit: Visit) -> Visit:
    """Return the visit with its beginning, which is now if it had none; at rest it has none."""
    if visit.began is not None or isinstance(visit.state, Idle | OutOfService):
        return visit
    return replace(visit, began=monotonic())


def seconds_since(began: float | None) -> int | None:
    """Return the whole seconds since the beginning of a visit (`Visit.began`); None if it is not known."""
    return None if began is None else int(monotonic() - began)
