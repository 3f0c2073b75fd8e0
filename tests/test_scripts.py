"""What the scripts share (script/lib.sh)."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RECORDER = ROOT / "tests/voice/record.py"
"""What script/make-voice runs, and no test."""


def lib(command: str, **environ: str) -> str:
    run = ["bash", "-c", f"source script/lib.sh; {command}"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"} | environ)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_another_virtual_environment_is_no_setting_of_the_kiosk() -> None:
    assert lib('echo "$VENV"') == f"{ROOT}/.venv\n"
    assert lib('echo "$VENV"', SCRIPT_VENV="/elsewhere") == "/elsewhere\n"
    for script in (ROOT / "script").iterdir():
        assert not re.search("KIOSK_[A-Z]", script.read_text("utf-8"))


def test_psycopg_is_taken_as_the_tests_pin_it() -> None:
    blocks = lib("pinned requirements-test.lock psycopg psycopg-binary").splitlines()
    assert [line for line in blocks if "==" in line] == [
        line
        for line in (ROOT / "requirements-test.lock").read_text().splitlines()
        if re.match("psycopg(-binary)?==", line)
    ]
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in blocks if "==" not in line)
    assert sum("--hash" in line for line in blocks) > 2
    assert not blocks[-1].endswith("\\")


def test_what_the_tests_start_comes_with_packages_that_the_script_names() -> None:
    """Each program that a test or a simulator starts is of a bare Debian, or of a package that script/test needs."""
    files = {file for top in ("tests", "simulators") for file in (ROOT / top).rglob("*.py")} - {RECORDER}
    owners = owners_of(programs(files))
    assert {"curl", "openssl", "pdftotext", "systemd-analyze"} <= set(owners)
    assert unnamed(owners, "script/test") == {}


def test_what_makes_the_recordings_comes_with_packages_that_its_script_names() -> None:
    assert {"flite", "opusenc"} <= programs({RECORDER})
    assert unnamed(owners_of(programs({RECORDER})), "script/make-voice") == {}


SOMETIMES = """
import pathlib, pytest

@pytest.mark.parametrize("number", range(4))
def test_it(number, request):
    kept = pathlib.Path(__file__).with_name("seen")
    seen = kept.read_text().split() if kept.exists() else []
    kept.write_text(" ".join([*seen, str(number)]))
    assert number >= {failing} or {mends} and str(number) in seen
"""


@pytest.mark.parametrize(
    ("failing", "mends", "status"),
    [(0, False, 0), (1, True, 0), (3, True, 0), (4, True, 1), (1, False, 1)],
    ids=["all pass", "one too late", "three too late", "four too late", "one that fails alone as well"],
)
def test_a_few_tests_that_failed_are_run_again_alone_and_named(
    tmp_path: Path, failing: int, mends: bool, status: int
) -> None:
    (tmp_path / "test_sometimes.py").write_text(SOMETIMES.format(failing=failing, mends=mends))
    run = ["bash", "-c", f"source script/lib.sh; cd {tmp_path}; tested -q -p no:cov -p no:xdist -p no:randomly"]
    environ = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, env=environ)
    assert (done.returncode, "has to be mended" in done.stderr) == (status, bool(failing) and status == 0), done.stdout
    assert all(f"test_it[{number}]" in done.stderr for number in range(failing if status == 0 else 0))


SYSTEM = "/usr/sbin:/usr/bin:/sbin:/bin"


def needed(script: str) -> list[str]:
    lines = (ROOT / script).read_text("utf-8").splitlines() + (ROOT / "script/lib.sh").read_text("utf-8").splitlines()
    return [line for line in lines if re.match(r"\s*(need |local packages=|packages\+=|.*\|\| packages\+=)", line)]


def owners_of(programs: set[str]) -> dict[str, str]:
    """Return the Debian package of each of these programs that this machine has."""
    return {program: owner(path) for program in programs if (path := shutil.which(program, path=SYSTEM))}


def unnamed(owners: dict[str, str], script: str) -> dict[str, str]:
    """Return the programs whose package is neither of a bare Debian nor named by this script."""
    named = set(re.findall(r"[a-z0-9.+-]+", " ".join(needed(script))))
    return {program: package for program, package in owners.items() if package not in named | bare()}


def programs(files: set[Path]) -> set[str]:
    """Return what these look for in PATH, and the first words of what they give to subprocess."""
    trees = [ast.parse(file.read_text("utf-8")) for file in files]
    return {word for tree in trees for word in started(tree)}


def started(tree: ast.Module) -> Iterator[str]:
    """Yield the first word of each list that is given to subprocess, as it is or by the name of a variable."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    given = [node.args[0] for node in calls if re.match("subprocess|shutil.which", ast.unparse(node.func))]
    names = {ast.unparse(part).removeprefix("*") for node in given for part in (node, *list_of(node)[:1])}
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    given += [node.value for node in assigned if ast.unparse(node.targets[0]) in names]
    for word in (part for node in given for part in (node, *list_of(node)[:1])):
        if isinstance(word, ast.Constant) and isinstance(word.value, str):
            yield word.value


def list_of(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.List) else []


def owner(path: str) -> str:
    """Return the package of a program; systems differ in whether /bin is recorded as it is or as /usr/bin."""
    real = os.path.realpath(path)
    asked = ["dpkg-query", "-S", real, real.removeprefix("/usr")]
    return subprocess.run(asked, capture_output=True, text=True).stdout.partition(":")[0]


def bare() -> set[str]:
    """Return the packages that no Debian system is without."""
    form = "${Package} ${Essential} ${Priority}\n"
    listed = subprocess.run(["dpkg-query", "-W", "-f", form], capture_output=True, text=True, check=True).stdout
    return {line.split()[0] for line in listed.splitlines() if re.search(r" (yes|required)\b", line)}


def test_byte_code_is_compiled_at_install(tmp_path: Path) -> None:
    for package in ("kiosk", "drivers", "simulators"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    run = f'source {ROOT}/script/lib.sh; cd "$1"; compile_packages'
    subprocess.run(["bash", "-c", run, "bash", str(tmp_path)], cwd=ROOT, check=True)
    compiled = {path.parent.parent.name for path in tmp_path.rglob("__pycache__/*.pyc")}
    assert compiled == {"kiosk", "drivers", "simulators"}
    assert "\ncompile_packages\n" in (ROOT / "script" / "install").read_text("utf-8")
