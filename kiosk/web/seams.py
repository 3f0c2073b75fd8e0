"""What the web floor asks of the rest of the house: no more than this."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Protocol

from kiosk.failures import Failure
from kiosk.reception import Action, View
from kiosk.web.scale import Panel

__all__ = ["ReceptionPort", "WebSettings"]


class ReceptionPort(Protocol):
    """The reception as the web sees it (``kiosk.reception.Reception``)."""

    @property
    def view(self) -> View:
        """The present picture."""

    def changes(self) -> AsyncIterator[View]:
        """Yield the present view, then the latest after each change."""

    def every_change(self) -> AsyncIterator[View]:
        """Yield the present view, then every one that follows; ends for a reader that falls too far behind."""

    async def act(self, action: Action) -> bool:
        """Take an action; False for one that does not fit the present state and is ignored."""

    def leave(self) -> None:
        """Know that the service ends: what goes from here on is no loss. Safe in a signal's handler."""

    def health(self) -> Sequence[Failure]:
        """Return why no visit can be served; empty when healthy."""

    def troubles(self) -> Sequence[Failure]:
        """Return what is wrong, with readers or with a safeguard, though visits go on."""


class WebSettings(Protocol):
    """The settings that the web reads (``kiosk.settings``)."""

    @property
    def listen(self) -> str:
        """Address and port of the server, ``127.0.0.1:8460``."""

    @property
    def profile(self) -> str:
        """``clinic`` or ``union_office``."""

    @property
    def simulation(self) -> bool:
        """Whether simulated cards and test roots are allowed."""

    @property
    def screen(self) -> Panel:
        """The visitor's panel."""

    @property
    def data_dir(self) -> Path:
        """Where ``api-token`` and the accounts of staff are."""
