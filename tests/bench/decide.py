"""Decisions per second on one core."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from kiosk.decision import DEFAULT_POLICY, Facts, decide
from kiosk.eligibility import Registry, facts_for
from simulators.demo import set_stage
from tests.bench.figures import row, series, show

BATCH = 2000
GOAL = 50_000


def _facts() -> list[Facts]:
    """Facts of everybody in the simulated register: the mix a day brings."""
    with tempfile.TemporaryDirectory() as folder:
        stage = set_stage(Path(folder) / "stage", datetime.now(UTC))
        with Registry.open(stage.settings.database) as registry:
            made = [facts_for(member, stage.on, policy=DEFAULT_POLICY) for member in registry.members()]
    return [facts for facts in made if isinstance(facts, Facts)]


def run() -> None:
    everybody = _facts()
    batch = [everybody[number % len(everybody)] for number in range(BATCH)]
    times = series(lambda: [decide(facts) for facts in batch], runs=60)
    rates = sorted(BATCH / (value / 1000) for value in times)
    median, worst = rates[len(rates) // 2], rates[0]
    show(
        "decide: one core",
        ["", "ms for 2,000 (median)", "p99", "runs", "a second (median)", "a second (worst)", "goal"],
        [row("decide(facts)", times, f"{median:,.0f}", f"{worst:,.0f}", f"{GOAL:,}")],
    )
