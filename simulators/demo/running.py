"""Serve a kiosk while a block runs, in a thread of this process, and put cards on its reader."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Self

from fastapi import FastAPI

from drivers.worker.client import DEFAULT_LIMITS, Limits
from kiosk.assembly.application import build_app
from kiosk.assembly.listening import listen_on
from kiosk.web import make_server
from simulators.cards import Card
from simulators.demo.stage import Stage
from simulators.panel import panel_router
from simulators.panel.api import Readers
from simulators.panel.official_reader import official_reader_router
from simulators.people import Persona, make_card, persona
from simulators.readers import plugin
from simulators.terminal import SimulatedTerminal

__all__ = ["RunningKiosk", "kiosk_app"]


def kiosk_app(
    stage: Stage,
    readers: Readers,
    limits: Limits = DEFAULT_LIMITS,
    staff_listener: socket.socket | None = None,
    terminal: SimulatedTerminal | None = None,
) -> FastAPI:
    """Return the kiosk; the PC/SC plug-in has no 模擬 panel, so it is added for other readers than its own.

    With ``terminal`` its 顔認証付きカードリーダー has a page beside the panel.
    """
    extra = [] if readers is plugin.readers else [panel_router(readers)]
    extra += [official_reader_router(terminal)] if terminal else []
    return build_app(stage.settings, extra=extra, limits=limits, staff_listener=staff_listener)


class RunningKiosk:
    """Serves inside a ``with`` block. ``put`` and ``take`` are a person's hands; ``url`` is the visitor page.

    ``limits`` says how long the service waits for its readers. ``listener`` and ``staff_listener`` are the sockets to
    serve on, if the ports of the settings are already bound. ``terminal`` is the one beside the kiosk, if there is one.
    Entering raises OSError if the port is taken.
    """

    def __init__(
        self,
        stage: Stage,
        readers: Readers,
        limits: Limits = DEFAULT_LIMITS,
        *,
        listener: socket.socket | None = None,
        staff_listener: socket.socket | None = None,
        terminal: SimulatedTerminal | None = None,
    ) -> None:
        self.stage = stage
        self.readers = readers
        self._server = make_server(kiosk_app(stage, readers, limits, staff_listener, terminal), stage.settings)
        self._sockets = [listener] if listener else []
        self._thread = threading.Thread(target=self._server.run, args=(self._sockets,), name="kiosk", daemon=True)

    @property
    def url(self) -> str:
        """The address of the visitor page."""
        return f"http://{self.stage.settings.listen}/"

    def persona(self, name: str) -> Persona:
        """Return an invented person as of the stage's day.

        Raises:
            KeyError: There is no such persona.

        """
        return persona(name, self.stage.on)

    def put(self, who: str | Card) -> Card:
        """Put a card on the reader and return it; for a persona's id it is a fresh card of theirs."""
        card = make_card(self.persona(who), self.stage.authority, self.stage.now) if isinstance(who, str) else who
        self.readers.put(card)
        return card

    def take(self) -> None:
        """Take the card away."""
        self.readers.take()

    def __enter__(self) -> Self:
        if not self._sockets:
            self._sockets.append(listen_on(self.stage.settings.listen))
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            self._thread.join(0.01)
        if not self._server.started:
            raise ConnectionError("the kiosk did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.take()
        self._server.should_exit = True
        self._thread.join()
