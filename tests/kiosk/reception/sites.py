"""A running reception on the simulated reader, with the hands of visitor and staff: what the tests here share."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from drivers.worker.client import Limits
from kiosk.assembly.certificates import revocation_source, trust_store
from kiosk.audit import Journal, journal_path, verify
from kiosk.eligibility import MemberQuery, Registry
from kiosk.eligibility.sources import Sources
from kiosk.identity import Verifier, load_site_key
from kiosk.receipts import PublicJwk, ReceiptIssuer
from kiosk.reception import (
    DeskProblem,
    DeskRefused,
    EligibilityService,
    EnterPin,
    FoundMember,
    LookingUp,
    OutOfUse,
    Reception,
    ReceptionOptions,
    Rules,
    Screen,
    StaffDesk,
    UnionOffice,
    View,
)
from kiosk.reception.sleep import SleepWatch
from simulators.cards import Card
from simulators.demo import Stage
from simulators.people import make_card, persona
from simulators.readers import SimulatedReaders, SimulatorPlugin

__all__ = ["LIMITS", "Site", "open_site", "refused", "visits_of"]

LIMITS = Limits(read=0.5, prove=0.5, release=0.5)


class Site:
    """One reception and its staff desk. ``clock`` is by how much its clock is wrong."""

    def __init__(self, stage: Stage, folder: Path, readers: SimulatedReaders) -> None:
        self.stage, self.readers, self.clock = stage, readers, timedelta()
        self.journal = journal_path(folder, "t")
        self.reception: Reception
        self.service: EligibilityService
        self.desk: StaffDesk
        self.receipt_keys: Callable[[], Sequence[PublicJwk]]
        self.changes: AsyncIterator[View]

    def now(self) -> datetime:
        return datetime.now(UTC) + self.clock

    async def until(self, *screens: Screen) -> View:
        """Wait for the next view that shows one of the screens."""
        return await self.until_view(lambda view: view.screen in screens)

    async def until_view(self, fits: Callable[[View], bool]) -> View:
        """Wait for the next view that fits; one that was waited for before is not the next."""
        return await _first(self.changes, fits)

    async def showing(self, fits: Callable[[View], bool]) -> View:
        """Return the present view if it fits, else wait for one that does."""
        return await _first(self.reception.changes(), fits)

    async def screen(self, screen: Screen) -> View:
        """Return the present view if it shows the screen, else wait for one that does."""
        return await self.showing(lambda view: view.screen is screen)

    def card(self, who: str) -> Card:
        return make_card(persona(who, self.stage.on), self.stage.authority, self.stage.now)

    def put(self, card: str | Card = "card-works", reader: str | None = None) -> Card:
        placed = self.card(card) if isinstance(card, str) else card
        self.readers.put(placed, reader)
        return placed

    async def pin(self, digits: str = "1234") -> None:
        await self.reception.act(EnterPin(action="pin", pin=digits))

    async def prove(self, who: str, *screens: Screen) -> View:
        """Put a card, enter its 暗証番号, and wait for one of the screens."""
        self.put(who)
        await self.until(Screen.PIN)
        await self.pin()
        return await self.until(*screens)

    async def found(self, who: str) -> FoundMember:
        """Look a person up, as staff do."""
        cells = persona(who, self.stage.on).member
        assert cells is not None
        born = date.fromisoformat(cells["birth_date"])
        query = MemberQuery.of(cells["insurer_number"], cells["symbol"], cells["number"], born)
        (found,) = await self.desk.find(query, "hanako")
        return found

    @property
    def sequence(self) -> int:
        return self.reception.view.sequence

    def entries(self, *kinds: str) -> list[dict[str, Any]]:
        """What the journal says of ``visit`` and ``staff``, or of the kinds that are named."""
        lines = map(json.loads, self.journal.read_text("utf-8").splitlines())
        return [line for line in lines if line["kind"] in (kinds or ("visit", "staff"))]

    def acts(self) -> list[dict[str, Any]]:
        """What a sound journal says of staff."""
        assert verify(self.journal, load_site_key(self.stage.settings.site_key_path)).ok
        return self.entries("staff")


async def _first(views: AsyncIterator[View], fits: Callable[[View], bool]) -> View:
    async with asyncio.timeout(20):
        async for view in views:
            if fits(view):
                return view
    raise AssertionError


@asynccontextmanager
async def open_site(
    stage: Stage,
    folder: Path,
    *,
    rules: Rules | None = None,
    readers: SimulatedReaders | None = None,
    sleep: SleepWatch | None = None,
    union: UnionOffice | None = None,
    limits: Limits = LIMITS,
    sources: Sources | None = None,
    first: Screen = Screen.IDLE,
) -> AsyncIterator[Site]:
    """Run a reception with its journal in ``folder``; it has shown the screen ``first`` when the block begins."""
    settings, site = stage.settings, Site(stage, folder, readers or SimulatedReaders())
    key = load_site_key(settings.site_key_path)
    trust = trust_store(settings.identity.trust, allow_test=True)
    with Registry.open(settings.database) as registry, Journal.open(site.journal, "t", key, now=stage.now) as journal:
        receipts = ReceiptIssuer(folder, "t")
        assert receipts.look() == ()
        site.receipt_keys = receipts.public_keys
        site.service = EligibilityService(
            registry, journal, key, site.now, union=union, sources=sources, receipts=receipts
        )
        options = ReceptionOptions(rules=rules or Rules(), limits=limits, simulation=True, sleep=sleep or SleepWatch())
        verifier = Verifier(trust, revocation_source(settings.identity.crl, None))
        plugins = {"simulator": (SimulatorPlugin(site.readers), {})}
        site.reception = Reception(plugins, verifier, site.service, site.now, options)
        site.changes = site.reception.changes()
        site.desk = StaffDesk(site.reception, LookingUp(site.service, lambda _: "staff"), OutOfUse(folder, "t"))
        await site.reception.start()
        try:
            await site.until(first)
            yield site
        finally:
            await site.reception.stop()


def visits_of(folder: Path) -> list[dict[str, Any]]:
    """What the journal says of visits."""
    entries = map(json.loads, journal_path(folder, "t").read_text("utf-8").splitlines())
    return [entry for entry in entries if entry["kind"] == "visit"]


async def refused(act: Awaitable[object]) -> DeskProblem:
    """Return why an act of staff is refused."""
    with pytest.raises(DeskRefused) as refusal:
        await act
    return refusal.value.problem
