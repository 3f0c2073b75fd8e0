"""An answer that cannot be written: one clear sentence and a status of its own, since the work may be done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MAIN = [sys.executable, "-c", "from kiosk.cli import main; main()"]
SENTENCE = "the answer could not be written: No space left on device\n"


def run(folder: Path, *words: str, unbuffered: str = "") -> subprocess.CompletedProcess[str]:
    database = f"sqlite:///{folder}/register.sqlite"
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered, "KIOSK_DATABASE": database}
    with open("/dev/full", "wb") as full:
        ended = subprocess.run(
            [*MAIN, *words], cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, env=environment
        )
    assert "Traceback" not in ended.stderr and "Exception" not in ended.stderr
    return ended


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["found out at the end", "found out at once"])
@pytest.mark.parametrize(
    ("words", "made"),
    [
        (["document", "procedures", "--pdf", "p.pdf", "--json"], "p.pdf"),
        (["registry", "init", "--json"], "register.sqlite"),
    ],
    ids=["a paper", "a register"],
)
def test_what_was_asked_for_is_done_and_the_answer_is_missed(
    tmp_path: Path, words: list[str], made: str, unbuffered: str
) -> None:
    ended = run(tmp_path, *words, unbuffered=unbuffered)
    assert (ended.returncode, ended.stderr.endswith(SENTENCE)) == (os.EX_IOERR, True)
    assert (tmp_path / made).exists()


def test_a_refusal_that_was_told_keeps_its_status(tmp_path: Path) -> None:
    ended = run(tmp_path, "registry", "stats", "--json")
    assert (ended.returncode, "kiosk registry init" in ended.stderr) == (3, True)
