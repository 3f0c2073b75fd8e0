"""`kiosk document print` before anything is sent: the folder, its manifest and the settings."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
HEADER = "batch,order,kind,pile,file,page\n"
NOTICE = "7,101,notice,post,notice.pdf,1\n"
CONFIRMATION = "8,102,confirmation,aside,aside-confirmation.pdf,1\n"


@pytest.fixture
def folder() -> Path:
    made = Path("out")
    made.mkdir()
    (made / "manifest.csv").write_text(HEADER + NOTICE + CONFIRMATION)
    return made


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["out"], 2, "printing.a4_queue: is not set, and notice.pdf needs it"),
        (["out", "--aside"], 2, "printing.card_queue: is not set, and aside-confirmation.pdf needs it"),
        (["out", "--file", "carrier.pdf"], 2, "--file: carrier.pdf is not in this pile; there are: notice.pdf"),
        (["out", "--file", "../secret.pdf"], 2, "--file: ../secret.pdf is not in this pile"),
        (["nowhere"], 1, "nowhere/manifest.csv: No such file or directory"),
    ],
)
def test_what_cannot_be_printed_is_one_sentence(
    run: Run, folder: Path, words: list[str], status: int, says: str
) -> None:
    result = run("document", "print", *words)
    assert (result.exit_code, result.stderr.startswith(says)) == (status, True)
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "content",
    ["", "insurer_number,symbol\n", HEADER + "7,101\n", HEADER + "seven,101,notice,post,notice.pdf,1\n", HEADER + "\0"],
)
def test_another_file_is_no_manifest(run: Run, folder: Path, content: str) -> None:
    (folder / "manifest.csv").write_text(content)
    result = run("document", "print", "out")
    assert (result.exit_code, result.stderr) == (1, "out/manifest.csv: is not the manifest of a batch\n")


def test_a_batch_without_papers_prints_nothing(run: Run, folder: Path) -> None:
    (folder / "manifest.csv").write_text(HEADER)
    result = run("document", "print", "out", "--json")
    assert (result.exit_code, result.stdout) == (0, '{"batch": null, "printed": []}\n')


@pytest.mark.parametrize("queue", ["-o", "a b", "a/b", "a#b", "x" * 128])
def test_the_name_of_a_queue_is_checked(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, queue: str) -> None:
    monkeypatch.setenv("KIOSK_PRINTING__A4_QUEUE", queue)
    result = run("document", "print", "out")
    assert (result.exit_code, "printing.a4_queue" in result.stderr) == (2, True)
