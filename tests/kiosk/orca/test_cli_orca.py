"""`kiosk orca check` against a real daemon, and the settings of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from kiosk.settings import SettingsError, load
from simulators.orca import OrcaScenario, SimulatedOrca
from tests.kiosk.orca.people import PASSWORD, simulated

Run = Callable[..., Result]
WHOLE = {
    "url": '"http://127.0.0.1:8000"',
    "user": '"ormaster"',
    "password_file": '"password"',
    "department": '"01"',
    "physician": '"10001"',
}
NO_URLS = (
    *("ftp://127.0.0.1", "http://user:secret@127.0.0.1", "http://127.0.0.1/?a=b"),
    *("127.0.0.1:8000", "http://a b", "http://127.0.0.1:8000\\nx"),
    *("http://127.0.0.1:99999", "http://127.0.0.1:0", "http://127.0.0.1:８０００", "http://[::zz]", "http://xn--a"),
)


@pytest.fixture
def orca() -> Iterator[SimulatedOrca]:
    with simulated() as running:
        yield running


@pytest.fixture
def settings(alone: Path) -> Callable[..., None]:
    """Writes kiosk.toml with a table [orca]; None leaves a key out."""

    def write(**changes: str | None) -> None:
        (alone / "password").write_text(f"{PASSWORD}\n", "utf-8")
        (alone / "password").chmod(0o600)
        lines = [f"{key} = {value}" for key, value in (WHOLE | changes).items() if value is not None]
        (alone / "kiosk.toml").write_text("\n".join(["[orca]", *lines, ""]), "utf-8")

    return write


def check(run: Run, *more: str) -> Result:
    return run("orca", "check", "--config", "kiosk.toml", *more)


def test_the_check_says_what_orca_knows(settings: Callable[..., None], orca: SimulatedOrca, kiosk_command: Run) -> None:
    settings(url=f'"{orca.url}"')
    done = check(kiosk_command, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "departments": 2,
        "physicians": 2,
        "department_known": True,
        "physician_known": True,
    }
    assert check(kiosk_command).stdout == "ORCA answers: 2 departments, 2 physicians\n"
    assert not orca.receptions


def test_codes_that_orca_does_not_know_are_named(
    settings: Callable[..., None], orca: SimulatedOrca, kiosk_command: Run
) -> None:
    settings(url=f'"{orca.url}"', department='"77"', physician='"1"')
    done = check(kiosk_command)
    assert done.exit_code == 22
    assert done.stderr == "ORCA does not know orca.department = '77' and orca.physician = '1'\n"
    settings(url=f'"{orca.url}"', physician=None)
    assert check(kiosk_command).exit_code == 0


@pytest.mark.parametrize(
    ("scenario", "status", "said"),
    [
        (OrcaScenario.UNKNOWN_USER, 22, "N-26 Api_Result 99: ORCA does not know the user"),
        (OrcaScenario.NOT_XML, 22, "N-27 the answer not well-formed XML"),
        (OrcaScenario.ERROR_500, 23, "N-25 HTTP status 500"),
    ],
)
def test_a_fault_is_one_sentence_with_its_code(
    settings: Callable[..., None],
    orca: SimulatedOrca,
    kiosk_command: Run,
    scenario: OrcaScenario,
    status: int,
    said: str,
) -> None:
    settings(url=f'"{orca.url}"')
    orca.scenario = scenario
    done = check(kiosk_command, "--json")
    assert done.exit_code == status
    assert done.stderr == f"{said}\n"
    assert json.loads(done.stdout) == {"error": {"message": said}, "code": said[:4]}


def test_a_wrong_password_is_in_no_output(
    settings: Callable[..., None], orca: SimulatedOrca, kiosk_command: Run, alone: Path
) -> None:
    settings(url=f'"{orca.url}"')
    (alone / "password").write_text("secret-of-another")
    done = check(kiosk_command, "--json")
    assert done.exit_code == 22 and "N-26 HTTP status 401" in done.stderr
    assert "secret-of-another" not in done.output


def test_a_warning_is_no_part_of_the_answer(alone: Path, settings: Callable[..., None]) -> None:
    """As a process, since only there the log is the command's own."""
    settings(url='"http://127.0.0.1:1"')
    (alone / "password").chmod(0o644)
    command = ["-c", "from kiosk.cli import main; main()", "orca", "check", "--config", "kiosk.toml", "--json"]
    done = subprocess.run([sys.executable, *command], cwd=alone, capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout)["code"] == "N-25"
    assert "consider a new secret" in done.stderr


def test_without_an_orca_there_is_nothing_to_check(alone: Path, kiosk_command: Run) -> None:
    (alone / "kiosk.toml").write_text("")
    done = check(kiosk_command)
    assert done.exit_code == 2 and "set orca.url" in done.stderr


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        *[({"url": f'"{url}"'}, "orca.url: must be http:// or https://") for url in NO_URLS],
        ({"user": None}, "orca: url needs user, password_file and department"),
        ({"department": None}, "orca: url needs user, password_file and department"),
        ({"department": '"内科"'}, "orca.department"),
        ({"physician": None, "register_receptions": "true"}, "orca: register_receptions needs url and physician"),
        ({"password_file": '"missing"'}, "orca.password_file: no such file or folder: missing"),
        ({"ca_file": '"missing.pem"'}, "orca.ca_file: no such file or folder: missing.pem"),
        ({"hosts": '["orca.example"]'}, "orca: hosts: a server outside of private networks needs https"),
        ({"hosts": '["https://orca.example"]'}, "orca.hosts: must be host names"),
        ({"timeout": "0"}, "orca.timeout"),
        ({"password": '"secret"'}, "orca.password: there is no such setting"),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    settings: Callable[..., None], alone: Path, changes: dict[str, str | None], said: str
) -> None:
    settings(**changes)
    with pytest.raises(SettingsError) as caught:
        load(alone / "kiosk.toml", {})
    assert said in str(caught.value) and "secret" not in str(caught.value)


def test_nothing_is_registered_unless_the_settings_say_so(settings: Callable[..., None], alone: Path) -> None:
    settings()
    assert not load(alone / "kiosk.toml", {}).orca.register_receptions
    assert load(alone / "kiosk.toml", {"KIOSK_ORCA__REGISTER_RECEPTIONS": "true"}).orca.register_receptions
