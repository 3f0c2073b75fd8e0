"""What the scripts share (script/lib.sh)."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


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
