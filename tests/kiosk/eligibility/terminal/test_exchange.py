"""The exchange of files: one enquiry, one answer, and never an answer to another enquiry."""

from __future__ import annotations

import io
import os
import re
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import (
    Enquiry,
    Exchange,
    Folders,
    ReferenceRegistration,
    Status,
    Terminal,
    TerminalError,
)
from kiosk.eligibility.terminal.bounded import Bounded
from kiosk.eligibility.terminal.errors import FolderUnusable
from kiosk.eligibility.terminal.file_names import FileName, Kind, draft_name, face_day
from kiosk.failures import Code
from tests.kiosk.eligibility.terminal.other_side import (
    INSTITUTION,
    Answering,
    OtherSide,
    answer_name,
    golden,
    identified,
    put,
)

Start = Callable[[Answering], OtherSide]


def says(name: str) -> Answering:
    """Answer every request with a golden file."""
    return lambda request, _: [(answer_name(request), identified(golden(name), request))]


@pytest.mark.parametrize(
    ("name", "status"),
    [("valid", Status.VALID), ("shift_jis", Status.VALID), ("none", Status.NONE), ("segment_9", Status.ERROR)],
)
def test_the_answer_is_the_file_with_the_suffix_of_the_request(
    terminal: Terminal, other_side: Start, enquiry: Enquiry, name: str, status: Status
) -> None:
    other_side(says(name))
    assert terminal.ask(enquiry).status is status


def test_the_request_is_what_the_reference_says(
    terminal: Terminal, folders: Folders, other_side: Start, enquiry: Enquiry
) -> None:
    side = other_side(says("valid"))
    terminal.ask(enquiry)
    ((name, content),) = side.requests
    today = datetime.now(UTC).astimezone().strftime("%Y")
    assert re.fullmatch(rf"OQSsiquc01req_{today}\d{{19}}\.xml", name)
    assert content == identified(golden("request"), name)
    assert list(folders.req.iterdir()) == []


def test_a_request_is_seen_whole_or_not_at_all(folders: Folders, hasty: Terminal, enquiry: Enquiry) -> None:
    hasty.ask(enquiry)
    (left,) = folders.req.iterdir()
    assert left.read_bytes() == identified(golden("request"), left.name)


def test_what_a_kill_left_half_written_does_not_stay(folders: Folders, hasty: Terminal, enquiry: Enquiry) -> None:
    name = FileName.fresh(Kind.CONFIRM, datetime.now(UTC)).request
    old, fresh, others = (folders.req / one for one in (draft_name(name), draft_name(name), ".OQSother.xml.tmp"))
    for draft in (old, fresh, others):
        draft.write_bytes(b"<XmlMsg>")
    for draft in (old, others):
        os.utime(draft, (0, 0))
    hasty.ask(enquiry)
    assert (old.exists(), fresh.exists(), others.exists()) == (False, True, True)


def test_no_two_requests_have_one_name() -> None:
    now = datetime.now(UTC)
    assert len({FileName.fresh(Kind.CONFIRM, now).suffix for _ in range(1000)}) > 990


def test_without_an_answer_it_is_a_time_out(hasty: Terminal, enquiry: Enquiry) -> None:
    begun = time.monotonic()
    answer = hasty.ask(enquiry)
    assert (answer.status, answer.code, answer.results) == (Status.TIMEOUT, "N-10", ())
    assert time.monotonic() - begun < 3


