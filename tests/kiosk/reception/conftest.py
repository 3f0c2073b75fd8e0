"""The folder of a kiosk, for the tests of one file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulators.demo import Stage, set_stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return set_stage(tmp_path_factory.mktemp("reception") / "stage", datetime.now(UTC))
