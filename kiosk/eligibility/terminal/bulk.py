"""資格確認一括照会 in both steps: upload the enquiries, then ask for the answer until it is there.

Enquiries go in parts, so that memory and the size of a file do not grow with their number.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Final

from kiosk.eligibility.terminal.answers import parse_units
from kiosk.eligibility.terminal.bookings import Booking
from kiosk.eligibility.terminal.checks import require_fit, require_ours
from kiosk.eligibility.terminal.errors import AnswerUnreadable, NoAnswer, OtherAnswer, SeveralAnswers, TerminalError
from kiosk.eligibility.terminal.file_names import Kind
from kiosk.eligibility.terminal.json_form import result_json
from kiosk.eligibility.terminal.known import KnownAnswers
from kiosk.eligibility.terminal.model import Answer, Enquiry, Status, Unit
from kiosk.eligibility.terminal.numbers import plain_number
from kiosk.eligibility.terminal.requests import asked, write_bulk
from kiosk.eligibility.terminal.terminal import Terminal, failed_answer
from kiosk.eligibility.terminal.two_steps import TwoSteps
from kiosk.failures import Code

__all__ = ["BulkLine", "ask_all"]

PART: Final = 500
"""Enquiries in one request: its answer stays far below the largest file that is read."""


@dataclass(frozen=True, slots=True, repr=False)
class BulkLine:
    """What the terminal says of one booking. ``changed``: it said something else before, or the 資格 is not valid."""

    reference: str
    answer: Answer
    changed: bool

    def to_json(self) -> dict[str, object]:
        """Return the line for the answer's file."""
        return {
            "reference": self.reference,
            "status": self.answer.status,
            "validity": self.answer.validity,
            "changed": self.changed,
            "results": [result_json(one) for one in self.answer.results],
        }


def ask_all(
    terminal: Terminal,
    bookings: Iterable[Booking],
    on: date,
    known: KnownAnswers,
    pause: Callable[[float], object] = time.sleep,
) -> Iterator[BulkLine]:
    """Yield a line for each booking, in their order. After a part that is not answered in time no other is asked.

    Raises:
        RequestRefused: An enquiry has a value that no request can carry.
        KnownAnswersError: What was known cannot be read or written.

    """
    silent: TerminalError | None = None
    remaining = iter(bookings)
    while part := list(islice(remaining, PART)):
        answers, silent = ([failed_answer(silent)] * len(part), silent) if silent else _asked(terminal, part, on, pause)
        yield from _compared(part, answers, known)


def _asked(
    terminal: Terminal, part: Sequence[Booking], on: date, pause: Callable[[float], object]
) -> tuple[list[Answer], NoAnswer | None]:
    """Return the answers to one part, and what to say of the next ones if nobody answers."""
    enquiries = [replace(one.enquiry, identifier=f"{number:06}") for number, one in enumerate(part, start=1)]
    steps = TwoSteps(terminal, Kind.BULK, Kind.BULK_DOWNLOAD, pause)
    institution = terminal.institution
    try:
        receipt = steps.put(lambda identifier: write_bulk(enquiries, on, institution, identifier, terminal.encoding))
        if (reception := receipt.number) is None:
            return [_refused(receipt.code, receipt.message)] * len(part), None
        return steps.get(reception, lambda content: _parsed(content, institution, enquiries, on, reception)), None
    except NoAnswer as error:
        return [failed_answer(error)] * len(part), error
    except TerminalError as error:
        return [failed_answer(error)] * len(part), None


def _parsed(
    content: bytes, institution: str, enquiries: Sequence[Enquiry], on: date, reception: str
) -> list[Answer] | None:
    by_identifier = {enquiry.identifier: enquiry for enquiry in enquiries}
    answers: dict[str, Answer] = {}
    for part in parse_units(content):
        if isinstance(part, Unit):
            _add(part, by_identifier, answers)
            continue
        state, header = part
        require_ours(header, institution, None)
        if header.reception not in (None, reception) or header.asked_on not in (None, on):
            raise OtherAnswer("ReceptionNumber or QualificationConfirmationDate is another's")
        if state.failed:
            return [_refused(state.code, state.message)] * len(enquiries)
        if state.processing:
            return None
    missing = failed_answer(AnswerUnreadable("says nothing of this enquiry"))
    return [answers.get(enquiry.identifier, missing) for enquiry in enquiries]


def _add(unit: Unit, enquiries: dict[str, Enquiry], answers: dict[str, Answer]) -> None:
    """Take a unit that answers one of the enquiries; two to one enquiry are none."""
    enquiry = _enquiry_of(unit, enquiries)
    try:
        require_fit(enquiry, unit.asked, unit.answer)
        answer = unit.answer
    except OtherAnswer as error:
        answer = failed_answer(error)
    if enquiry.identifier in answers:
        answer = failed_answer(SeveralAnswers("two units answer one enquiry"))
    answers[enquiry.identifier] = answer


def _enquiry_of(unit: Unit, enquiries: dict[str, Enquiry]) -> Enquiry:
    """Return the enquiry of a unit by its 任意識別子, or by the numbers it repeats. Raises OtherAnswer."""
    if unit.identifier in enquiries:
        return enquiries[unit.identifier]
    repeated = {name: plain_number(text) for name, text in unit.asked.items() if text is not None}
    found = [one for one in enquiries.values() if {n: plain_number(t) for n, t in asked(one).items()} == repeated]
    if unit.identifier or len(found) != 1:
        raise OtherAnswer("a unit answers no enquiry of ours")
    return found[0]


def _refused(code: str | None, message: str | None) -> Answer:
    return Answer(Status.ERROR, code=code, message=message, failure=Code.TERMINAL_REFUSED)


def _compared(part: Sequence[Booking], answers: Sequence[Answer], known: KnownAnswers) -> Iterator[BulkLine]:
    """Yield the lines of a part. What is no answer says nothing of a change, and leaves what was known."""
    told = [(one.enquiry, answer) for one, answer in zip(part, answers, strict=True) if answer.validity is not None]
    changes = iter(known.changed(told))
    for booking, answer in zip(part, answers, strict=True):
        another = next(changes) if answer.validity is not None else False
        yield BulkLine(booking.reference, answer, another or answer.status is not Status.VALID)
