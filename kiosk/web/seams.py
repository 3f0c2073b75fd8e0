"""Define all that the web needs from the rest of the house."""

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
        """Yield the present view, then the latest one after each change."""

    def every_change(self) -> AsyncIterator[View]:
        """Yield the present view, then every one that follows; end for a reader that falls too far behind."""

    async def act(self, action: Action) -> bool:
        """Do an action; return False if it does not fit the present state and is ignored."""

    def leave(self) -> None:
        """Note that the service is ending, so that a reader that goes away now is not a loss.

        Safe in a signal's handler.
        """

    def health(self) -> Sequence[Failure]:
        """Return why no visit can be served; empty if the kiosk is healthy."""

    def troubles(self) -> Sequence[Failure]:
        """Return what is wrong with readers or a safeguard although visits go on."""


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
        """The folder of ``api-token`` and of the accounts of staff."""
