"""A PostgreSQL that is away, frozen or restarted puts the service out of service with its code, and it comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from tests.postgresql import Cluster

Serve = Callable[..., Any]


@pytest.fixture
def stage(tmp_path: Path, own_cluster: Cluster) -> Stage:
    """A stage whose register is in the cluster."""
    listen, database = f"127.0.0.1:{free_port()}", own_cluster.url("postgres")
    return set_stage(tmp_path / "stage", datetime.now(UTC), listen=listen, database=database)


def test_a_server_that_is_away_at_boot_and_ends_later(stage: Stage, serve: Serve, own_cluster: Cluster) -> None:
    own_cluster.stop()
    service = serve(stage)
    service.until("N-02")
    own_cluster.start()
    service.until()
    own_cluster.stop()
    service.until("N-02")
    own_cluster.start()
    service.until()


def test_a_server_that_is_frozen_at_boot_and_later(stage: Stage, serve: Serve, own_cluster: Cluster) -> None:
    with own_cluster.frozen():
        service = serve(stage)
        service.until("N-02")
        assert "N-02" in service.get("/").text
    service.until()
    with own_cluster.frozen():
        service.until("N-02")
    service.until()
