"""照会番号一括登録 in both steps: upload the registrations, then ask what became of them.

They go in parts, so that memory and the size of a file do not grow with their number.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from kiosk.eligibility.terminal.answers import parse_registered_units
from kiosk.eligibility.terminal.checks import require_ours
from kiosk.eligibility.terminal.errors import AnswerUnreadable, NoAnswer, OtherAnswer, SeveralAnswers, TerminalError
from kiosk.eligibility.terminal.file_names import Kind
from kiosk.eligibility.terminal.json_form import registered_json
from kiosk.eligibility.terminal.model import ReferenceRegistration, Registered, RegisteredUnit
from kiosk.eligibility.terminal.numbers import plain_number
from kiosk.eligibility.terminal.requests import registered_as, write_registrations
from kiosk.eligibility.terminal.terminal import Terminal, failed_registration
from kiosk.eligibility.terminal.two_steps import TwoSteps

__all__ = ["RegisteredLine", "register_all"]

PART: Final = 500
"""Registrations in one request."""


@dataclass(frozen=True, slots=True, repr=False)
class RegisteredLine:
    """What became of one registration."""

    reference: str
    registered: Registered

    def to_json(self) -> dict[str, object]:
        """Return the line for the answer's file."""
        return {"reference": self.reference, **registered_json(self.registered)}


def register_all(
    terminal: Terminal,
    registrations: Iterable[ReferenceRegistration],
    pause: Callable[[float], object] = time.sleep,
) -> Iterator[RegisteredLine]:
    """Yield a line for each registration, in their order; after a part that is not answered in time no other is sent.

    Each must have a 照会番号 of its own.

    Raises:
        RequestRefused: A registration has a value that no request can carry.

    """
    steps = TwoSteps(terminal, Kind.REGISTER_BULK, Kind.REGISTER_DOWNLOAD, pause)
    silent: TerminalError | None = None
    remaining = iter(registrations)
    while part := list(islice(remaining, PART)):
        said, silent = ([failed_registration(silent)] * len(part), silent) if silent else _registered(steps, part)
        for registration, registered in zip(part, said, strict=True):
            yield RegisteredLine(registration.reference, registered)


def _registered(steps: TwoSteps, part: Sequence[ReferenceRegistration]) -> tuple[Sequence[Registered], NoAnswer | None]:
    """Return what became of one part, and what to say of the next ones if nobody answers."""
    institution, encoding = steps.terminal.institution, steps.terminal.encoding
    try:
        receipt = steps.put(lambda identifier: write_registrations(part, institution, identifier, encoding))
        if (reception := receipt.number) is None:
            return [Registered("error", receipt.code, receipt.message)] * len(part), None
        return steps.get(reception, lambda content: _parsed(content, institution, part, reception)), None
    except NoAnswer as error:
        return [failed_registration(error)] * len(part), error
    except TerminalError as error:
        return [failed_registration(error)] * len(part), None


def _parsed(
    content: bytes, institution: str, part: Sequence[ReferenceRegistration], reception: str
) -> Sequence[Registered] | None:
    """Return what became of each, in their order; None while they are processed."""
    found: dict[str, Registered] = {}
    ours = {plain_number(one.reference): _plain(registered_as(one)) for one in part}
    for unit in parse_registered_units(content):
        if isinstance(unit, RegisteredUnit):
            _add(unit, ours, found)
            continue
        state, header = unit
        require_ours(header, institution, None)
        if header.reception not in (None, reception):
            raise OtherAnswer("ReceptionNumber is another's")
        if state.failed:
            return [Registered("error", state.code, state.message)] * len(part)
        if state.processing:
            return None
    missing = failed_registration(AnswerUnreadable("says nothing of this registration"))
    return [found.get(plain_number(one.reference), missing) for one in part]


def _add(unit: RegisteredUnit, ours: Mapping[str, Mapping[str, str]], found: dict[str, Registered]) -> None:
    """Take a unit that answers one of our registrations; two to one registration are none."""
    reference = plain_number(unit.repeated["ReferenceNumber"])
    if reference not in ours:
        raise OtherAnswer("a unit answers no registration of ours")
    registered = unit.registered
    theirs = _plain({name: text for name, text in unit.repeated.items() if text is not None})
    if not theirs.items() <= ours[reference].items():
        registered = failed_registration(OtherAnswer("a unit repeats other numbers"))
    if reference in found:
        registered = failed_registration(SeveralAnswers("two units answer one registration"))
    found[reference] = registered


def _plain(texts: Mapping[str, str]) -> dict[str, str]:
    """Return numbers as they are compared: full-width and half-width forms are the same."""
    return {name: plain_number(text) for name, text in texts.items()}
