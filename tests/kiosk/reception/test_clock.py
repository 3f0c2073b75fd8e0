"""A clock that is behind what the kiosk already knows puts it out of service: it would judge certificates wrongly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import EARLIEST
from kiosk.failures import Code
from kiosk.reception import Answering

IMPORTED = EARLIEST + timedelta(days=30)


class Floor:
    """A register or a journal that is well."""

    def __init__(self, newest: datetime | None = None) -> None:
        self._newest = newest

    def check(self) -> Any:
        return self._newest


def answering(now: datetime, newest: datetime | None) -> Answering:
    return Answering(Floor(newest), Floor(), b"k" * 32, lambda: now)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "now", [datetime(1970, 1, 1, tzinfo=UTC), EARLIEST - timedelta(hours=1), IMPORTED - timedelta(days=1)]
)
def test_a_clock_that_lags_is_a_failure_of_the_service(now: datetime) -> None:
    trouble = answering(now, IMPORTED).trouble()
    assert trouble is not None and trouble.code is Code.CLOCK_WRONG


@pytest.mark.parametrize(
    ("now", "newest"), [(IMPORTED, IMPORTED), (EARLIEST, None), (datetime(2037, 1, 1, tzinfo=UTC), IMPORTED)]
)
def test_any_other_time_is_believed(now: datetime, newest: datetime | None) -> None:
    assert answering(now, newest).trouble() is None


def test_the_registers_newest_file_is_what_it_says(tmp_path: Path) -> None:
    from kiosk.eligibility import Registry
    from simulators.demo import set_stage

    stage = set_stage(tmp_path / "stage", IMPORTED)
    with Registry.open(stage.settings.database) as registry:
        assert registry.check() == IMPORTED
