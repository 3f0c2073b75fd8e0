"""The 資格確認端末: how soon an answer is noticed, what old files cost, parsing, a bulk of 5,000, whole visits."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path

from kiosk import TOKYO
from kiosk.eligibility.terminal import (
    Enquiry,
    Exchange,
    FaceFolder,
    Folders,
    KeptAnswers,
    QuestionQueue,
    Status,
    Terminal,
    Whose,
    answer_json,
    parse_answer,
)
from kiosk.eligibility.terminal import exchange as exchange_module
from kiosk.eligibility.terminal.folders import find_answer
from tests.bench import terminal_visits
from tests.bench.figures import row, series, show
from tests.kiosk.eligibility.terminal.other_side import INSTITUTION, OtherSide, answer_name, golden, identified, put
from tests.kiosk.eligibility.terminal.test_bulk import Centre

ANSWERS = int(os.environ.get("BENCH_TERMINAL_ANSWERS", "60"))
OLD_FILES = 2000
BOOKINGS = int(os.environ.get("BENCH_TERMINAL_BOOKINGS", "5000"))
KEPT = int(os.environ.get("BENCH_TERMINAL_KEPT", "5000"))
WAITING = KEPT // 10
SHARE_DELAY = 0.03
"""Seconds that each look into the simulated share takes."""

_ENQUIRY = Enquiry("133033", "71-0000", "000000", "00", date(1960, 4, 5), date(2026, 11, 22), limit_consent=True)
_KEY = bytes(range(32))
_KIOSK = """
import atexit, os
from pathlib import Path
from kiosk.cli import main

peak, status = Path(os.environ["BENCH_PEAK"]), Path("/proc/self/status")
atexit.register(lambda: peak.write_text(status.read_text().partition("VmHWM:")[2].split()[0]))
main()
"""
"""The command, which leaves its peak memory in a file: what `wait4` says has the memory of the process before it."""


def run() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryDirectory() as full:
        few, many = _folders(Path(empty), 0), _folders(Path(full), OLD_FILES)
        _noticed(few, many)
        _polls(few, many)
        _remembered(Path(empty))
        _bulk(Path(empty))
    terminal_visits.run()


def _folders(root: Path, old_files: int) -> Folders:
    """Make the folders of an exchange with so many answers and face files of other days in them."""
    for name in ("req", "res", "face"):
        (root / name).mkdir()
    for number in range(old_files):
        (root / "res" / f"OQSsiquc01res_20251122{number:013}.xml").write_bytes(b"old")
        (root / "face" / _face_name(f"20251122{number:06}", number)).write_bytes(b"old")
    return Folders(root / "req", root / "res")


def _face_name(moment: str, number: int) -> str:
    return f"OQSsiquc01res_face_{INSTITUTION}{number:020}_{moment}.xml"


def _noticed(few: Folders, many: Folders) -> None:
    goals = {"local folder": (few, 0.0, "100"), f"{OLD_FILES:,} old files": (many, 0.0, "100")}
    goals["share, 30 ms a look"] = (few, SHARE_DELAY, "1000")
    rows = [row(f"answer, {name}", _answers(where, delay), goal) for name, (where, delay, goal) in goals.items()]
    rows += [
        row("face file, local folder", _faces(few.req.parent / "face"), "100"),
        row(f"face file, {OLD_FILES:,} old files", _faces(many.req.parent / "face"), "100"),
    ]
    show("terminal: from the file to its answer, ms", ["", "median", "p99", "runs", "goal"], rows)


def _answers(folders: Folders, delay: float) -> list[float]:
    """Return the milliseconds from each answer's file to the answer."""
    put_at: list[float] = []

    def answer(request: str, _: bytes) -> list[tuple[str, bytes]]:
        time.sleep(0.05)  # what the terminal itself takes
        put_at.append(time.perf_counter())
        return [(answer_name(request), identified(golden("valid"), request))]

    found: list[float] = []
    with (
        closing(OtherSide(folders.req, folders.res, answer)),
        closing(Exchange(folders, 10)) as exchange,
        _slowed(delay),
    ):
        for _ in range(ANSWERS):
            assert Terminal(exchange, INSTITUTION).ask(_ENQUIRY).status is Status.VALID  # noqa: S101
            found.append((time.perf_counter() - put_at[-1]) * 1000)
    return found


@contextmanager
def _slowed(delay: float) -> Iterator[None]:
    """Let each look for an answer take so much longer, as on a share."""

    def slow(folder: Path, name: exchange_module.FileName, not_before: float) -> Path | None:
        time.sleep(delay)
        return find_answer(folder, name, not_before)

    exchange_module.find_answer = slow
    try:
        yield
    finally:
        exchange_module.find_answer = find_answer


