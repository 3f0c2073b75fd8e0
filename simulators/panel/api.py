"""Serve the API of the 模擬 panel. It knows invented people only; the service mounts it below ``/simulation``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Protocol

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from drivers.connection import Snapshot
from drivers.errors import NoReader
from kiosk.web.errors import ErrorCode, documented
from simulators.cards import Card
from simulators.faults import Fault, FaultyCard, Latency, SlowCard
from simulators.panel.stock import CardStock
from simulators.people import CardKind, Persona, people
from simulators.people.town import JAPAN

__all__ = [
    "CardTrouble",
    "PanelReaders",
    "PersonOut",
    "PutRequest",
    "Readers",
    "StateOut",
    "TakeRequest",
    "panel_router",
]

_FILES: Final = Path(__file__).parent
_ASSETS: Final = {"/panel": "panel.html", "/panel/panel.css": "panel.css", "/panel/panel.js": "panel.js"}

Clock = Callable[[], datetime]
ReaderName = Annotated[str, Field(min_length=1, max_length=128)]


class Readers(Protocol):
    """The readers that the panel can reach: simulated ones, or the virtual one of a private pcscd."""

    @property
    def names(self) -> list[str]:
        """The readers, in order."""

    def put(self, card: Card, reader: str | None = None) -> None:
        """Put a card on a reader (the first by default).

        Raises:
            NoReader: There is no such reader.

        """

    def take(self, reader: str | None = None) -> None:
        """Take the card away.

        Raises:
            NoReader: There is no such reader.

        """

    def snapshot(self) -> Snapshot:
        """Return what is on which reader."""


class PersonOut(BaseModel):
    """One invented person who has a card. ``pin`` is shown because it opens only a test card."""

    id: str
    label: str
    explanation: str
    row: str
    pin: str | None


class PeopleOut(BaseModel):
    """Everybody who can put a card on the reader."""

    people: list[PersonOut]


class ReaderOut(BaseModel):
    """One simulated reader; ``persona`` is the id of the card's owner, if the panel put the card there."""

    name: str
    card_present: bool
    persona: str | None


class StateOut(BaseModel):
    """All simulated readers."""

    readers: list[ReaderOut]


class CardTrouble(BaseModel):
    """What is to go wrong with the card, at its ``at``-th command.

    ``silent``: it does not answer; ``leaves``: it is taken away; ``status``: it answers ``sw`` (four hexadecimal
    digits);
    ``slow``: it takes as long as a real card (then ``at`` means nothing).
    """

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[str, Field(pattern="^(silent|leaves|status|slow)$")]
    at: Annotated[int, Field(ge=1, le=1000)] = 1
    sw: Annotated[str, Field(pattern="^[0-9A-Fa-f]{4}$")] = "6F00"


class PutRequest(BaseModel):
    """Whose card to put on which reader (the first by default)."""

    model_config = ConfigDict(extra="forbid")

    persona: Annotated[str, Field(pattern="^[a-z0-9-]{1,64}$")]
    reader: ReaderName | None = None
    trouble: CardTrouble | None = None


class TakeRequest(BaseModel):
    """From which reader to take the card (the first by default)."""

    model_config = ConfigDict(extra="forbid")

    reader: ReaderName | None = None


@dataclass
class PanelReaders:
    """The readers, and whose card the panel put on which of them, with the number of the movement."""

    readers: Readers
    clock: Clock
    _stock: CardStock = field(default_factory=CardStock)
    _owners: dict[str, tuple[int, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, request: PutRequest) -> None:
        """Put the persona's card on a reader, fresh from its issuer.

        Raises:
            KeyError: There is no such persona.
            NoReader: There is no such reader.

        """
        with self._lock:
            card = _troubled(self._stock.card(request.persona, self.clock()), request.trouble)
            reader = request.reader or self._first()
            self.readers.put(card, reader)
            self._owners[reader] = (self.readers.snapshot()[reader].insertions, request.persona)

    def take(self, request: TakeRequest) -> None:
        """Take the card away.

        Raises:
            NoReader: There is no such reader.

        """
        self.readers.take(request.reader)

    def state(self) -> StateOut:
        """Return what is on each reader."""
        with self._lock:
            seen = self.readers.snapshot()
            owners = {
                name: owner for name, (movement, owner) in self._owners.items()
                if name in seen and seen[name].card_present and seen[name].insertions == movement
            }  # fmt: skip
        found = [
            ReaderOut(name=name, card_present=state.card_present, persona=owners.get(name))
            for name, state in seen.items()
        ]
        return StateOut(readers=found)

    def people(self) -> list[Persona]:
        """Return everybody who has a card, as of today."""
        return [person for person in people(self.clock().astimezone(JAPAN).date()) if person.card is not None]

    def _first(self) -> str:
        return next(iter(self.readers.names), "")


def panel_router(readers: Readers, clock: Clock = lambda: datetime.now(UTC)) -> APIRouter:
    """Return the panel's page, its files and its API for these readers."""
    table = PanelReaders(readers, clock)
    router = APIRouter(tags=["simulation"])
    refusals = documented([ErrorCode.NOT_FOUND, ErrorCode.TOO_SLOW, ErrorCode.INVALID])

    @router.get("/people")
    def list_people() -> PeopleOut:
        """List everybody who can put a card on the reader."""
        return PeopleOut(people=[_person_out(person) for person in table.people()])

    @router.get("/state")
    def show_state() -> StateOut:
        """Return what is on which reader."""
        return table.state()

    @router.post("/put", responses=refusals)
    def put_card(request: PutRequest) -> StateOut:
        """Put a persona's card on a reader; a card that is already there is taken away first."""
        _or_not_found(lambda: table.put(request))
        return table.state()

    @router.post("/take", responses=refusals)
    def take_card(request: TakeRequest | None = None) -> StateOut:
        """Take the card away."""
        _or_not_found(lambda: table.take(request or TakeRequest()))
        return table.state()

    for path, name in _ASSETS.items():
        router.add_api_route(path, _file(name), methods=["GET"], include_in_schema=False)
    return router


def _or_not_found(act: Callable[[], None]) -> None:
    try:
        act()
    except KeyError:
        raise HTTPException(404, "no such persona") from None
    except NoReader:
        raise HTTPException(404, "no such reader") from None


def _file(name: str) -> Callable[[], FileResponse]:
    def serve_file() -> FileResponse:
        return FileResponse(_FILES / name, headers={"Cache-Control": "no-cache"})

    return serve_file


def _person_out(person: Persona) -> PersonOut:
    has_pin = person.card is not None and person.card.kind not in {CardKind.FOREIGN, CardKind.WITHOUT_PIN}
    pin = person.card.pin if person.card is not None and has_pin else None
    return PersonOut(id=person.id, label=person.label, explanation=person.explanation, row=person.row, pin=pin)


def _troubled(card: Card, trouble: CardTrouble | None) -> Card:
    if trouble is None:
        return card
    if trouble.kind == "slow":
        return SlowCard(card, Latency())
    faults = {
        "silent": Fault.silent(trouble.at),
        "leaves": Fault.leaves(trouble.at),
        "status": Fault.status(int(trouble.sw, 16), trouble.at),
    }
    return FaultyCard(card, [faults[trouble.kind]])
