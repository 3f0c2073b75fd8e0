"""The ORCA of the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kiosk.orca import Orca, OrcaAddress, OrcaClient, Place
from kiosk.settings import Settings

__all__ = ["orca_of"]


def orca_of(settings: Settings, now: Callable[[], datetime]) -> Orca | None:
    """Return the ORCA; None if the settings name none. ``now`` is the clock (aware)."""
    chosen = settings.orca
    if not chosen.url or chosen.password_file is None:
        return None
    address = OrcaAddress(
        chosen.url, chosen.user, chosen.password_file, chosen.timeout, chosen.ca_file, frozenset(chosen.hosts)
    )
    place = Place(chosen.department, chosen.physician, chosen.medical)
    return Orca(OrcaClient(address), place, register=chosen.register_receptions, now=now)
