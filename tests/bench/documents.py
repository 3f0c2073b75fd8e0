"""Documents per second in batches, and whether memory grows from batch to batch.

The peer is WeasyPrint alone, with pages that are fitted and written as HTML already. On all cores, the processors' time
and the memory are those of the processes that draw, and of this one.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kiosk.crew import cores
from kiosk.decision import Confirmation
from kiosk.documents import ConfirmationOrder, Notice, Stationery, confirmation_pdf, notice_pdf, pages, stationery_for
from kiosk.documents.drawing import Sheaf, drawn
from kiosk.documents.pdf import series
from kiosk.eligibility import Member, MemberId, Registry
from simulators.demo import set_stage
from tests.bench.figures import milliseconds, show

BATCH = 100
BATCHES = 6
GOAL = 55
GOAL_ON_TWO_CORES = 110
SHEAVES = 8


def run() -> None:
    with tempfile.TemporaryDirectory() as folder:
        stage = set_stage(Path(folder) / "stage", datetime.now(UTC))
        with Registry.open(stage.settings.database) as registry:
            people = _hundred([member for member in registry.members() if _insured(member, stage.on)])
    validity = Confirmation(stage.on, stage.on.replace(year=stage.on.year + 5, day=28))
    stationery = stationery_for(stage.settings)
    notices = [Notice(member, stage.on) for member in people]
    confirmations = [ConfirmationOrder(member, validity, stage.on) for member in people]
    show(
        f"documents: batches of {BATCH}, one core",
        [
            "",
            "a second (median)",
            "a second (worst)",
            "a CPU second",
            "memory MiB, first batch",
            "last batch",
            "goal a second",
        ],
        [
            _row("資格情報通知書", notice_pdf, notices, stationery),
            _row("資格情報通知書: WeasyPrint alone", _weasyprint_alone(notices, stationery), notices, stationery),
            _row("資格確認書", confirmation_pdf, confirmations, stationery),
        ],
    )
    show(
        f"documents: a batch of {SHEAVES * BATCH:,} on {cores()} cores",
        ["", "a second", "a CPU second", "memory MiB, all processes: first file", "last file", "goal a second"],
        [_on_all_cores("資格情報通知書", notices, stationery)],
    )


def _weasyprint_alone(notices: Sequence[Notice], stationery: Stationery) -> Callable[..., bytes]:
    form, pages_of_them = pages.notice_form(stationery), [pages.notice_entries(one, stationery) for one in notices]

    def make(some: Sequence[Notice], _: Stationery) -> bytes:
        return series("資格情報通知書", "notice", form, pages_of_them[: len(some)], stationery.notice_offset)

    return make


def _on_all_cores(name: str, notices: Sequence[Notice], stationery: Stationery) -> tuple[str, ...]:
    sheaves = (Sheaf(f"notice-{number:04}.pdf", tuple(notices)) for number in range(SHEAVES))
    begun, memory = time.perf_counter(), []
    before = _cpu_seconds()
    for _ in drawn(sheaves, stationery):
        memory.append(sum(_resident_mib(one.pid) for one in multiprocessing.active_children()) + _resident_mib())
    rate = SHEAVES * BATCH / (time.perf_counter() - begun)
    of_cpu = SHEAVES * BATCH / (_cpu_seconds() - before)
    return (name, f"{rate:.1f}", f"{of_cpu:.1f}", f"{memory[0]:.0f}", f"{memory[-1]:.0f}", f"{GOAL_ON_TWO_CORES}")


def _cpu_seconds() -> float:
    """Return the seconds of processor of this process and of those that it has ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _insured(member: Member, on: date) -> bool:
    return member.acquired_on <= on and member.lost_on is None


def _hundred(people: Sequence[Member]) -> list[Member]:
    chosen = [people[number % len(people)] for number in range(BATCH)]
    return [
        replace(member, id=MemberId(member.id.insurer_number, member.id.symbol, f"{number:06}", "00"))
        for number, member in enumerate(chosen)
    ]


def _row(
    name: str, make: Callable[[Sequence[Any], Stationery], bytes], orders: Sequence[Any], stationery: Stationery
) -> tuple[str, ...]:
    make(orders[:1], stationery)
    rates, memory, begun = [], [], time.process_time()
    for _ in range(BATCHES):
        rates.append(BATCH / milliseconds(lambda: make(orders, stationery)) * 1000)
        memory.append(_resident_mib())
    of_cpu = BATCHES * BATCH / (time.process_time() - begun)
    median, worst = sorted(rates)[BATCHES // 2], min(rates)
    return (name, f"{median:.1f}", f"{worst:.1f}", f"{of_cpu:.1f}", f"{memory[0]:.0f}", f"{memory[-1]:.0f}", f"{GOAL}")


def _resident_mib(process: int | None = None) -> float:
    lines = Path(f"/proc/{process or 'self'}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
