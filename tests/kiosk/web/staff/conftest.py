"""The staff application before a real reception on the simulated reader, and somebody who can log in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from kiosk.assembly.opening import Opening
from kiosk.assembly.parts import make_eligibility_service, make_reception, make_registry
from kiosk.documents import stationery_for
from kiosk.eligibility.sources import Sources
from kiosk.issuance import Queue
from kiosk.receipts import ReceiptIssuer
from kiosk.reception import LookingUp, Neighbours, Office, OutOfUse, StaffDesk
from kiosk.settings import Settings, StaffSettings
from kiosk.staff import Accounts, accounts_path, passwords
from kiosk.web.staff_port import create_staff_app
from kiosk.web.tokens import Tokens
from simulators.demo import Stage, set_stage

NAME, PASSWORD = "hanako", "tsuki-to-kaze9"
URL = "http://127.0.0.1:8461"


@dataclass
class Site:
    """The staff pages of one kiosk; ``client`` makes browsers."""

    stage: Stage
    settings: Settings
    desk: StaffDesk
    app: FastAPI
    neighbours: Neighbours

    @property
    def accounts(self) -> Accounts:
        return Accounts(accounts_path(self.settings.data_dir))

    def client(self, **options: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), **{"base_url": URL, **options})

    def journal(self) -> str:
        return next(self.settings.data_dir.glob("journal-*.jsonl")).read_text("utf-8")


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=32))
    passwords._nobodys.cache_clear()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, register_kind: str) -> Stage:
    return set_stage(tmp_path_factory.mktemp("staff") / "stage", datetime.now(UTC))


@pytest.fixture
def sources() -> Sources:
    """Who is asked: the register alone, unless a module says otherwise."""
    return Sources()


@pytest.fixture
async def site(stage: Stage, tmp_path: Path, sources: Sources) -> AsyncIterator[Site]:
    """Reception and pages share one loop, as in the service; the readers' workers are not started."""
    key = {"site_key_file": stage.settings.site_key_path}
    staff = StaffSettings(listen="127.0.0.1:8461", hosts=["desk.example"])
    settings = stage.settings.model_copy(update={"data_dir": tmp_path, "staff": staff, **key})
    async with AsyncExitStack() as stack:
        registry = stack.enter_context(make_registry(settings))
        opening = Opening(settings, registry, Tokens(None))
        stack.callback(opening.close)
        service = make_eligibility_service(
            settings, registry, opening, sources, ReceiptIssuer(tmp_path, settings.kiosk_id)
        )
        stack.callback(service.journal.close)
        reception = make_reception(settings, service)
        stack.push_async_callback(reception.stop)
        looking_up = LookingUp(service, Accounts(accounts_path(tmp_path)).role_of)
        neighbours = Neighbours(settings.kiosk_id)
        desk = StaffDesk(reception, looking_up, OutOfUse(tmp_path, settings.kiosk_id), neighbours=neighbours)
        office = Office(looking_up, Queue(service.registry, service.policy), neighbours)
        app = create_staff_app(desk, settings, lambda: stationery_for(settings), office=office)
        made = Site(stage, settings, desk, app, neighbours)
        made.accounts.add(NAME, "受付 花子", PASSWORD)
        yield made


@pytest.fixture
async def staff(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of somebody who has logged in."""
    async with site.client() as client:
        answer = await client.post("/api/v1/session", json={"name": NAME, "password": PASSWORD})
        assert answer.status_code == 200
        yield client