def _faces(folder: Path) -> list[float]:
    """Return the milliseconds from each face file to its answer."""
    content, found = golden("face"), []
    with closing(FaceFolder(folder, INSTITUTION)) as faces:
        watching = faces.watch()
        for number in range(ANSWERS):
            put(folder, _face_name(f"{datetime.now(TOKYO):%Y%m%d%H%M%S}", number), content)
            begun = time.perf_counter()
            next(watching)
            found.append((time.perf_counter() - begun) * 1000)
    return found


def _polls(few: Folders, many: Folders) -> None:
    name = exchange_module.FileName.fresh(exchange_module.Kind.CONFIRM, datetime.now(UTC))
    content = golden("valid")
    rows = []
    for folders, files in ((few, "no"), (many, f"{OLD_FILES:,}")):
        looks = series(_hundred(lambda folder=folders.res: find_answer(folder, name, 0)), runs=50)
        rows.append(row(f"100 looks for an answer, {files} old files", looks, ""))
        with closing(FaceFolder(folders.req.parent / "face", INSTITUTION)) as faces:
            faces.look()
            rows.append(row(f"100 looks for face files, {files} old files", series(_hundred(faces.look), runs=50), ""))
    parsing = series(_hundred(lambda: answer_json(parse_answer(content))), runs=20)
    rows.append(row(f"100 answers parsed and mapped ({_rate(content):,.0f} a second of one core)", parsing, "100"))
    show("terminal: what a look costs, ms", ["", "median", "p99", "runs", "goal"], rows)


def _rate(content: bytes) -> float:
    """Return how many answers are parsed and mapped in a second of one core, whatever else runs."""
    begun = time.process_time()
    for _ in range(500):
        answer_json(parse_answer(content))
    return 500 / (time.process_time() - begun)


def _remembered(root: Path) -> None:
    """Print what a visit pays for the next outage, with thousands of people kept and hundreds of questions waiting."""
    folder, now, answer = root / "remembered", datetime.now(UTC), parse_answer(golden("valid"))
    folder.mkdir()
    kept, queue = KeptAnswers(folder, _KEY, 90), QuestionQueue(folder, _KEY, 90)
    people = [replace(_ENQUIRY, number=f"{number:06}") for number in range(KEPT)]
    for person in people:
        kept.put(Whose.of(person), answer, person.on, now)
    for person in people[:WAITING]:
        queue.put(person, now)
    some, others = cycle(people), iter(people[WAITING:])
    rows = [
        row("an answer kept", series(lambda: kept.put(Whose.of(next(some)), answer, _ENQUIRY.on, now), 50), "50"),
        row("the last answer read", series(lambda: kept.get(Whose.of(next(some)), now), 50), "50"),
        row("a question put into the queue", series(lambda: queue.put(next(others), now), 50), "50"),
    ]
    show(
        f"terminal: {KEPT:,} people kept, {WAITING} questions waiting, ms", ["", "median", "p99", "runs", "goal"], rows
    )


def _hundred(work: Callable[[], object]) -> Callable[[], None]:
    def repeat() -> None:
        for _ in range(100):
            work()

    return repeat


def _bulk(root: Path) -> None:
    (root / "kiosk.toml").write_text(
        f'data_dir = "{root}/var"\n[terminal]\nreq = "{root}/req"\nres = "{root}/res"\ninstitution = "{INSTITUTION}"\n'
    )
    rows = []
    with closing(OtherSide(root / "req", root / "res", Centre())):
        for count in (BOOKINGS // 10, BOOKINGS):
            seconds, peak = _asked_in_bulk(root, count)
            rows.append((f"{count:,} bookings", f"{seconds:.1f}", f"{count / seconds:,.0f}", f"{peak:.0f}"))
    show("terminal: kiosk terminal bulk", ["", "seconds", "bookings a second", "peak MiB"], rows)


def _asked_in_bulk(root: Path, count: int) -> tuple[float, float]:
    """Ask about so many bookings; return the seconds and the peak memory in MiB."""
    lines = (f"P-{number},133033,71-0000,{number:05}1,00,1960-04-05\n" for number in range(count))
    bookings = root / "bookings.csv"
    bookings.write_text("reference,insurer_number,symbol,number,branch,birth_date\n" + "".join(lines))
    words = ["terminal", "bulk", str(bookings), "--on", "2026-11-22", "--json-lines", f"{root}/answers.jsonl"]
    command = [sys.executable, "-c", _KIOSK, *words, "--config", f"{root}/kiosk.toml"]
    environ = os.environ | {"BENCH_PEAK": f"{root}/peak"}
    begun = time.perf_counter()
    subprocess.run(command, stderr=subprocess.DEVNULL, check=True, env=environ)
    return time.perf_counter() - begun, int((root / "peak").read_text()) / 1024
