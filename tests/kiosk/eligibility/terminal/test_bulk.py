"""一括照会 in both steps."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kiosk.eligibility.terminal import (
    Booking,
    BulkLine,
    Enquiry,
    Folders,
    KnownAnswers,
    Status,
    Terminal,
    ask_all,
    two_steps,
)
from kiosk.eligibility.terminal import bulk as bulk_module
from tests.kiosk.eligibility.terminal.other_side import Answering, OtherSide, answer_name, golden, identified

ON = date(2026, 11, 22)
Start = Callable[[Answering], OtherSide]


class Centre:
    """Answers bulk requests: each number ends with the 資格有効性 that it gets."""

    def __init__(self, processing: int = 0, order: int = 1) -> None:
        self.uploads: list[list[dict[str, str]]] = []
        self.processing = processing
        self._order = order

    def __call__(self, request: str, content: bytes) -> list[tuple[str, bytes]]:
        root = ElementTree.fromstring(content)  # noqa: S314 - what the kiosk wrote
        if request.startswith("OQSmuquc01"):
            searches = root.findall("MessageBody/QualificationConfirmSearchInfo")
            self.uploads.append([{one.tag: one.text or "" for one in search} for search in searches])
            reception = str(len(self.uploads)).encode()
            receipt = golden("bulk_receipt").replace(b"20261122000017", reception)
            return [(answer_name(request), identified(receipt, request))]
        if self.processing:
            self.processing -= 1
            return [(answer_name(request), self._state(golden("bulk_processing"), root))]
        return [(answer_name(request), self.answer(root))]

    def _state(self, content: bytes, root: ElementTree.Element) -> bytes:
        return content.replace(b"20261122000017", str(self.reception(root)).encode())

    def reception(self, root: ElementTree.Element) -> int:
        return int(root.findtext("MessageBody/ReceptionNumber") or 0)

    def answer(self, root: ElementTree.Element) -> bytes:
        units = [self.unit(asked) for asked in self.uploads[self.reception(root) - 1]][:: self._order]
        head, _, _ = golden("bulk_answer").partition(b"    <BulkConfirmUnit>")
        return self._state(head, root) + "".join(units).encode() + b"</MessageBody></XmlMsg>"

    def unit(self, asked: dict[str, str]) -> str:
        validity = asked["InsuredIdentificationNumber"][-1]
        search = "".join(f"<{name}>{text}</{name}>" for name, text in asked.items())
        result = (
            f"<ResultOfQualificationConfirmation><InsurerNumber>{asked['InsurerNumber']}</InsurerNumber>"
            f"<Birthdate>{asked['Birthdate']}</Birthdate><QualificationDate>20190401</QualificationDate>"
            "</ResultOfQualificationConfirmation>"
        )
        return (
            f"<BulkConfirmUnit><QualificationConfirmSearchInfo>{search}</QualificationConfirmSearchInfo>"
            f"<ProcessingResultStatus>1</ProcessingResultStatus>"
            f"<QualificationValidity>{validity}</QualificationValidity>{result}</BulkConfirmUnit>"
        )


def booking(number: int, validity: int = 1) -> Booking:
    enquiry = Enquiry("133033", "71-0000", f"{number:05}{validity}", "00", date(1960, 4, 5), ON)
    return Booking(f"P-{number}", enquiry)


@pytest.fixture
def known(tmp_path: Path) -> Iterator[KnownAnswers]:
    with KnownAnswers.opened(tmp_path, bytes(32), 90, ON) as made:
        yield made


def asked(terminal: Terminal, known: KnownAnswers, *bookings: Booking) -> list[BulkLine]:
    return list(ask_all(terminal, bookings, ON, known, pause=lambda _: None))


@pytest.mark.parametrize("order", [1, -1], ids=["in order", "backwards"])
def test_answers_come_in_the_order_of_the_bookings(
    terminal: Terminal, other_side: Start, known: KnownAnswers, order: int
) -> None:
    other_side(Centre(order=order))
    lines = asked(terminal, known, *(booking(number, 1 + number % 5) for number in range(20)))
    assert [line.reference for line in lines] == [f"P-{number}" for number in range(20)]
    assert [line.answer.validity for line in lines] == [str(1 + number % 5) for number in range(20)]


def test_it_asks_again_while_the_answer_is_processed(
    terminal: Terminal, other_side: Start, known: KnownAnswers
) -> None:
    side = other_side(Centre(processing=3))
    (line,) = asked(terminal, known, booking(1))
    assert line.answer.status is Status.VALID
    assert [name[:13] for name, _ in side.requests] == ["OQSmuquc01req", *["OQSmuquc02req"] * 4]


def test_many_go_in_parts(
    terminal: Terminal, other_side: Start, known: KnownAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_module, "PART", 7)
    centre = Centre()
    other_side(centre)
    lines = asked(terminal, known, *(booking(number) for number in range(20)))
    assert [len(upload) for upload in centre.uploads] == [7, 7, 6]
    assert [line.reference for line in lines] == [f"P-{number}" for number in range(20)]
    assert not any("P-" in text for upload in centre.uploads for one in upload for text in one.values())


def test_a_change_is_another_answer_than_the_last_one_known_or_one_that_is_not_valid(
    terminal: Terminal, other_side: Start, known: KnownAnswers
) -> None:
    centre = Centre()
    other_side(centre)
    assert [line.changed for line in asked(terminal, known, booking(1), booking(2, 2))] == [False, True]
    assert [line.changed for line in asked(terminal, known, booking(1), booking(2, 2))] == [False, True]
    centre.unit = lambda asked, unit=centre.unit: unit(asked).replace("20190401", "20261001")
    assert [line.changed for line in asked(terminal, known, booking(1), booking(2, 2))] == [True, True]
    assert [line.changed for line in asked(terminal, known, booking(1))] == [False]


def test_the_line_of_a_booking_is_that_of_the_interface(
    terminal: Terminal, other_side: Start, known: KnownAnswers
) -> None:
    other_side(Centre())
    said = asked(terminal, known, booking(3, 2))[0].to_json()
    assert list(said) == ["reference", "status", "validity", "changed", "results"]
    assert (said["reference"], said["status"], said["validity"], said["changed"]) == ("P-3", "invalid", "2", True)


def test_a_terminal_that_is_silent_is_not_asked_again_for_every_part(
    hasty: Terminal, folders: Folders, known: KnownAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_module, "PART", 2)
    lines = asked(hasty, known, *(booking(number) for number in range(9)))
    assert {(line.answer.status, line.answer.code, line.changed) for line in lines} == {(Status.TIMEOUT, "N-10", True)}
    assert len(list(folders.req.iterdir())) == 1


def test_processing_without_end_is_a_time_out(
    hasty: Terminal, other_side: Start, known: KnownAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(two_steps, "_PATIENCE", 1)
    other_side(Centre(processing=10_000))
    assert asked(hasty, known, booking(1))[0].answer.code == "N-10"


def test_a_refusal_of_the_upload_is_the_answer_of_each(
    terminal: Terminal, other_side: Start, known: KnownAnswers
) -> None:
    other_side(lambda request, _: [(answer_name(request), identified(golden("segment_9"), request))])
    answers = [line.answer for line in asked(terminal, known, booking(1), booking(2))]
    assert [(one.status, one.code) for one in answers] == [(Status.ERROR, "TEST-E01")] * 2


def test_a_unit_of_nobody_who_was_asked_about_spoils_its_part(
    hasty: Terminal, other_side: Start, known: KnownAnswers
) -> None:
    centre = Centre()
    centre.unit = lambda asked, unit=centre.unit: unit(asked).replace("000001<", "777777<")
    other_side(centre)
    assert [line.answer.code for line in asked(hasty, known, booking(1), booking(2))] == ["N-15", "N-15"]


def test_a_unit_with_another_birthday_is_an_error_of_that_booking_alone(
    terminal: Terminal, other_side: Start, known: KnownAnswers
) -> None:
    centre = Centre()

    def unit(asked: dict[str, str], before: Callable[[dict[str, str]], str] = centre.unit) -> str:
        made = before(asked)
        return made.replace("19600405", "19700101") if asked["ArbitraryIdentifier"] == "000001" else made

    centre.unit = unit
    other_side(centre)
    lines = asked(terminal, known, booking(1), booking(2))
    assert [line.answer.code for line in lines] == ["N-15", None]
    assert lines[0].answer.results == ()


@pytest.mark.parametrize(("times", "code"), [(0, "N-12"), (2, "N-14")], ids=["none", "two"])
def test_a_booking_without_one_unit_is_an_error(
    terminal: Terminal, other_side: Start, known: KnownAnswers, times: int, code: str
) -> None:
    centre = Centre()
    centre.unit = lambda asked, unit=centre.unit: unit(asked) * times
    other_side(centre)
    assert [line.answer.code for line in asked(terminal, known, booking(1))] == [code]


def test_units_without_our_identifier_are_told_by_the_numbers_they_repeat(
    terminal: Terminal, other_side: Start, known: KnownAnswers
) -> None:
    centre = Centre(order=-1)
    pattern = re.compile("<ArbitraryIdentifier>.*?</ArbitraryIdentifier>")
    centre.unit = lambda asked, unit=centre.unit: pattern.sub("", unit(asked))
    other_side(centre)
    lines = asked(terminal, known, booking(1), booking(2, 2), replace(booking(3, 4)))
    assert [line.answer.validity for line in lines] == ["1", "2", "4"]


def test_many_take_the_memory_of_one_part(
    terminal: Terminal, other_side: Start, known: KnownAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_module, "PART", 50)
    other_side(Centre())

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            lines = ask_all(terminal, map(booking, range(count)), ON, known, pause=lambda _: None)
            assert all(line.answer.status is Status.VALID for line in lines)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # What another thread of this process has for a moment is counted too, so the lesser of two is taken.
    assert min(peak(1000), peak(1000)) < 2 * peak(100)
