"""The commands of README and ``docs`` do what they say: they run on one machine, in the order of ``FOLLOWED``.

The example of a test runs in tests/simulators/test_pytest_plugin.py.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.identity import create_site_key
from kiosk.settings import Settings, load
from simulators.demo import Stage, set_stage
from simulators.demo.visitor import Visitor
from simulators.pcscd import PrivatePcscd, missing_parts
from simulators.people import genuine_certificates, make_card, members_csv
from simulators.people.town import persona
from simulators.pytest_plugin import need
from tests.docs.following import (
    assert_serves,
    await_service,
    commands_of,
    does,
    done,
    example,
    example_of,
    lost,
    mode,
    reasons,
    service_log,
)
from tests.docs.machine import CLONE, RECORDED, STOOD_IN, Machine
from tests.docs.pages import PAGES, block, commands, tables
from tests.registers import Registers

FOUND_BY = (
    *("script/demo\n", "script/test\n", r"\Ascript/install\n\Z", "/etc/kiosk/roots\n", "registry import"),
    *("kiosk serve", r"kiosk settings\n", "useradd", r"reach\.conf", "polkit", "chromium", "createdb", "jiro"),
    *(
        "udevadm",
        "card list",
        "issuance plan",
        "issuance batches",
        "document notice",
        "kiosk decide",
        "yuko",
        "/var/lib/kiosk/crl\n",
        r"\.backup",
    ),
    *("/media/safe/site-key\n", "sqlite-wal", "git pull", r"\Akiosk audit verify"),
    *("simulate pki", "simulate terminal", "kiosk token"),
)
"""A pattern for each block of commands, in the order in which the pages are followed."""


RETURNED = """\
insurer_number,symbol,number,branch,notice_issued_on,confirmation_valid_from,confirmation_valid_until
133033,71-0001,000113,00,,,
"""
"""The post brought back the 資格確認書 of a member."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The roots, people and certificates of a simulation."""
    return set_stage(tmp_path_factory.mktemp("stage") / "stage", datetime.now(UTC))


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, stage: Stage) -> Iterator[Machine]:
    """The machine on which the pages are followed: a clone, and the files that its commands are given."""
    made = Machine.make(tmp_path_factory.mktemp("machine"))
    (made.clone / "members.csv").write_text(members_csv(stage.on), "utf-8")
    (made.clone / "card.pem").write_bytes(genuine_certificates(stage.authority, stage.on)["card-works"].pem)
    (made.clone / "facts.json").write_text(example("facts.json"), "utf-8")
    (made.clone / "returned.csv").write_text(RETURNED, "utf-8")
    yield made
    made.run("systemctl stop kiosk")


# What the pages say, before anything runs


def test_each_block_of_commands_has_its_test() -> None:
    found = [[pattern for pattern in FOUND_BY if re.search(pattern, one.text)] for one in commands()]
    assert found == [[pattern] for pattern in FOUND_BY]


def test_no_command_touches_this_machine() -> None:
    plain = {"kiosk", "simulate", "cd", "mkdir", "cp", "rm", "chmod", "umask", "sqlite3", "script/demo", "script/test"}
    known = plain | {"script/install", *STOOD_IN, *RECORDED}
    given = (command for one in commands() for command in re.split(r"(?<!\\)\n| && ", one.text.rstrip()))
    assert {command.split()[0] for command in given} <= known


def test_the_pythons_it_names_are_those_of_the_package() -> None:
    versions = re.findall(
        r'"Programming Language :: Python :: (3\.\d+)"', (CLONE / "pyproject.toml").read_text("utf-8")
    )
    assert f"Python {', '.join(versions[:-1])} and {versions[-1]}" in PAGES["docs/install.md"]


# README, install


@pytest.mark.parametrize(
    ("script", "ends_with"), [("script/demo\n", "simulate demo"), ("script/test\n", "coverage report")]
)
def test_a_script_runs_what_it_names(machine: Machine, tmp_path: Path, script: str, ends_with: str) -> None:
    """The programs are noted down only: what they do is tested elsewhere, and this test is one of what they run."""
    (tmp_path / "bin").mkdir()
    for name in ("pip", "python", "simulate", "ruff", "mypy", "lint-imports", "pytest", "coverage"):
        shutil.copy(machine.root / "bin/git", tmp_path / "bin" / name)
    machine.forget_calls()
    done(machine, block(script), SCRIPT_VENV=str(tmp_path))
    assert machine.calls[0].startswith("pip install -q --require-hashes --no-deps -r requirements")
    assert machine.calls[-1].startswith(ends_with)


