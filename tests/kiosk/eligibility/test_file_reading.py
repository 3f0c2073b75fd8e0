"""Reading a file in several processes: the answers of one process, memory that stays flat, and how they end."""

import hashlib
import io
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.eligibility import (
    MEMBER_FILE,
    NAMES,
    CharacterCheck,
    DataRefused,
    Decoder,
    FileEncoding,
    Registry,
    file_reading,
    read_parts,
    read_rows,
)
from kiosk.eligibility.csv_io import LONGEST_LINE
from kiosk.eligibility.file_parts import FilePart, PartMaker
from tests.kiosk.half_way import end_half_way

MakeFile = Callable[..., bytes]
Run = Callable[..., Result]

HEADER = ",".join(NAMES)
WRONG = [
    {"birth_date": "1980-13-01"},
    {"insurer_number": "133034"},
    {"certificate": "expired", "certificate_valid_until": ""},
    {"name": "123456789018"},
    {"symbol": "７１－００００"},
    {"name": "土\x01木"},
    {"address": "東京都〓田区●●"},
    {"stay_until": "2027-01-01"},
]
LINES = ["", ",,,", "bad", '"', "x" * (LONGEST_LINE + 5), "土木" * 4_000, "a" * 40_000]
FAULTS = [b"\xe3\x81", b"\x82\xa0\xff", b"\xff\xfe", b"\x1a"]


def read(data: bytes, encoding: FileEncoding = FileEncoding.AUTO, **options: int) -> Any:
    """What is read of a file, as one part with its digest and encoding; the refusal, if it is refused."""
    digest, decoder = hashlib.sha256(), Decoder(encoding)
    try:
        with closing(
            read_parts(io.BytesIO(data), digest.update, decoder, MEMBER_FILE, str.isprintable, **options)
        ) as parts:
            left_out, whole = dict[str, Any](), FilePart([])
            for part in parts:
                whole.good.extend(part.good)
                whole.bad.extend(part.bad)
                whole.doubtful.add(part.doubtful)
                left_out.update(part.left_out)
            return replace(whole, left_out=left_out), digest.hexdigest(), decoder.in_words()
    except DataRefused as error:
        return type(error), str(error)


def read_line_by_line(data: bytes, encoding: FileEncoding) -> Any:
    """The same by `read_rows`."""
    digest, decoder = hashlib.sha256(), Decoder(encoding)
    try:
        rows = read_rows(io.BytesIO(data), digest.update, decoder)
        whole = PartMaker(CharacterCheck(str.isprintable)).part(rows)
        return whole, digest.hexdigest(), decoder.in_words()
    except DataRefused as error:
        return type(error), str(error)


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, FileEncoding]:
    """Member files, most of them with something wrong, and the encoding that is asked for."""
    person = dict(zip(NAMES, EXAMPLE.split(","), strict=True))
    codec = draw(st.sampled_from(["utf-8", "utf-8", "cp932"]))
    header = draw(st.sampled_from([HEADER, HEADER, HEADER, HEADER.removesuffix(",stay_until"), "\ufeff" + HEADER, "x"]))
    cells = st.sampled_from([{}, {}, *WRONG]).map(lambda changed: ",".join((person | changed).values()))
    lines = draw(st.lists(cells | st.sampled_from(LINES), max_size=30))
    raw = [line.encode(codec, "replace") for line in (header, *lines)]
    if draw(st.booleans()):
        raw.insert(draw(st.integers(0, len(raw))), draw(st.sampled_from(FAULTS)))
    return draw(st.sampled_from([b"\n", b"\r\n"])).join(raw), FileEncoding(draw(st.sampled_from(["auto", codec])))


EXAMPLE = (
    "133033,71-0000,000001,00,土木 太郎,ドボク タロウ,1980-05-06,male,self,土木 太郎,102-0093,東京都千代田区〇〇町1,,"
    "2020-04-01,,30,,,true,,held,valid,2028-05-06,registered,,false,,,,,false,false,false,false,"
)


@given(files(), st.integers(1, 7))
def test_parts_have_what_is_read_line_by_line(file: tuple[bytes, FileEncoding], lines_at_once: int) -> None:
    assert read(*file, processes=0, lines_at_once=lines_at_once) == read_line_by_line(*file)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files())
def test_other_processes_read_what_one_reads(file: tuple[bytes, FileEncoding]) -> None:
    assert read(*file, processes=2, lines_at_once=2) == read(*file, processes=0)
    assert active_children() == []


def test_a_long_file_is_shared_out_and_a_small_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "\n".join([HEADER, *[EXAMPLE] * 400, ""]).encode()
    started = list[int]()

    class Counted(file_reading.Crew[Any, Any]):
        def __init__(self, opened: Any, count: int) -> None:
            started.append(count)
            super().__init__(opened, count)

    monkeypatch.setattr(file_reading, "Crew", Counted)
    for cores, lines_at_once, counts in ((2, 10, [2]), (8, 10, [3]), (2, 2_000, []), (1, 10, [])):
        monkeypatch.setattr(file_reading, "cores", lambda number=cores: number)
        assert read(long, lines_at_once=lines_at_once) == read(long, processes=0)
        assert started == counts
        started.clear()


