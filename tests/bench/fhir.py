"""FHIR: what `$submit` and a search take over the look-up itself, and what the first question takes."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from kiosk.audit import Journal, journal_path
from kiosk.eligibility import KeyQuery, Registry
from kiosk.identity import load_site_key
from kiosk.reception import EligibilityService, ProgramDesk
from kiosk.staff import ApiTokens, Scope, api_tokens_path
from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from simulators.people import persona
from tests.bench.figures import milliseconds, row, series, show
from tests.bench.service import start, until_idle
from tests.kiosk.fhir.requests import MEMBER_ID, a_request, body_of

RUNS = 300
GOAL_MS = 10.0
_NAMES = ("insurer_number", "symbol", "number", "branch")


def run() -> None:
    with tempfile.TemporaryDirectory() as folder:
        stage = set_stage(Path(folder) / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")
        cells = persona("card-works", stage.on).member or {}
        parts = [cells[name] for name in _NAMES]
        look_up = _look_up(stage, Path(folder), KeyQuery.of(*parts[:4]))
        first, submit, search = _over_http(stage, ":".join([parts[0].zfill(8), *parts[1:]]))
    over = [statistics.median(times) - statistics.median(look_up) for times in (submit, search)]
    rows = [
        row("the look-up: register, decision, journal", look_up, "-", "-"),
        row("$submit over HTTP", submit, f"{over[0]:.2f}", f"{GOAL_MS:.0f}"),
        row("Coverage/_search over HTTP", search, f"{over[1]:.2f}", "-"),
        row("the first $submit, which loads the library", [first], "-", "-"),
    ]
    show("FHIR (SQLite, one connection), ms", ["", "median", "p99", "runs", "over the look-up", "goal"], rows)


def _look_up(stage: Stage, folder: Path, key: KeyQuery) -> list[float]:
    """Return the milliseconds of the same question to the desk of programs, without FHIR and without HTTP."""
    site_key = load_site_key(stage.settings.site_key_path)
    journal = Journal.open(journal_path(folder, "bench"), "bench", site_key, now=stage.now)
    with Registry.open(stage.settings.database) as registry, journal, asyncio.Runner() as runner:
        desk = ProgramDesk(EligibilityService(registry, journal, site_key, lambda: datetime.now(UTC)))
        return series(lambda: runner.run(desk.eligibility(key, None, "fhir.eligibility", "bench")), RUNS, warm_up=10)


def _over_http(stage: Stage, identifier: str) -> tuple[float, list[float], list[float]]:
    """Return the milliseconds of the first question, and of many of both kinds."""
    body, form = body_of(a_request(identifier)), {"identifier": f"{MEMBER_ID}|{identifier}"}
    with _client(stage) as client:

        def submit() -> None:
            headers = {"Content-Type": "application/fhir+json"}
            answer = client.post("/fhir/CoverageEligibilityRequest/$submit", content=body, headers=headers)
            assert answer.json()["outcome"] == "complete"

        def search() -> None:
            assert client.post("/fhir/Coverage/_search", data=form).json()["total"] == 1

        return milliseconds(submit), series(submit, RUNS, warm_up=10), series(search, RUNS, warm_up=10)


@contextmanager
def _client(stage: Stage) -> Iterator[httpx.Client]:
    """Run ``kiosk serve`` as a process, and yield a client with the token of a program that may read of members."""
    token = ApiTokens(api_tokens_path(stage.settings.data_dir)).add("bench", {Scope.MEMBER_READ})
    headers, base = {"Authorization": f"Bearer {token}"}, f"http://{stage.settings.listen}"
    service = start(stage)
    try:
        until_idle(f"{base}/")
        with httpx.Client(base_url=base, headers=headers, trust_env=False) as client:
            yield client
    finally:
        service.terminate()
        service.wait()
