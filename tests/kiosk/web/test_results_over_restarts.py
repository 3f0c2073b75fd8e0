"""A kiosk that is started again: its finished visits, its pseudonyms and the numbers of its events go on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from kiosk.staff import ApiTokens, Scope, api_tokens_path
from simulators.demo import RunningKiosk, Stage, set_stage
from simulators.demo.command import free_port
from simulators.demo.visitor import Visitor
from simulators.readers import plugin


def visit_of(stage: Stage, kiosk: RunningKiosk) -> dict[str, Any]:
    """Make a visit from card to farewell; return its answer as the page saw it."""
    with Visitor(f"http://{stage.settings.listen}/") as page:
        before = page.sequence
        kiosk.put("card-works")
        page.until(lambda view: view["state"] == "pin", since=before)
        page.press(action="pin", pin="1234")
        shown: dict[str, Any] = page.until(lambda view: view["state"] == "result")
        kiosk.take()
        page.until(lambda view: view["state"] == "farewell", since=shown["sequence"])
        return shown


def test_what_was_known_before_is_known_after(tmp_path: Path) -> None:
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")
    token = ApiTokens(api_tokens_path(stage.settings.data_dir)).add("emr", {Scope.MEMBER_READ})
    with httpx.Client(
        base_url=f"http://{stage.settings.listen}", headers={"Authorization": f"Bearer {token}"}, trust_env=False
    ) as client:
        with RunningKiosk(stage, plugin.readers) as kiosk:
            first = visit_of(stage, kiosk)
            second = visit_of(stage, kiosk)
            kept = client.get("/api/v1/visits").json()["visits"]
            assert [each["visit"] for each in kept] == [first["visit"], second["visit"]]
            assert [each["decision"] for each in kept] == [first["decision"], second["decision"]]
        with RunningKiosk(stage, plugin.readers) as kiosk:
            assert client.get("/api/v1/visits").json()["visits"] == kept
            present = client.get("/api/v1/visit").json()
            assert present["sequence"] > kept[-1]["sequence"]
            assert present["visit"] not in {first["visit"], second["visit"]}
            missed = {"Last-Event-ID": str(kept[0]["sequence"])}
            with client.stream("GET", "/api/v1/events", headers=missed) as answer:
                lines = (line for line in answer.iter_lines() if line.startswith("data: "))
                assert json.loads(next(lines).removeprefix("data: ")) == kept[1]
            third = visit_of(stage, kiosk)
            assert third["member"] == first["member"] == kept[0]["member"]
            after = client.get("/api/v1/visits", params={"since": second["visit"]}).json()["visits"]
            assert [each["visit"] for each in after] == [third["visit"]]
            told = client.get(f"/api/v1/visits/{third['visit']}").json()
            assert (told["name"], told["level"]) == ("土木 太郎", "confirmed")
            assert not {"address", "postal_code"} & set(told)
