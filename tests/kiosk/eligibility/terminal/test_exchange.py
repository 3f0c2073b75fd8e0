"""The exchange of files: one enquiry, one answer, and never an answer to another enquiry."""

from __future__ import annotations

import io
import os
import re
import threading
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import (
    Enquiry,
    Folders,
    ReferenceRegistration,
    Status,
    Terminal,
)
from kiosk.eligibility.terminal.file_names import FileName, Kind, draft_name, face_day
from kiosk.failures import Code
from tests.kiosk.eligibility.terminal.exchanging import Start, says
from tests.kiosk.eligibility.terminal.other_side import (
    answer_name,
    golden,
    identified,
)


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
