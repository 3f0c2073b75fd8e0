"""The register of the invented town."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kiosk.eligibility import Registry
from simulators.demo import Stage, set_stage


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return set_stage(tmp_path_factory.mktemp("fhir") / "stage", datetime.now(UTC))


@pytest.fixture
def registry(stage: Stage) -> Iterator[Registry]:
    with Registry.open(stage.settings.database) as registry:
        yield registry
