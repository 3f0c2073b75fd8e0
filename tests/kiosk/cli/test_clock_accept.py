"""``kiosk clock accept``: one wrong clock in the register closes no kiosk for ever."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.audit import journal_path
from kiosk.eligibility import Registry, Source
from simulators.demo import Stage

DAYS = 3_000


def import_under_a_wrong_clock(site: Stage) -> None:
    at = datetime.now(UTC) + timedelta(days=DAYS, hours=1)
    with Registry.open(site.settings.database) as registry:
        registry.import_members([], Source(at, at.date(), "a" * 64, lambda: "b" * 64))


def config(site: Stage) -> tuple[str, str]:
    return "--config", str(site.folder / "kiosk.toml")


def test_it_names_the_witness_and_the_running_service_goes_on_once_it_is_journaled(
    site: Stage, serve: Callable[..., Any], kiosk_command: Callable[..., Any]
) -> None:
    import_under_a_wrong_clock(site)
    service = serve(site)
    service.until("S-05")
    done = kiosk_command("clock", "accept", *config(site), "--by", "hanako", "--json")
    assert done.returncode == 0, done.stderr
    set_aside = json.loads(done.stdout)["set_aside"]
    assert list(set_aside) == ["register"]
    assert set_aside["register"] == pytest.approx(DAYS * 86_400, abs=7_200)
    assert f"register: was {DAYS} days ahead of it and is set aside" in done.stderr
    service.until()
    journal = journal_path(site.settings.data_dir, site.settings.kiosk_id)
    acts = [entry for entry in map(json.loads, journal.read_text("ascii").splitlines()) if entry["kind"] == "staff"]
    assert [(entry["staff"], entry["act"]) for entry in acts] == [("hanako", "clock_accepted")]
    assert acts[0]["detail"].startswith("register.")


def test_a_newer_wrong_time_counts_anew(
    site: Stage, serve: Callable[..., Any], kiosk_command: Callable[..., Any]
) -> None:
    import_under_a_wrong_clock(site)
    assert kiosk_command("clock", "accept", *config(site)).returncode == 0
    service = serve(site)
    service.until()
    import_under_a_wrong_clock(site)
    service.until("S-05")


def test_where_no_witness_is_ahead_nothing_is_set_aside(site: Stage, kiosk_command: Callable[..., Any]) -> None:
    done = kiosk_command("clock", "accept", *config(site), "--json")
    assert (done.returncode, json.loads(done.stdout)["set_aside"]) == (0, {})
    assert not (site.settings.data_dir / "clock-accepted.json").exists()


@pytest.mark.parametrize(
    ("arguments", "environ", "status"),
    [
        (["--by", "受付 花子"], {}, 2),
        ([], {"KIOSK_DATABASE": "sqlite:////nowhere/register.sqlite"}, 3),
        ([], {"KIOSK_SITE_KEY_FILE": "/nowhere/key"}, 2),
    ],
)
def test_what_it_refuses(
    site: Stage, kiosk_command: Callable[..., Any], arguments: list[str], environ: dict[str, str], status: int
) -> None:
    journal_path(site.settings.data_dir, site.settings.kiosk_id).touch()
    done = kiosk_command("clock", "accept", *config(site), *arguments, "--json", **environ)
    assert done.returncode == status
    assert set(json.loads(done.stdout)) == {"error"} or status == 2
