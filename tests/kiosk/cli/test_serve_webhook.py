"""A service with a webhook, from the card to the receiver, over kills and with a receiver that is away."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from kiosk.receipts import KeySet, verified
from simulators.demo import Stage
from simulators.demo.visitor import Visitor
from tests.kiosk.cli.conftest import Serving
from tests.kiosk.hooks.receivers import received

Serve = Callable[..., Serving]


def hooked(folder: Path, url: str) -> dict[str, str]:
    """Return the variable that names a webhook."""
    secret = folder / "secret"
    secret.write_text("a secret of the test")
    secret.chmod(0o600)
    return {"KIOSK_WEBHOOK": json.dumps([{"url": url, "secret_file": str(secret)}])}


def visits(stage: Stage, *people: str) -> list[dict[str, Any]]:
    """Make a visit each, and return the answers."""
    answers = []
    base = f"http://{stage.settings.listen}"
    with Visitor(f"{base}/") as page, httpx.Client(base_url=base, trust_env=False, timeout=20) as panel:
        panel.get("/").raise_for_status()
        for who in people:
            page.until(lambda view: view["state"] in ("idle", "farewell"), since=page.sequence - 1)
            before = page.sequence
            panel.post("/simulation/put", json={"persona": who}).raise_for_status()
            page.until(lambda view: view["state"] == "pin", since=before)
            page.press(action="pin", pin="1234")
            answers.append(page.until(lambda view: view["state"] in ("result", "failure"), since=before))
            panel.post("/simulation/take", json={}).raise_for_status()
            page.until(lambda view: view["state"] in ("idle", "farewell"), since=answers[-1]["sequence"])
    return answers


def test_each_visit_arrives_in_order_with_its_receipt_and_an_old_queue_shows(
    site: Stage, serve: Serve, tmp_path: Path
) -> None:
    with received() as receiver:
        port, url = receiver.server.server_port, receiver.url
        first = serve(site, **hooked(tmp_path, url))
        first.until()
        shown = visits(site, "card-works", "unknown-member")
        receiver.until(lambda seen: len(seen.bodies) == 2)
        token = (site.settings.data_dir / "api-token").read_text("ascii").strip()
        (line,) = details(first, token)
        assert line.startswith(f"webhook 1 (http://127.0.0.1:{port}): ")
        assert first.get("/healthz").json()["troubles"] == []
        keys = KeySet.of_json(first.get("/api/v1/receipt-keys").content)
    # The receiver is away; the service is killed with what waits, and another one hands it over.
    shown += visits(site, "card-works")
    first.process.kill()
    first.process.wait()
    again = serve(site, **hooked(tmp_path, url))
    again.until()
    shown += visits(site, "card-works")
    with received(port=port) as back:
        back.until(lambda seen: len(set(seen.ids)) == 2)
        came = [json.loads(body) for body in receiver.bodies + back.bodies]
    assert [one["visit"] for one in came] == [one["visit"] for one in shown]
    assert [one["receipt"] for one in came] == [one["receipt"] for one in shown]
    assert [one["level"] for one in came] == ["confirmed"] * 4
    assert [verified(one["receipt"], keys).visit for one in came if one["receipt"]] == [
        one["visit"] for one in came if one["decision"]
    ]
    assert all("name" not in one and "number" not in one for one in came)


def details(serving: Serving, token: str) -> list[str]:
    found: list[str] = serving.get("/healthz", token=token).json()["details"]
    return found