def test_while_it_waits_nobody_reads_through_the_folder(
    hasty: Terminal, enquiry: Enquiry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old files cost nothing: the answer is asked for by its name."""

    def reads(*_: object) -> None:
        raise AssertionError("the folder was listed")

    for name in ("scandir", "listdir"):
        monkeypatch.setattr(f"kiosk.eligibility.terminal.folders.os.{name}", reads)
    monkeypatch.setattr("kiosk.eligibility.terminal.folders._remove_stale_drafts", lambda _: None)
    assert hasty.ask(enquiry).status is Status.TIMEOUT


def test_an_answer_that_comes_too_late_is_no_answer_to_the_next_enquiry(
    hasty: Terminal, folders: Folders, other_side: Start, enquiry: Enquiry
) -> None:
    assert hasty.ask(enquiry).status is Status.TIMEOUT
    (request,) = folders.req.iterdir()
    put(folders.res, answer_name(request.name), identified(golden("valid"), request.name))
    assert hasty.ask(enquiry).status is Status.TIMEOUT
    assert (folders.res / answer_name(request.name)).exists(), "files of others stay where they are"


def test_an_answer_in_pieces_is_read_when_it_is_whole(
    terminal: Terminal, folders: Folders, other_side: Start, enquiry: Enquiry
) -> None:
    def in_pieces(request: str, _: bytes) -> list[tuple[str, bytes]]:
        content = identified(golden("valid"), request)
        with (folders.res / answer_name(request)).open("wb", buffering=0) as file:
            for start in range(0, len(content), 1500):
                file.write(content[start : start + 1500])
                threading.Event().wait(0.03)
        return []

    other_side(in_pieces)
    assert terminal.ask(enquiry).status is Status.VALID


def test_an_answer_that_is_broken_first_and_replaced_is_read(
    terminal: Terminal, other_side: Start, enquiry: Enquiry
) -> None:
    def twice(request: str, _: bytes) -> list[tuple[str, bytes]]:
        content = identified(golden("valid"), request)
        return [(answer_name(request), content[:800]), (answer_name(request), content)]

    other_side(twice)
    assert terminal.ask(enquiry).status is Status.VALID


def test_an_answer_that_stays_broken_is_an_error(hasty: Terminal, other_side: Start, enquiry: Enquiry) -> None:
    other_side(lambda request, _: [(answer_name(request), golden("valid")[:800])])
    answer = hasty.ask(enquiry)
    assert (answer.status, answer.code) == (Status.ERROR, "N-12")


def test_an_answer_that_says_processing_is_awaited(hasty: Terminal, other_side: Start, enquiry: Enquiry) -> None:
    other_side(says("processing"))
    assert hasty.ask(enquiry).status is Status.TIMEOUT


def test_an_answer_of_60_mb_is_an_error_and_is_not_read(
    hasty: Terminal, folders: Folders, other_side: Start, enquiry: Enquiry
) -> None:
    def huge(request: str, _: bytes) -> list[tuple[str, bytes]]:
        with (folders.res / answer_name(request)).open("wb") as file:
            file.truncate(60_000_000)
        return []

    other_side(huge)
    assert hasty.ask(enquiry).code == "N-12"


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "fifo"])
def test_what_is_no_file_is_an_error(
    hasty: Terminal, folders: Folders, other_side: Start, enquiry: Enquiry, make: Callable[[Path], None]
) -> None:
    other_side(lambda request, _: make(folders.res / answer_name(request)) or [])
    assert hasty.ask(enquiry).code == "N-12"


@pytest.mark.parametrize("ending", [".zip", "(1).xml", " - コピー.xml"])
def test_two_files_with_one_suffix_go_to_staff(
    hasty: Terminal, other_side: Start, enquiry: Enquiry, ending: str
) -> None:
    def twice(request: str, _: bytes) -> list[tuple[str, bytes]]:
        content = identified(golden("valid"), request)
        return [(answer_name(request, ending), content), (answer_name(request), content)]

    other_side(twice)
    answer = hasty.ask(enquiry)
    assert (answer.status, answer.code, answer.results) == (Status.ERROR, "N-14", ())


def packed(content: bytes, names: tuple[str, ...] = ("answer.xml",)) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return target.getvalue()


def test_a_packed_answer_is_read(terminal: Terminal, other_side: Start, enquiry: Enquiry) -> None:
    other_side(lambda request, _: [(answer_name(request, ".zip"), packed(identified(golden("valid"), request)))])
    assert terminal.ask(enquiry).status is Status.VALID


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04", packed(golden("valid"), ("a.xml", "b.xml")), packed(b"0" * 60_000_000)],
    ids=["no archive", "two files", "a bomb"],
)
def test_a_packed_answer_that_is_none_is_an_error(
    hasty: Terminal, other_side: Start, enquiry: Enquiry, content: bytes
) -> None:
    other_side(lambda request, _: [(answer_name(request, ".zip"), content)])
    assert hasty.ask(enquiry).code == "N-12"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (rb"<ArbitraryFileIdentifier>\d+<", b"<ArbitraryFileIdentifier>20261122000001<"),
        (b"<MedicalInstitutionCode>1312345678<", b"<MedicalInstitutionCode>1399999999<"),
        (b"<QualificationConfirmationDate>20261122<", b"<QualificationConfirmationDate>20261121<"),
        (b"<InsuredIdentificationNumber>000000<", b"<InsuredIdentificationNumber>000001<"),
        (b"<Birthdate>19600405<", b"<Birthdate>19600406<"),
    ],
    ids=["file", "clinic", "day", "number", "birthday"],
)
def test_an_answer_of_somebody_else_shows_nothing_of_them(
    hasty: Terminal, other_side: Start, enquiry: Enquiry, before: bytes, after: bytes
) -> None:
    def anothers(request: str, _: bytes) -> list[tuple[str, bytes]]:
        return [(answer_name(request), re.sub(before, after, identified(golden("valid"), request)))]

    other_side(anothers)
    answer = hasty.ask(enquiry)
    assert (answer.status, answer.code, answer.results, answer.unknown) == (Status.ERROR, "N-15", (), {})


def test_a_result_with_another_birthday_is_somebody_elses(hasty: Terminal, other_side: Start, enquiry: Enquiry) -> None:
    """The file does not repeat the enquiry, so only its result tells."""
    other_side(says("elderly"))
    assert hasty.ask(enquiry).failure is Code.ANSWER_OF_ANOTHER


def without_the_enquiry(request: str, number: str) -> list[tuple[str, bytes]]:
    content = re.sub(rb"(?s)<QualificationConfirmSearchInfo>.*</QualificationConfirmSearchInfo>", b"", golden("valid"))
    content = content.replace(b"Number>000000<", f"Number>{number}<".encode())
    return [(answer_name(request), identified(content, request))]


def test_an_answer_that_repeats_nothing_and_has_another_number_is_somebody_elses(
    hasty: Terminal, other_side: Start, enquiry: Enquiry
) -> None:
    """Somebody else may have the same birthday."""
    other_side(lambda request, _: without_the_enquiry(request, "000777"))
    answer = hasty.ask(enquiry)
    assert (answer.code, answer.results) == ("N-15", ())


def test_an_answer_that_repeats_nothing_is_ours_by_its_number(
    terminal: Terminal, other_side: Start, enquiry: Enquiry
) -> None:
    other_side(lambda request, _: without_the_enquiry(request, "７７７"))
    assert terminal.ask(replace(enquiry, number="000777")).status is Status.VALID


@pytest.mark.parametrize("days", [1, 365])
def test_a_file_of_another_day_is_never_taken(
    hasty: Terminal, folders: Folders, other_side: Start, enquiry: Enquiry, days: int
) -> None:
    def old(request: str, _: bytes) -> list[tuple[str, bytes]]:
        draft = folders.res / "draft"
        draft.write_bytes(identified(golden("valid"), request))
        then = time.time() - days * 86_400
        os.utime(draft, (then, then))
        os.rename(draft, folders.res / answer_name(request))
        return []

    other_side(old)
    assert hasty.ask(enquiry).status is Status.TIMEOUT


@pytest.mark.parametrize("gone", ["req", "res"])
def test_a_folder_that_is_not_there_is_one_code(tmp_path: Path, folders: Folders, enquiry: Enquiry, gone: str) -> None:
    paths = {"req": folders.req, "res": folders.res} | {gone: tmp_path / "gone"}
    with closing(Exchange(Folders(**paths), 10)) as exchange:
        begun = time.monotonic()
        answer = Terminal(exchange, INSTITUTION).ask(enquiry)
    assert (answer.status, answer.code) == (Status.ERROR, "N-11")
    assert time.monotonic() - begun < 2


def test_a_folder_that_goes_while_we_wait_is_one_code(
    terminal: Terminal, folders: Folders, other_side: Start, enquiry: Enquiry
) -> None:
    def goes(request: str, _: bytes) -> list[tuple[str, bytes]]:
        folders.res.rmdir()
        return []

    other_side(goes)
    assert terminal.ask(enquiry).code == "N-11"


def test_a_folder_that_cannot_be_written_is_one_code(
    folders: Folders, terminal: Terminal, enquiry: Enquiry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write everywhere, so the system's answer is given here."""

    def refuses(path: object, flags: int, *_: object, **__: object) -> int:
        raise OSError(30, "Read-only file system", path)

    monkeypatch.setattr("kiosk.eligibility.terminal.folders.os.open", refuses)
    assert terminal.ask(enquiry).code == "N-11"


def test_a_share_that_hangs_is_one_code_in_bounded_time_and_threads(
    folders: Folders, enquiry: Enquiry, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()

    def hangs(*_: object) -> None:
        released.wait()

    monkeypatch.setattr("kiosk.eligibility.terminal.exchange.find_answer", hangs)
    with closing(Exchange(folders, 0.2)) as exchange:
        terminal = Terminal(exchange, INSTITUTION)
        begun = time.monotonic()
        codes = [terminal.ask(enquiry).code for _ in range(20)]
        assert set(codes) == {"N-11"}
        assert time.monotonic() - begun < 5
        assert [thread.name for thread in threading.enumerate()].count("terminal-exchange") == 1
        released.set()


def test_a_request_that_a_share_takes_too_late_is_not_put(
    terminal: Terminal, folders: Folders, enquiry: Enquiry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for its answer, and the same question may be asked again meanwhile."""
    released, sync = threading.Event(), os.fsync
    monkeypatch.setattr("kiosk.eligibility.terminal.exchange._HANGS", 0.1)
    monkeypatch.setattr(
        "kiosk.eligibility.terminal.folders.os.fsync", lambda descriptor: released.wait() and sync(descriptor)
    )
    assert terminal.ask(enquiry).failure is Code.TERMINAL_FOLDER
    assert [path.name[0] for path in folders.req.iterdir()] == ["."]
    released.set()
    deadline = time.monotonic() + 10
    while [*folders.req.iterdir()] and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    assert not [*folders.req.iterdir()]


def test_file_work_is_possible_again_once_it_no_longer_hangs() -> None:
    released, done = threading.Event(), threading.Event()
    with closing(Bounded("test")) as files:
        with pytest.raises(FolderUnusable):
            files.do(released.wait, 0.05)
        with pytest.raises(FolderUnusable):
            files.do(done.set, 5)
        released.set()
        deadline = time.monotonic() + 10
        while not done.is_set() and time.monotonic() < deadline:
            with suppress(FolderUnusable):
                files.do(done.set, 5)
    assert done.is_set()


def test_an_error_of_file_work_reaches_its_caller() -> None:
    def expires() -> None:
        raise TimeoutError(110, "Connection timed out")

    with closing(Bounded("test")) as files, pytest.raises(TimeoutError, match="Connection timed out"):
        files.do(expires, 5)


REGISTRATION = ReferenceRegistration("133033", "71-0000", "000000", "00", "P-00042")


def test_a_number_is_registered(terminal: Terminal, other_side: Start) -> None:
    side = other_side(says("registered"))
    assert terminal.register(REGISTRATION).status == "done"
    ((name, content),) = side.requests
    assert name.startswith("OQSsiimm01req_") and content == identified(golden("registration"), name)


def test_a_registration_of_another_number_is_an_error(hasty: Terminal, other_side: Start) -> None:
    other_side(
        lambda request, _: [
            (answer_name(request), identified(golden("registered"), request).replace(b"P-00042", b"P-00043"))
        ]
    )
    assert (hasty.register(REGISTRATION).status, hasty.register(REGISTRATION).code) == ("error", "N-15")


def test_a_registration_without_an_answer_is_a_time_out(hasty: Terminal) -> None:
    assert (hasty.register(REGISTRATION).status, hasty.register(REGISTRATION).code) == ("timeout", "N-10")


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("OQSsiquc01res_face_27142063864da5260a16de5a3d3ad7_20261122101500.xml", date(2026, 11, 22)),
        ("OQSsiquc01res_face_271420638600100000000000000001_20261122101500.xml", date(2026, 11, 22)),
        ("OQSsiquc01res_face_27142063864da5260a16de5a3d3ad7_20261322101500.xml", None),
        ("OQSsiquc01res_face_27142063864da5260a16de5a3d3ad7_20261122101500.xml.part", None),
        ("OQSsiquc01res_20261122101500.xml", None),
        ("Thumbs.db", None),
    ],
)
def test_a_face_file_has_its_day_in_its_name(name: str, day: date | None) -> None:
    assert face_day(name) == day


def test_an_answer_that_nobody_waits_for_any_more_counts_as_not_given(terminal: Terminal, enquiry: Enquiry) -> None:
    looks = iter([True, True, False])
    answer = terminal.ask(enquiry, lambda: next(looks))
    assert (answer.status, answer.failure) == (Status.TIMEOUT, Code.TERMINAL_SILENT)


def test_folders_that_can_be_used_pass(terminal: Terminal) -> None:
    terminal.check()


@pytest.mark.parametrize("name", ["req", "res"])
def test_a_folder_that_is_not_there_is_told_at_a_look(terminal: Terminal, folders: Folders, name: str) -> None:
    (folders.req.parent / name).rmdir()
    with pytest.raises(TerminalError, match=f"terminal.{name} is no folder"):
        terminal.check()


ONE_WAY = "−〜‖"
"""Shift_JIS has one code for these and for others, as which they come back."""


def test_what_comes_back_as_shift_jis_reads_it_is_ours(folders: Folders, other_side: Start, enquiry: Enquiry) -> None:
    def echoing(request: str, content: bytes) -> list[tuple[str, bytes]]:
        asked = re.search(rb"(?s)<QualificationConfirmSearchInfo>.*</QualificationConfirmSearchInfo>", content)
        assert asked
        answer = golden("valid").decode().replace("UTF-8", "Shift_JIS").encode("cp932")
        answer = re.sub(rb"(?s)<QualificationConfirmSearchInfo>.*</QualificationConfirmSearchInfo>", b"<HERE/>", answer)
        return [(answer_name(request), identified(answer.replace(b"<HERE/>", asked[0]), request))]

    other_side(echoing)
    with closing(Exchange(folders, 10)) as exchange:
        terminal = Terminal(exchange, INSTITUTION, "shift_jis")
        answer = terminal.ask(replace(enquiry, symbol=f"71{ONE_WAY}0"))
    assert (answer.status, answer.reason) == (Status.VALID, "")
