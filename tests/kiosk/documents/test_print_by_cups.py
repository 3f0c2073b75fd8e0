"""`kiosk document print` with the CUPS of Debian: to the right queue, unscaled, followed to the end."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import Result
from PIL import Image

from kiosk.documents import Carrier, ConfirmationOrder, Notice, Stationery, carrier_pdf, confirmation_pdf, notice_pdf
from tests.kiosk.printing.cups_server import CUPSD, PPD, Cups, PaperPrinter, running

Output = Callable[..., str]
Run = Callable[..., Result]

pytestmark = pytest.mark.skipif(
    CUPSD is None or not PPD.exists(), reason="cups-daemon or cups-filters is not installed"
)

MANIFEST = """batch,order,kind,pile,file,page
7,101,notice,post,notice.pdf,1
7,102,confirmation,post,confirmation.pdf,1
"""


@pytest.fixture(scope="module")
def cups() -> Iterator[Cups]:
    with TemporaryDirectory(prefix="kiosk-cups-") as folder, running(Path(folder)) as server:
        yield server


@pytest.fixture
def a4(cups: Cups, request: pytest.FixtureRequest) -> PaperPrinter:
    return cups.printer(f"a4-{abs(hash(request.node.name))}")


@pytest.fixture
def card(cups: Cups, a4: PaperPrinter) -> PaperPrinter:
    return cups.printer(a4.queue.replace("a4", "card"))


@pytest.fixture
def folder(tmp_path: Path, notice: Notice, order: ConfirmationOrder, stationery: Stationery) -> Path:
    """The folder of a batch with a notice and a confirmation."""
    made = tmp_path / "out"
    made.mkdir()
    (made / "manifest.csv").write_text(MANIFEST)
    (made / "notice.pdf").write_bytes(notice_pdf([replace(notice, order=101)], stationery))
    (made / "confirmation.pdf").write_bytes(confirmation_pdf([order], stationery))
    (made / "carrier.pdf").write_bytes(carrier_pdf([Carrier(order.member, 102)], stationery))
    return made


@pytest.fixture
def printing(
    run: Run, batch_seven: object, cups: Cups, a4: PaperPrinter, card: PaperPrinter, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run `kiosk document print` with both queues."""
    monkeypatch.setenv("CUPS_SERVER", cups.address)
    monkeypatch.setenv("KIOSK_PRINTING__A4_QUEUE", a4.queue)
    monkeypatch.setenv("KIOSK_PRINTING__CARD_QUEUE", card.queue)
    monkeypatch.setenv("KIOSK_PRINTING__PATIENCE", "1")
    return lambda *words: run("document", "print", "out", *words)


def looks(pdf: Path, output: Output, folder: Path) -> tuple[tuple[int, int], tuple[int, ...]]:
    """Return the size of the page, and the box around what is printed on it, in pixels of a quarter of a millimetre."""
    output("pdftoppm", "-r", "101.6", "-gray", "-singlefile", str(pdf), str(folder / "page"))
    with Image.open(folder / "page.pgm") as page:
        return page.size, page.point(lambda value: 255 * (value < 160)).getbbox() or ()


def test_each_file_goes_to_its_queue_without_scaling(
    printing: Run, folder: Path, a4: PaperPrinter, card: PaperPrinter, output: Output
) -> None:
    result = printing("--json")
    printed = ["notice.pdf", "confirmation.pdf", "carrier.pdf"]
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"batch": 7, "printed": printed})
    for name, printer in zip(printed, (a4, card, a4), strict=True):
        sent = looks(printer.folder / f"kiosk 7 {name}", output, folder)
        drawn = looks(folder / name, output, folder)
        assert sent == tuple(pytest.approx(numbers, abs=2) for numbers in drawn)
    assert "media=A4" in (a4.folder / "options").read_text()
    options = (card.folder / "options").read_text()
    assert "print-scaling=none" in options and "media=CR80" in options


def test_each_page_is_a_sheet_of_its_own_whatever_the_queue_does_by_itself(
    printing: Run, folder: Path, a4: PaperPrinter, cups: Cups, output: Output, notice: Notice, stationery: Stationery
) -> None:
    """Two sides or two pages on a sheet would post one person's 資格情報 to another."""
    defaults = (
        "copies-default=2",
        "job-sheets-default=standard,standard",
        "number-up-default=2",
        "sides-default=two-sided-long-edge",
        "Duplex=DuplexNoTumble",
    )
    cups.client("lpadmin", "-p", a4.queue, *(word for default in defaults for word in ("-o", default)))
    (folder / "notice.pdf").write_bytes(
        notice_pdf([replace(notice, order=number) for number in (101, 102)], stationery)
    )
    assert printing("--file", "notice.pdf").exit_code == 0
    sent = a4.folder / "kiosk 7 notice.pdf"
    assert re.search(r"^Pages: +2$", output("pdfinfo", str(sent)), re.MULTILINE)
    assert re.search(r"^Page size: +595\S* x 842", output("pdfinfo", str(sent)), re.MULTILINE)
    assert b"@PJL SET DUPLEX=OFF" in sent.read_bytes()
    (options,) = (a4.folder / "options").read_text().splitlines()
    assert "sides=one-sided" in options and "number-up=1" in options


