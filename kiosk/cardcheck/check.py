"""One check of one card, for ``kiosk card check`` and ``kiosk card record``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from drivers.errors import DriverError
from drivers.jpki import PinOutcome
from drivers.recording import RecordedCommand
from drivers.worker.client import ReaderPlugin, ReaderWorker
from kiosk.cardcheck.dialogue import CardDialogue, ProvedCard
from kiosk.cardcheck.finder import CardFinder
from kiosk.cardcheck.report import CheckReport
from kiosk.failures import CUT_SHORT, Code, Failure, code_of, code_of_check, code_of_problem
from kiosk.identity import CertificateCheck, Problem, Verifier, claimable_level
from kiosk.pin import pin_digits

__all__ = ["CheckRequest", "check_card", "troubles_of"]

_VISIT = 1
"""A command serves one card, as the first visit of its worker."""

_PIN_CODES = {
    PinOutcome.WRONG: Code.PIN_WRONG,
    PinOutcome.LAST_TRY: Code.PIN_LAST_TRY,
    PinOutcome.BLOCKED: Code.PIN_BLOCKED,
    PinOutcome.MALFORMED: Code.PIN_MALFORMED,
}


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What to check, and how far to go.

    Attributes:
        plugins: the drivers by name, each with its options.
        verifier: how certificates are checked.
        now: the time of checking (aware).
        reader: a reader's name, a part of it, or its VID:PID; None: any reader.
        narrowed: the drivers whose workers list no other reader than that one.
        wait: seconds to wait for a card.
        pin: the 暗証番号 as it was entered; None: the card is only read.
        allow_last_try: send the 暗証番号 although only one try is left.
        pin_before_certificate: send it also to a card that shows its certificate only afterwards.
        show_certificate: add the certificate to the report.
        record: keep what passes between worker and card.

    """

    plugins: Mapping[str, tuple[ReaderPlugin, Mapping[str, object]]]
    verifier: Verifier
    now: datetime
    reader: str | None = None
    narrowed: frozenset[str] = frozenset()
    wait: float = 10.0
    pin: str | None = field(default=None, repr=False)
    allow_last_try: bool = False
    pin_before_certificate: bool = False
    show_certificate: bool = False
    record: bool = False


async def check_card(request: CheckRequest) -> CheckReport:
    """Return the report, which also holds every failure of card and reader.

    Raises SeveralReaders, before any card is touched.
    """
    report = CheckReport(show_certificate=request.show_certificate)
    try:
        await _find_and_check(request, report)
    except DriverError as error:
        report.count(error)
        report.error, report.code = error, code_of(error)
        if report.proving and report.code in CUT_SHORT:
            # Whether the card judged the number before the link broke, nobody knows: only its counter does.
            report.code, report.tries_left = Code.PIN_OUTCOME_UNKNOWN, None
    # After the check: a responder is asked about a card alone.
    report.troubles = troubles_of(request.verifier.problems(request.now))
    return report


def troubles_of(problems: Sequence[Problem]) -> tuple[Failure, ...]:
    """Return what is wrong with roots and revocation as codes."""
    return tuple(Failure.here(code_of_problem(problem), problem.cause) for problem in problems)


async def _find_and_check(request: CheckRequest, report: CheckReport) -> None:
    async with CardFinder(request.plugins, request.reader, request.narrowed) as finder:
        card = await finder.card(request.wait)
        report.reader, report.driver, report.atr = card.reader, card.driver, card.atr
        worker = finder.workers[card.driver]
        try:
            with CardDialogue(worker, card.reader, _VISIT, request.verifier, lambda: request.now) as dialogue:
                await _check(request, report, dialogue)
        finally:
            report.steps = await _recorded(worker, card.reader) if request.record else []
        await worker.release(card.reader, _VISIT)


async def _recorded(worker: ReaderWorker, reader: str) -> list[RecordedCommand]:
    """Return what passed; nothing if the worker is lost, for then its loss is what the report is about."""
    try:
        return await worker.recording(reader, _VISIT)
    except DriverError:
        return []


async def _check(request: CheckRequest, report: CheckReport, dialogue: CardDialogue) -> None:
    asks = request.pin is not None
    card = await dialogue.read(
        hold=asks, pin_before_certificate=asks and request.pin_before_certificate, record=request.record
    )
    report.count(card)
    report.tries_left, report.unchecked_before_pin = card.tries_left, not card.certificate
    if check := await dialogue.check(card):
        _judge(report, check)
    if request.pin is None or not (check is None or check.may_ask_pin):
        return
    if card.without_pin:
        report.code = report.code or Code.CARD_WITHOUT_PIN
        return
    await _prove(request, report, dialogue, request.pin)


def _judge(report: CheckReport, check: CertificateCheck) -> None:
    report.check = check
    report.code = code_of_check(check)
    report.level = claimable_level(check)


async def _prove(request: CheckRequest, report: CheckReport, dialogue: CardDialogue, text: str) -> None:
    digits = pin_digits(text)
    if digits is None:
        report.pin_outcome, report.code = "malformed", report.code or Code.PIN_MALFORMED
        return
    report.proving = True
    proved = await dialogue.prove(digits, report.check, allow_last_try=request.allow_last_try)
    report.proving = False
    report.count(proved.proof)
    report.pin_outcome, report.tries_left = proved.proof.outcome.value, proved.proof.tries_left
    if proved.check is not None and proved.check is not report.check:
        _judge(report, proved.check)
    _judge_proof(report, proved)


def _judge_proof(report: CheckReport, proved: ProvedCard) -> None:
    if proved.proof.outcome is not PinOutcome.RIGHT:
        report.code = report.code or _PIN_CODES[proved.proof.outcome]
        return
    report.signature = "valid" if proved.signature_valid else "invalid"
    report.level = claimable_level(report.check, pin_was_right=True, signature_valid=proved.signature_valid)
    if not proved.signature_valid:
        report.code = report.code or Code.SIGNATURE_INVALID