class Counted(io.BytesIO):
    """A file that counts how much was read of it."""

    read_so_far = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.read_so_far += len(line)
        return line


def test_the_file_is_read_only_a_few_parts_ahead() -> None:
    line = EXAMPLE.encode() + b"\n"
    stream = Counted(HEADER.encode() + b"\n" + line * 4_000)
    options = {"processes": 2, "lines_at_once": 10}
    decoder = Decoder(FileEncoding.UTF_8)  # to find it, another 256 KiB are held back
    with closing(read_parts(stream, len, decoder, MEMBER_FILE, str.isprintable, **options)) as parts:
        for number, _ in enumerate(parts):
            taken = len(HEADER) + 1 + number * 10 * len(line)
            assert stream.read_so_far <= taken + 12 * 10 * len(line)


def test_a_part_of_long_lines_has_few_of_them() -> None:
    data = f"{HEADER}\n".encode() + (b"x" * (LONGEST_LINE - 1) + b"\n") * 2_000
    with closing(read_parts(io.BytesIO(data), len, Decoder(), MEMBER_FILE, str.isprintable, processes=0)) as parts:
        sizes = [sum(len(bad.text) for bad in part.bad) for part in parts]
    assert sum(sizes) == 2_000 * (LONGEST_LINE - 1)
    assert max(sizes) < 1_100_000


@pytest.fixture
def shared_out(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let so many processes read the files of `kiosk registry import`, a line at a time."""

    def share(processes: int) -> None:
        reading = partial(read_parts, processes=processes, lines_at_once=1)
        monkeypatch.setattr("kiosk.cli.registry_files.read_parts", reading)

    return share


def test_an_import_with_other_processes_says_and_does_the_same(
    made: Run, shared_out: Callable[[int], None], member_file: MakeFile, tmp_path: Path
) -> None:
    people = [{"number": f"{number:06}", "name": "●木"} for number in range(9)]
    path = tmp_path / "members.csv"
    path.write_bytes(member_file(*people, {"card": "none at all"}, people[3], {"number": "000010"}) + b"bad\n")
    answers = list[Any]()
    for processes in (0, 2):
        shared_out(processes)
        refused = made("import", str(path), "--json")
        seen = made("import", str(path), "--json", "--preview", "--skip-bad", f"bad-{processes}.csv")
        answers.append((refused.stdout, refused.stderr, seen.stdout, seen.stderr))
    assert answers[0] == answers[1]
    assert Path("bad-0.csv").read_bytes() == Path("bad-2.csv").read_bytes()
    assert made("import", str(path), "--skip-bad", "bad.csv").exit_code == 0
    shared_out(0)
    again = json.loads(made("import", str(path), "--json", "--skip-bad", "bad.csv").stdout)
    assert (again["inserted"], again["updated"], again["unchanged"], again["refused"]) == (0, 0, 10, 3)


@pytest.mark.parametrize("data", [b"", b"name\n", "氏名\n".encode("utf-16"), "髙\n".encode("cp932")])
def test_a_file_that_is_refused_as_a_whole_starts_no_process(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_reading, "Crew", None)
    assert issubclass(read(data, processes=2)[0], DataRefused)


def test_a_reading_process_that_is_killed_ends_the_import_with_one_clear_error(
    made: Run, one_registry: Registry, member_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_short(*arguments: Any) -> Iterator[FilePart]:
        parts = read_parts(*arguments, processes=2, lines_at_once=1)
        yield next(parts)
        for process in active_children():
            process.kill()
        yield from parts

    monkeypatch.setattr("kiosk.cli.registry_files.read_parts", cut_short)
    people = member_file(*({"number": f"{number:06}"} for number in range(40)))
    result = made("import", "-", input=people)
    said = "one of the processes that share the work has ended (signal 9); give the command again\n"
    assert (result.exit_code, result.stderr) == (4, said)
    assert active_children() == [] and list(one_registry.members()) == []
    assert one_registry.kept_report(1) is None


_IMPORT_AND_WAIT = """
import sys
from kiosk.cli import main, registry_files

def slow(*arguments, whole=registry_files.read_parts):
    parts = whole(*arguments, processes=2, lines_at_once=1)
    yield next(parts)
    print("half way", flush=True)
    sys.stdin.read()

registry_files.read_parts = slow
main()
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_a_program_ended_while_it_imports_leaves_the_register_and_no_process(
    ending: signal.Signals, made: Run, register_url: str, member_file: MakeFile, tmp_path: Path
) -> None:
    path = tmp_path / "members.csv"
    path.write_bytes(member_file(*({"number": f"{number:06}"} for number in range(40))))
    words = ["registry", "import", str(path), "--database", register_url]
    end_half_way(_IMPORT_AND_WAIT, words, ending)
    assert made("import", str(path), "--json").stderr.startswith("40 inserted")