@pytest.fixture
def started(printing: Run, folder: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Start the command as a process that has all the time; it is killed at the end."""
    command = [sys.executable, "-c", "from kiosk.cli import main; main()", "document", "print", str(folder)]
    processes: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        environment = {**os.environ, "KIOSK_PRINTING__PATIENCE": "600"}
        processes.append(subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return process.stderr.readline()


def test_a_job_waits_for_paper_and_goes_on(a4: PaperPrinter, started: Callable[[], subprocess.Popen[str]]) -> None:
    a4.run_out()
    printing = started()
    assert line_of(printing).startswith(f"notice.pdf: job {a4.queue}-")
    assert line_of(printing) == f"{a4.queue} is out of paper (S-21); the job waits\n"
    a4.refill()
    assert printing.stderr is not None
    said = printing.stderr.read()
    assert printing.wait() == 0
    assert "notice.pdf: printed\n" in said and said.endswith("carrier.pdf: printed\n")


def test_a_job_that_somebody_cancels_is_named(
    a4: PaperPrinter, cups: Cups, started: Callable[[], subprocess.Popen[str]]
) -> None:
    a4.run_out()
    printing = started()
    job = line_of(printing).split()[-1]
    assert "is out of paper" in line_of(printing)
    cups.client("cancel", job)
    assert printing.stderr is not None
    said = printing.stderr.read().splitlines()[-1]
    assert printing.wait() == 6
    assert said.startswith(
        f"notice.pdf: job {job} was cancelled (S-22); some pages may be on paper. To go on: --file notice.pdf"
    )


def test_a_printer_without_paper_is_waited_for_only_so_long(
    printing: Run, folder: Path, a4: PaperPrinter, cups: Cups
) -> None:
    a4.run_out()
    result = printing("--file", "carrier.pdf", "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["printed"], answer["not_printed"]) == (6, [], ["carrier.pdf"])
    assert re.fullmatch(
        rf"carrier\.pdf: {a4.queue} is out of paper: job {a4.queue}-\d+ was cancelled \(S-21\);"
        r" some pages may be on paper\. To go on: --file carrier\.pdf",
        answer["error"]["message"],
    )
    assert cups.client("lpstat", "-W", "not-completed", "-o", a4.queue) == "", "so it is not printed twice later"


def test_a_job_that_the_queue_holds_is_named_and_cancelled(
    printing: Run, folder: Path, a4: PaperPrinter, cups: Cups
) -> None:
    cups.client("lpadmin", "-p", a4.queue, "-o", "job-hold-until-default=indefinite")
    result = printing("--file", "carrier.pdf")
    assert result.exit_code == 6
    assert f"{a4.queue} holds the job (S-21); the job waits\n" in result.stderr
    assert cups.client("lpstat", "-W", "not-completed", "-o", a4.queue) == ""


def test_a_printer_that_is_gone_is_named_and_so_is_what_is_left(
    printing: Run, folder: Path, card: PaperPrinter, cups: Cups
) -> None:
    card.leave()
    result = printing("--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["printed"]) == (6, ["notice.pdf"])
    assert answer["not_printed"] == ["confirmation.pdf", "carrier.pdf"]
    assert re.match(rf"confirmation\.pdf: {card.queue} (does not answer|is stopped): job ", answer["error"]["message"])
    assert cups.client("lpstat", "-W", "not-completed", "-o", card.queue) == ""


def test_a_file_that_the_printer_cannot_take_is_named(printing: Run, folder: Path) -> None:
    (folder / "carrier.pdf").write_bytes(b"%PDF-1.7\nno more")
    result = printing("--file", "carrier.pdf")
    assert result.exit_code == 6
    assert "ended with an error" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"KIOSK_PRINTING__A4_QUEUE": "nowhere"}, "notice.pdf: nowhere: The printer or class does not exist."),
        ({"CUPS_SERVER": "127.0.0.1:9"}, "notice.pdf: "),
        ({"PATH": "/nonexistent"}, "notice.pdf: lpstat is not installed (Debian: cups-client)"),
    ],
    ids=["unknown queue", "no CUPS", "no lp"],
)
def test_what_cannot_be_sent_is_one_sentence(
    printing: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], says: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result = printing()
    assert result.exit_code == 6
    assert result.stderr.startswith(says)
    assert result.stderr.count("\n") == 1


def test_a_queue_that_takes_no_jobs_is_named(printing: Run, folder: Path, a4: PaperPrinter, cups: Cups) -> None:
    cups.client("cupsreject", a4.queue)
    result = printing()
    assert (result.exit_code, "is not accepting jobs" in result.stderr) == (6, True)
