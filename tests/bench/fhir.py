"""FHIR: what `$submit` and a search take over the look-up itself, and what the first question takes."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
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
from tests.bench.figures import milliseconds, row, show
from tests.bench.service import start, until_idle
from tests.kiosk.fhir.requests import MEMBER_ID, a_request, body_of

RUNS, WARM_UP = 300, 10
GOAL_MS = 10.0
_NAMES = ("insurer_number", "symbol", "number", "branch")


def run() -> None:
    with tempfile.TemporaryDirectory() as folder:
        stage = set_stage(Path(folder) / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")
        cells = persona("card-works", stage.on).member or {}
        parts = [cells[name] for name in _NAMES]
        with _look_up(stage, Path(folder), KeyQuery.of(*parts[:4])) as look_up, _client(stage) as client:
            submit, search = _requests(client, ":".join([parts[0].zfill(8), *parts[1:]]))
            first = milliseconds(submit)
            times = [[milliseconds(one) for one in (look_up, submit, search)] for _ in range(WARM_UP + RUNS)]
    looked, submitted, searched = zip(*times[WARM_UP:], strict=True)
    rows = [
        row("the look-up: register, decision, journal", looked, "-", "-"),
        row("$submit over HTTP", submitted, _over(looked, submitted), f"{GOAL_MS:.0f}"),
        row("Coverage/_search over HTTP", searched, _over(looked, searched), "-"),
        row("the first $submit, which loads the library", [first], "-", "-"),
    ]
    show("FHIR (SQLite, one connection), ms", ["", "median", "p99", "runs", "over the look-up", "goal"], rows)


def _over(looked: Sequence[float], asked: Sequence[float]) -> str:
    """Return the median of what a request takes over the look-up just before it: so both have met the same disk."""
    return f"{statistics.median(one - other for one, other in zip(asked, looked, strict=True)):.2f}"


@contextmanager
def _look_up(stage: Stage, folder: Path, key: KeyQuery) -> Iterator[Callable[[], object]]:
    """Yield the same question to the desk of programs, without FHIR and without HTTP, with a journal of its own."""
    site_key = load_site_key(stage.settings.site_key_path)
    journal = Journal.open(journal_path(folder, "bench"), "bench", site_key, now=stage.now)
    with Registry.open(stage.settings.database) as registry, journal, asyncio.Runner() as runner:
        desk = ProgramDesk(EligibilityService(registry, journal, site_key, lambda: datetime.now(UTC)))
        yield lambda: runner.run(desk.eligibility(key, None, "fhir.eligibility", "bench"))


def _requests(client: httpx.Client, identifier: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return the two questions about one member."""
    body, form = body_of(a_request(identifier)), {"identifier": f"{MEMBER_ID}|{identifier}"}

    def submit() -> None:
        headers = {"Content-Type": "application/fhir+json"}
        answer = client.post("/fhir/CoverageEligibilityRequest/$submit", content=body, headers=headers)
        assert answer.json()["outcome"] == "complete"

    def search() -> None:
        assert client.post("/fhir/Coverage/_search", data=form).json()["total"] == 1

    return submit, search


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