def test_an_installation_takes_what_the_lock_pins(machine: Machine) -> None:
    machine.forget_calls()
    ended = machine.run(block(r"\Ascript/install\n\Z"))
    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (0, f"{machine.clone}/.venv/bin/kiosk")
    pip = "pip install -q --require-hashes --no-deps -r requirements.lock", "pip install -q --no-deps -e ."
    assert machine.calls == list(pip)


def test_the_folders_are_made(machine: Machine, stage: Stage) -> None:
    done(machine, block("/etc/kiosk/roots\n"))
    for root in (stage.folder / "trust").iterdir():
        shutil.copy(root, machine.root / "etc/kiosk/roots")
    assert mode(machine.root / "var/lib/kiosk") == 0o700


def test_roots_of_a_simulation_are_taken_in_a_simulation_only(machine: Machine) -> None:
    minimal = machine.moved(tables()[0].text)
    settings = machine.root / "etc/kiosk/kiosk.toml"
    settings.write_text(minimal, "utf-8")
    done(machine, "kiosk registry init --config /etc/kiosk/kiosk.toml")
    refused = machine.run("kiosk serve --config /etc/kiosk/kiosk.toml")
    assert refused.returncode == 2
    assert json.loads(refused.stderr)["problem"] == (
        "identity.trust: holds a root of a test hierarchy; it is taken only with simulation = true"
    )
    settings.write_text(f"simulation = true\n{minimal}", "utf-8")


@pytest.mark.parametrize("command", commands_of("docs/install.md"))
def test_a_command_of_the_installation(machine: Machine, command: str) -> None:
    if command.startswith("kiosk serve"):
        assert_serves(machine, command)
    else:
        does(machine, command)


def test_the_service_is_installed_and_starts(machine: Machine) -> None:
    machine.forget_calls()
    done(machine, block("useradd"))
    assert reasons(machine) == ["R-01"]
    assert "kiosk:x:" in (machine.root / "etc/passwd").read_text("utf-8")
    assert mode(machine.root / "etc/kiosk/kiosk.toml") & 0o007 == 0
    (apt,) = [call for call in machine.calls if call.startswith("apt-get")]
    for package in apt.removeprefix("apt-get install -y ").split():
        asked = subprocess.run(["dpkg-query", "-W", package], capture_output=True, text=True)
        assert asked.returncode == 0, asked.stderr


def test_systemd_would_take_the_unit(machine: Machine) -> None:
    need([] if shutil.which("systemd-analyze") else ["systemd-analyze (Debian package systemd)"])
    unit = machine.root / "etc/systemd/system/kiosk.service"
    assert unit.read_text("utf-8") == (CLONE / "kiosk/systemd/kiosk.service").read_text("utf-8")
    runnable = machine.root / "run/kiosk.service"
    runnable.write_text(machine.moved(unit.read_text("utf-8")), "utf-8")
    said = subprocess.run(["systemd-analyze", "verify", str(runnable)], capture_output=True, text=True, timeout=60)
    assert [line for line in said.stderr.splitlines() if "kiosk.service" in line] == []


def test_the_unit_is_told_what_it_has_to_reach(machine: Machine) -> None:
    done(machine, block(r"reach\.conf"))
    text = (machine.root / "etc/systemd/system/kiosk.service.d/reach.conf").read_text("utf-8")
    assert text.endswith("[Service]\n# Nothing.\n")


def test_the_rule_for_polkit_is_installed(machine: Machine) -> None:
    done(machine, block("polkit"))
    rule = machine.root / "etc/polkit-1/rules.d/60-kiosk-pcsc.rules"
    assert rule.read_bytes() == (CLONE / "drivers/pcsc/polkit/60-kiosk-pcsc.rules").read_bytes()
    assert mode(rule) == 0o644


def test_the_browser_shows_the_page(machine: Machine) -> None:
    need([] if shutil.which("chromium") else ["Chromium (Debian package chromium)"])
    assert re.search(r"<main[^>]* data-screen=", done(machine, block("chromium")))


