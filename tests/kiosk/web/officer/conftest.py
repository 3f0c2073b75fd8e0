"""The office of the staff application, before a real register, and an officer who has logged in by the form."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.roles import Role
from simulators.demo import Stage, set_stage
from tests.kiosk.web.staff.conftest import Site, quick_hashes, site, sources, staff, stage

__all__ = ["NAME", "PASSWORD", "Site", "acts", "quick_hashes", "site", "sources", "staff", "stage"]

NAME, PASSWORD = "yuko", "tsuki-to-kaze9"
FORM = {"Origin": "http://127.0.0.1:8461", "Sec-Fetch-Site": "same-origin"}


def acts(site: Site) -> list[dict[str, Any]]:
    """Return what the journal has of people who act, in order."""
    return [json.loads(line)["body"] if '"body"' in line else json.loads(line) for line in site.journal().splitlines()
            if '"kind":"staff"' in line]  # fmt: skip


async def logged_in(site: Site, client: httpx.AsyncClient, role: Role = Role.OFFICER, name: str = NAME) -> None:
    """Log in by the form."""
    site.accounts.add(name, "事務 優子", PASSWORD, role)
    answer = await client.post("/officer/log-in", data={"name": name, "password": PASSWORD}, headers=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/officer")


@pytest.fixture
async def officer(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of an officer."""
    async with site.client() as client:
        await logged_in(site, client)
        yield client


@pytest.fixture
async def other(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of a second officer."""
    async with site.client() as client:
        await logged_in(site, client, name="jiro")
        yield client


@pytest.fixture
def own_stage(tmp_path: Path, register_kind: str) -> Stage:
    """A register of the test's own: a module whose tests change it says ``stage = own_stage``."""
    return set_stage(tmp_path / "stage", datetime.now(UTC))
