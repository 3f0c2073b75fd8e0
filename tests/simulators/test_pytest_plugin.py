"""The pytest plug-in in projects of others: one with packages named as ours, one that uses the fixtures."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = next(
    block for block in re.findall(r"```python\n(.*?)```", (ROOT / "docs/simulators.md").read_text("utf-8"), re.DOTALL)
)
OWN = """
import sys

import drivers.motor
import simulators

def test_the_project_s_own_packages_are_there():
    assert (simulators.WHOSE, drivers.motor.WHOSE) == ("the project's", "the project's")

def test_of_kiosk_the_names_of_the_fixtures_alone_are_loaded():
    ours = {name for name in sys.modules if name.partition(".")[0] in {"kiosk", "simulators", "drivers"}}
    assert ours - {"simulators", "drivers", "drivers.motor"} <= {"kiosk", "kiosk.pytest_plugin"}
"""
USES = """
def test_that_needs_a_reader(reader):
    raise AssertionError("never reached")
"""


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our packages as a wheel leaves them: an editable installation would find ``simulators.x`` behind any namesake."""
    site = tmp_path_factory.mktemp("site")
    for package in ("drivers", "kiosk", "simulators"):
        (site / package).symlink_to(ROOT / package)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = project["entry-points"] | {"console_scripts": project["scripts"]}
    lines = [line for group, items in groups.items() for line in (f"[{group}]", *map(" = ".join, items.items()))]
    about = {"METADATA": f"Name: kiosk\nVersion: {project['version']}\n", "entry_points.txt": "\n".join(lines)}
    write(site / f"kiosk-{project['version']}.dist-info", about)
    return site


@pytest.fixture
def run(installed: Path) -> Run:
    """Run a project's tests as its own people do: from its folder, which then comes first on sys.path."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    paths = os.pathsep.join([str(installed), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    command = [sys.executable, "-S", "-m", "pytest", "-p", "no:cacheprovider", "--color=no"]

    def run(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
        given = {"cwd": project, "env": environ | {"PYTHONPATH": paths}}
        return subprocess.run([*command, *options], **given, capture_output=True, text=True, timeout=300)

    return run


def write(project: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


@pytest.fixture
def namesake(tmp_path: Path) -> Path:
    """A project that has simulators and drivers of its own."""
    own = {"simulators/__init__.py": "", "drivers/__init__.py": "", "drivers/motor.py": ""}
    write(tmp_path, {name: 'WHOSE = "the project\'s"\n' for name in own} | {"test_own.py": OWN})
    return tmp_path


def test_a_project_with_packages_named_as_ours_runs_as_if_the_plug_in_were_not_there(run: Run, namesake: Path) -> None:
    done = run(namesake)
    assert (done.returncode, "2 passed" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.parametrize("name", ["simulators", "drivers"])
def test_a_fixture_says_in_one_sentence_what_hides_it(run: Run, tmp_path: Path, name: str) -> None:
    write(tmp_path, {f"{name}/__init__.py": "", "test_uses.py": USES})
    done = run(tmp_path, "-q")
    said = [line for line in done.stdout.splitlines() if "fixtures of kiosk" in line]
    assert done.returncode == 1
    assert (
        f"its package '{name}', but {tmp_path / name / '__init__.py'} comes first on sys.path and hides it" in said[0]
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert "Error" not in done.stdout.partition("short test summary")[0]


def test_a_project_with_a_kiosk_of_its_own_leaves_the_plug_in_out_as_the_readme_says(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"kiosk/__init__.py": "", "test_own.py": "import kiosk\n\ndef test_own():\n    assert kiosk\n"})
    done = run(tmp_path, "-p", "no:kiosk.pytest_plugin")
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr


def test_the_example_of_the_readme_runs_in_a_project_of_its_own(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"test_example.py": EXAMPLE})
    done = run(tmp_path)
    assert (done.returncode, "4 passed" in done.stdout) == (0, True), done.stdout + done.stderr


EVERYBODY = """
import pytest

@pytest.mark.parametrize(
    ("who", "pin", "screen", "code"),
    [
        ("not-linked-notice", "1234", "result_card", None),
        ("claim-without-paper", "1234", "result_notice", None),
        ("pin-blocked", "1234", "pin_blocked", "P-03"),
        ("foreign-card", "1234", "not_my_number_card", "C-03"),
        ("unknown-member", "1234", "unknown_member", "N-01"),
    ],
)
def test_each_ends_as_it_is_due(visit, who, pin, screen, code):
    seen = visit(who, pin)
    assert (seen["screen"], (seen["failure"] or {}).get("code")) == (screen, code)

def test_two_after_each_other(visit):
    assert visit("card-works", "9999")["failure"]["code"] == "P-01"
    assert visit("card-works", "1234")["decision"]["usable"] == "yes"

def test_who_has_no_card_or_does_not_exist(visit):
    with pytest.raises(ValueError, match="card-lost has no card"):
        visit("card-lost", "1234")
    with pytest.raises(KeyError):
        visit("nobody", "1234")
"""


def test_visits_of_all_kinds_end_with_what_the_person_saw_last(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"test_visits.py": EVERYBODY})
    done = run(tmp_path)
    assert (done.returncode, "7 passed" in done.stdout) == (0, True), done.stdout + done.stderr
