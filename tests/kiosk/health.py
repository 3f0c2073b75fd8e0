"""What `/healthz` of a running kiosk says, waited for."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from simulators.demo import RunningKiosk

_LIMIT = 30.0
"""Seconds until a test stops waiting."""


def healthz(kiosk: RunningKiosk, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return what the kiosk says to a program with the API's token, once it fits."""
    token = (kiosk.stage.settings.data_dir / "api-token").read_text("ascii").strip()
    deadline, said = time.monotonic() + _LIMIT, {}
    with httpx.Client(base_url=kiosk.url, headers={"Authorization": f"Bearer {token}"}, trust_env=False) as client:
        while time.monotonic() < deadline:
            said = client.get("/healthz").json()
            if fits(said):
                return said
            time.sleep(0.05)
    pytest.fail(f"/healthz says {said}")
