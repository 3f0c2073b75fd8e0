"""An answer is taken only if it is ours: nothing of another person is ever shown."""

from __future__ import annotations

import os
import re
import time
from contextlib import closing
from dataclasses import replace

import pytest

from kiosk.eligibility.terminal import (
    Enquiry,
    Exchange,
    Folders,
    Status,
    Terminal,
)
from kiosk.failures import Code
from tests.kiosk.eligibility.terminal.exchanging import Start, says
from tests.kiosk.eligibility.terminal.other_side import (
    INSTITUTION,
    answer_name,
    golden,
    identified,
    put,
)


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


def test_an_answer_that_comes_too_late_is_no_answer_to_the_next_enquiry(
    hasty: Terminal, folders: Folders, other_side: Start, enquiry: Enquiry
) -> None:
    assert hasty.ask(enquiry).status is Status.TIMEOUT
    (request,) = folders.req.iterdir()
    put(folders.res, answer_name(request.name), identified(golden("valid"), request.name))
    assert hasty.ask(enquiry).status is Status.TIMEOUT
    assert (folders.res / answer_name(request.name)).exists(), "files of others stay where they are"


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
