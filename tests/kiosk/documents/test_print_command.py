"""`kiosk document print` before anything is sent: the folder, its manifest and the settings."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import update

from kiosk.cli.document_print import PrintCommand
from kiosk.eligibility import Registry
from kiosk.issuance import Queue
from kiosk.store.schema import issuance_order, member_version

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
    [
        "",
        "insurer_number,symbol\n",
        HEADER + "7,101\n",
        HEADER + "seven,101,notice,post,notice.pdf,1\n",
        HEADER + f"7,{2**70},notice,post,notice.pdf,1\n",
        HEADER + "\0",
    ],
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


def withhold(registry: Registry) -> None:
    with registry.engine.begin() as connection:
        connection.execute(update(member_version).values(information_withheld=True))


def leave_out(registry: Registry) -> None:
    with registry.engine.begin() as connection:
        left = update(issuance_order).where(issuance_order.c.number == 101)
        connection.execute(left.values(post_batch_number=None))


def cancel(registry: Registry, *numbers: int) -> None:
    Queue(registry).cancel(numbers, "佐藤", "has left", datetime.now(UTC))


def do_nothing(_: Registry) -> None:
    """Leave the register as it is."""


SPOILT = "order 101: cancelled, left out or withheld since the papers were made; make batch 7 again\n"


@pytest.mark.parametrize(
    ("happened", "says"),
    [
        (do_nothing, ""),
        (lambda registry: cancel(registry, 102), ""),
        (lambda registry: cancel(registry, 101), SPOILT),
        (withhold, SPOILT),
        (leave_out, SPOILT),
        (lambda registry: cancel(registry, 101, 102), "no order of batch 7 (佐藤, 2026-11-25) is open any more: "),
    ],
    ids=["nothing", "a paper that is not there is cancelled", "cancelled", "withheld", "left out", "ended"],
)
def test_papers_that_must_not_go_out_any_more_are_not_printed(
    run: Run,
    folder: Path,
    batch_seven: Registry,
    monkeypatch: pytest.MonkeyPatch,
    happened: Callable[[Registry], None],
    says: str,
) -> None:
    printed: list[str] = []
    monkeypatch.setenv("KIOSK_PRINTING__A4_QUEUE", "office")
    monkeypatch.setattr(PrintCommand, "_print", lambda _, name: printed.append(name))
    happened(batch_seven)
    result = run("document", "print", "out")
    assert (result.exit_code, printed) == ((1, []) if says else (0, ["notice.pdf"]))
    assert result.stderr.startswith(says) and result.stderr.count("\n") == bool(says)


def test_the_register_is_asked_before_each_file(
    run: Run, folder: Path, batch_seven: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_PRINTING__A4_QUEUE", "office")
    monkeypatch.setenv("KIOSK_PRINTING__CARD_QUEUE", "cards")
    (folder / "manifest.csv").write_text(HEADER + NOTICE + NOTICE.replace("notice", "confirmation"))
    monkeypatch.setattr(PrintCommand, "_print", lambda *_: withhold(batch_seven))
    result = run("document", "print", "out")
    assert result.exit_code == 6 and result.stderr.startswith("confirmation.pdf: order")
    assert "withheld since the papers were made; make batch 7 again. To go on: --file confirmation.pdf" in result.stderr


def test_papers_of_a_batch_that_the_register_does_not_have_are_not_printed(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_PRINTING__A4_QUEUE", "office")
    assert run("document", "print", "out").exit_code == 3, "it cannot be asked"
    assert run("registry", "init").exit_code == 0
    result = run("document", "print", "out")
    assert (result.exit_code, result.stderr) == (1, "there is no batch 7\n")
