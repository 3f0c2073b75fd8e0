"""When a site key is made: where register and journal know of none yet, never in the place of one that is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.audit import Entry, Journal
from kiosk.identity import create_site_key, load_site_key
from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from simulators.people import genuine_certificates, members_csv

KIOSK = [sys.executable, "-c", "from kiosk.cli import main; main()"]
HELD = "133033:71-0001:000101:00"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")


def run(stage: Stage, *words: str) -> subprocess.CompletedProcess[str]:
    command = [*KIOSK, *words, "--config", str(stage.folder / "kiosk.toml")]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def bind(stage: Stage) -> subprocess.CompletedProcess[str]:
    (stage.folder / "card.pem").write_bytes(genuine_certificates(stage.authority, stage.on)["card-works"].pem)
    return run(stage, "registry", "bind", "--member", HELD, "--certificate", str(stage.folder / "card.pem"))


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Return why the service did not start: its only line."""
    [line] = map(json.loads, done.stderr.splitlines())
    return str(line["problem"])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_serve_makes_none_for_a_register_whose_certificates_are_bound(stage: Stage) -> None:
    stage.settings.site_key_path.unlink()
    before = contents(stage.settings.data_dir)
    done = run(stage, "serve")
    assert (done.returncode, done.stdout) == (2, "")
    assert said(done) == (
        f"site_key_file: {stage.settings.site_key_path} is missing, and certificates are bound under a site key: "
        "put a copy of that key there"
    )
    assert contents(stage.settings.data_dir) == before


def test_bind_makes_none_either(stage: Stage) -> None:
    stage.settings.site_key_path.unlink()
    done = bind(stage)
    assert done.returncode == 2
    assert "is missing, and certificates are bound under a site key" in done.stderr
    assert not stage.settings.site_key_path.exists()


def test_none_is_made_beside_a_journal(stage: Stage, register_url: str) -> None:
    unbound(stage, register_url)
    journal = stage.settings.data_dir / "journal-1.jsonl"
    journal.write_text("{}\n")
    for done in (run(stage, "serve"), bind(stage)):
        assert done.returncode == 2
        assert f"is missing, and {journal} was written under a site key" in done.stderr
        assert contents(stage.settings.data_dir) == {"journal-1.jsonl": b"{}\n"}


def test_another_key_is_refused_and_nothing_made(stage: Stage) -> None:
    stage.settings.site_key_path.unlink()
    create_site_key(stage.settings.site_key_path)
    before = contents(stage.settings.data_dir)
    done = run(stage, "serve")
    assert (done.returncode, done.stdout) == (2, "")
    assert said(done) == "site_key_file: this registry was bound under another site key; set site_key_file to that one"
    assert contents(stage.settings.data_dir) == before


def test_another_key_than_that_of_the_journal_is_refused_too(stage: Stage, register_url: str) -> None:
    unbound(stage, register_url)
    create_site_key(stage.settings.site_key_path)
    key = load_site_key(stage.settings.site_key_path)
    journal = stage.settings.data_dir / "journal-1.jsonl"
    with Journal.open(journal, "1", key, now=stage.now) as kept:
        kept.append(Entry(stage.now, 1))
    stage.settings.site_key_path.unlink()
    create_site_key(stage.settings.site_key_path)
    before = contents(stage.settings.data_dir)
    done = run(stage, "serve")
    assert done.returncode == 2
    assert said(done).startswith(
        f"data_dir: the end of the journal {journal} was changed or belongs to another site key"
    )
    assert contents(stage.settings.data_dir) == before


def test_a_new_register_gets_one(stage: Stage, register_url: str) -> None:
    unbound(stage, register_url)
    done = bind(stage)
    assert done.returncode == 0
    assert "the registry's site key was made here now" in done.stderr
    assert stage.settings.site_key_path.stat().st_mode & 0o777 == 0o600


def unbound(stage: Stage, register_url: str) -> None:
    """Give the kiosk another register, and leave nothing that was written under the old one's key."""
    config = stage.folder / "kiosk.toml"
    config.write_text(config.read_text("utf-8").replace(stage.settings.database, register_url), "utf-8")
    for path in stage.settings.data_dir.iterdir():
        path.unlink()
    assert run(stage, "registry", "init").returncode == 0
    (stage.folder / "members.csv").write_text(members_csv(stage.on), "utf-8")
    assert run(stage, "registry", "import", str(stage.folder / "members.csv")).returncode == 0