def test_a_register_in_postgresql(machine: Machine, registers: Registers) -> None:
    machine.forget_calls()
    host = {"PGHOST": str(registers.cluster.folder)}
    done(machine, block("createdb"), **host)
    assert machine.calls[-1].startswith("pip install -q --require-hashes --no-deps -r /dev/fd/")
    (table,) = [one.text for one in tables() if "postgresql+psycopg" in one.text]
    (machine.clone / "postgresql.toml").write_text(table, "utf-8")
    done(machine, "kiosk registry init --config postgresql.toml", **host, PGUSER="kiosk")


@pytest.mark.parametrize("command", commands_of("docs/ja/install.md"))
def test_a_command_of_the_japanese_page(machine: Machine, command: str) -> None:
    does(machine, command)


# readers


def test_the_nfc_files_are_installed(machine: Machine) -> None:
    machine.forget_calls()
    done(machine, block("udevadm"))
    installed = [
        machine.root / "etc" / path for path in ("udev/rules.d/70-kiosk-nfc.rules", "modprobe.d/kiosk-nfc.conf")
    ]
    assert all(path.is_file() for path in installed)
    kept_out = re.findall(r"^blacklist (\S+)$", installed[1].read_text("utf-8"), re.MULTILINE)
    assert machine.calls == ["udevadm control --reload", "udevadm trigger", f"modprobe -r {' '.join(kept_out)}"]
    assert "kiosk" in (machine.root / "etc/group").read_text("utf-8")


@pytest.mark.parametrize("command", commands_of("docs/readers.md"))
def test_a_command_for_readers_and_cards(machine: Machine, command: str) -> None:
    does(machine, command)


# union-office, decision, staff-desk, api


@pytest.mark.parametrize("command", commands_of("docs/api.md"))
def test_a_command_for_the_programs_that_use_the_api(machine: Machine, command: str) -> None:
    does(machine, command)


@pytest.mark.parametrize("command", commands_of("docs/union-office.md"))
def test_a_command_of_the_union(machine: Machine, command: str) -> None:
    does(machine, command)


def test_a_decision_is_the_one_of_the_page(machine: Machine) -> None:
    [command] = commands_of("docs/decision.md")
    assert json.loads(does(machine, command)) == json.loads(example("decision"))


def test_the_tunnel_leads_to_the_staff_pages() -> None:
    (port,) = re.findall(r'^staff\.listen = "127\.0\.0\.1:(\d+)"', tables()[0].text, re.MULTILINE)
    assert f"ssh -N -L {port}:127.0.0.1:{port} kiosk-1" in PAGES["docs/staff-desk.md"]


def test_an_officer_is_given_an_account(machine: Machine) -> None:
    [command] = commands_of("docs/officer.md")
    does(machine, command)
    listed = does(machine, "kiosk staff list --config /etc/kiosk/kiosk.toml").splitlines()
    assert "yuko\t事務優子\tofficer" in listed


# operate


def test_the_folder_of_revocation_lists_is_made(machine: Machine) -> None:
    done(machine, block("/var/lib/kiosk/crl\n"))
    (crl,) = [one.text for one in tables() if one.text.startswith("identity.crl")]
    (folder,) = re.findall(r'"(.*)"', machine.moved(crl))
    assert mode(Path(folder)) == 0o750


@pytest.mark.parametrize("toml", [one.text for one in tables()])
def test_the_settings_of_every_page_are_real(machine: Machine, tmp_path: Path, toml: str) -> None:
    (tmp_path / "kiosk.toml").write_text(machine.moved(toml), "utf-8")
    for secret in re.findall(r'(?:password|secret)_file = "(.*)"', machine.moved(toml)):
        Path(secret).write_text("made by hand\n", "utf-8")
    assert load(tmp_path / "kiosk.toml", {}) != Settings()


def test_a_backup_while_it_serves_is_nobody_elses(machine: Machine) -> None:
    done(machine, block(r"\.backup"))
    done(machine, block("/media/safe/site-key\n"))
    copies = machine.root / "var/backups/kiosk"
    names = {"registry.sqlite", "journal-1.jsonl", "journal-1.jsonl.head", "staff.json", "receipt-keys.json"}
    assert {path.name: mode(path) for path in copies.iterdir()} == dict.fromkeys(names, 0o600)
    assert (mode(copies), mode(machine.root / "media/safe/site-key")) == (0o700, 0o600)


def test_a_journal_that_grows_between_two_copies_is_whole(machine: Machine) -> None:
    done(machine, "systemctl stop kiosk")
    append = "import sys; from tests.docs.machine import append; append(sys.argv[1])"
    (machine.root / "bin/cp").write_text(
        f"""#!/bin/bash
        /usr/bin/cp "$@" && cd "{CLONE}" && exec "{sys.executable}" -c "{append}" "$MACHINE/var/lib/kiosk"
    """
    )
    (machine.root / "bin/cp").chmod(0o755)
    done(machine, block(r"\.backup"))
    (machine.root / "bin/cp").unlink()
    done(machine, "kiosk audit verify --journal /var/backups/kiosk/journal-1.jsonl --config /etc/kiosk/kiosk.toml")


@pytest.mark.parametrize(
    ("site_key", "says"),
    [(False, "is missing, and certificates are bound under a site key"), (True, "was bound under another site key")],
    ids=["missing", "another"],
)
def test_without_its_site_key_what_was_backed_up_is_refused(
    machine: Machine, tmp_path: Path, site_key: bool, says: str
) -> None:
    data = machine.root / "var/lib/kiosk"
    create_site_key(tmp_path / "site-key")
    lost(machine)
    script = block("sqlite-wal").replace("/media/safe/site-key", f"{tmp_path}/site-key" * site_key)
    assert machine.run(script).returncode != 0
    restored = sorted(path.name for path in data.iterdir())
    done(machine, "systemctl start kiosk; flock $MACHINE/run/service.lock true")
    [line] = map(json.loads, service_log(machine).splitlines())
    assert says in line["problem"]
    assert sorted(path.name for path in data.iterdir()) == restored
    assert ("site-key" in restored) == site_key


def test_what_was_backed_up_serves_again(machine: Machine, stage: Stage) -> None:
    need(missing_parts())
    lost(machine)
    with PrivatePcscd() as pcscd:
        done(machine, block("sqlite-wal"), **pcscd.environment)
        await_service(machine)
        with Visitor(f"http://{machine.listen}/") as visitor:
            person = persona("card-works", stage.on)
            pcscd.put(make_card(person, stage.authority, stage.now))
            visitor.until(lambda view: view["state"] == "pin")
            visitor.press(action="pin", pin="1234")
            result = visitor.until(lambda view: view["state"] in {"result", "failure"})
            assert visitor.health() == []
        assert (result["level"], result["decision"]["applies"]) == ("confirmed", "card")
        assert "hanako" in done(machine, "kiosk staff list --config /etc/kiosk/kiosk.toml")
        done(machine, "kiosk audit verify --config /etc/kiosk/kiosk.toml")


def test_an_update(machine: Machine) -> None:
    machine.forget_calls()
    done(machine, block("git pull"))
    assert machine.calls == ["git pull --ff-only"]
    assert reasons(machine) == ["R-01"]


@pytest.mark.parametrize("command", commands_of("docs/operate.md"))
def test_a_command_of_the_operator(machine: Machine, command: str) -> None:
    does(machine, command)


# simulators


@pytest.mark.parametrize(
    "command", [one for one in commands_of("docs/simulators.md") if not one.startswith("simulate terminal")]
)
def test_a_simulator_does_what_it_says(machine: Machine, command: str) -> None:
    done(machine, command)


def test_the_simulated_terminal_is_ready_and_takes_orders(machine: Machine) -> None:
    *before, command = block("simulate terminal").splitlines()
    order, *_ = example_of("console", "face ").splitlines()
    done(machine, " && ".join(before))
    answered = "grep -q face_file <(exec tail --pid=$! --lines=+1 --follow run.log 2>/dev/null)"
    done(machine, f": >run.log; {command} <<<'{order}' >>run.log 2>&1 & echo $! >run.pid; {answered}")
    done(machine, "kill $(cat run.pid); tail --pid=$(cat run.pid) -f /dev/null")
    ready, told = map(json.loads, (machine.clone / "run.log").read_text("utf-8").splitlines())
    assert ready["ready"] is True
    assert (machine.clone / "face" / told["face_file"]).is_file()
