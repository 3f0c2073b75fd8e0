"""One check of one card, as ``docs/formats.md`` describes its report."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from drivers.errors import DriverError, NoCard, NoReader, error_of
from drivers.events import CardInserted, OfReader, ReaderAdded, ReaderEvent
from drivers.jpki import PinOutcome
from drivers.recording import RecordedCommand
from drivers.worker.client import CardRead, Proof, ReaderInfo, ReaderPlugin, ReaderWorker, list_every
from kiosk.failures import CUT_SHORT, FAILURES, Code, Failure, Family, code_of, code_of_check, code_of_problem
from kiosk.identity import (
    CertificateCheck,
    CheckAhead,
    Level,
    Problem,
    Revocation,
    Verifier,
    claimable_level,
    new_challenge,
    signature_is_valid,
)
from kiosk.pin import pin_digits

__all__ = ["CheckReport", "CheckRequest", "SeveralReaders", "check_card", "exit_status", "troubles_of"]

_SETTLING = 2.0


class SeveralReaders(Exception):
    """The text fits several readers; it names them."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        super().__init__(f"{text!r} fits several readers: {', '.join(names)}")


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What to check and how far to go. ``plugins``: drivers by name, each with its options.

    ``narrowed`` are the drivers whose worker knows which ``reader`` is meant, and lists no other one.
    ``pin`` is text as entered; None: no 暗証番号 is asked for.
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


@dataclass(slots=True)
class CheckReport:
    """The report, filled step by step; what was not reached keeps its default."""

    reader: str = ""
    driver: str = ""
    check: CertificateCheck | None = None
    show_certificate: bool = False
    pin_outcome: str = "not_asked"
    tries_left: int | None = None
    signature: str = "none"
    level: Level | None = None
    code: Code | None = None
    error: DriverError | None = None
    proving: bool = False
    unchecked_before_pin: bool = False
    apdus: int = 0
    card_milliseconds: float = 0.0
    atr: bytes = b""
    steps: list[RecordedCommand] = field(default_factory=list, repr=False)
    troubles: tuple[Failure, ...] = ()

    def count(self, dialogue: CardRead | Proof | DriverError) -> None:
        """Add the commands of a dialogue, also of one that failed, and the time the card took to answer them."""
        self.apdus += dialogue.apdus
        self.card_milliseconds += dialogue.card_seconds * 1000

    @property
    def accepted(self) -> bool:
        """Whether the chain is trusted, nothing is revoked and nothing that was asked for failed."""
        return self.code is None and self.check is not None

    def to_json(self) -> dict[str, Any]:
        """Return the object of docs/formats.md."""
        return {
            "reader": self.reader,
            "driver": self.driver,
            "certificate": self._certificate(),
            "chain": self.check.chain.value if self.check else None,
            "revocation": self.check.revocation.value if self.check else Revocation.NOT_CHECKED.value,
            "pin": {"outcome": self.pin_outcome, "tries_left": self.tries_left},
            "unchecked_before_pin": self.unchecked_before_pin,
            "signature": self.signature,
            "level": self.level.value if self.level else None,
            "verdict": "accepted" if self.accepted else "refused",
            "code": self.code.value if self.code else None,
            "message": self.message,
            "troubles": list(dict.fromkeys(trouble.code.value for trouble in self.troubles)),
            "apdus": self.apdus,
            "card_milliseconds": round(self.card_milliseconds, 3),
            "simulation": self.check.test_root if self.check else False,
        }

    @property
    def message(self) -> str | None:
        """The reason for a refusal in Japanese, or None."""
        return FAILURES[self.code].why if self.code else None

    def sentence(self) -> str:
        """Return the report as one line for a person."""
        verdict = "accepted" if self.accepted else f"refused {self.code.value if self.code else ''} {self.message}"
        level = self.level.value if self.level else "nothing claimed"
        return f"{self.reader or 'no reader'}: {verdict} ({level}, {self.apdus} APDUs, {self.card_milliseconds:.0f} ms)"

    def _certificate(self) -> dict[str, Any] | None:
        check = self.check
        if check is None or check.certificate is None:
            return None
        certificate = check.certificate
        facts: dict[str, Any] = {
            "subject": check.subject,
            "issuer": check.issuer,
            "not_before": certificate.not_valid_before_utc.isoformat(),
            "not_after": certificate.not_valid_after_utc.isoformat(),
            "algorithm": check.algorithm,
        }
        if self.show_certificate:
            facts["pem"] = certificate.public_bytes(Encoding.PEM).decode("ascii")
        return facts


def exit_status(report: CheckReport) -> int:
    """Return the first status that fits, in the order 11, 12, 14, 10, 13, 0."""
    match report.error:
        case None:
            pass
        case NoCard():
            return 12
        case _ if report.code in {Code.READER_SERVICE_DOWN, Code.NO_READER}:
            return 11
        case _:
            return 14
    if report.accepted:
        return 0
    return 13 if report.code and report.code.family is Family.PIN else 10


class _Desk:
    """The workers of one check, and the cards that were put down meanwhile."""

    def __init__(self, request: CheckRequest) -> None:
        self._request = request
        self._cards: asyncio.Queue[CardInserted] = asyncio.Queue()
        self._settled = asyncio.Event()
        self._readers: set[str] = set()
        self._exact: str | None = None
        self.clients = {
            name: ReaderWorker(plugin, options=options, on_event=self._take)
            for name, (plugin, options) in request.plugins.items()
        }

    async def __aenter__(self) -> _Desk:
        await asyncio.gather(*(client.start() for client in self.clients.values()))
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(client.stop() for client in self.clients.values()))

    def _take(self, event: ReaderEvent) -> None:
        match event:
            case ReaderAdded() if self._fits(event):
                self._readers.add(event.reader)
                self._settled.set()
            case CardInserted() if self._fits(event):
                self._cards.put_nowait(event)

    def _fits(self, event: OfReader) -> bool:
        return self._is_meant(event.reader, event.driver)

    def _is_meant(self, name: str, driver: str) -> bool:
        text = self._request.reader or ""
        if self._exact is not None:
            return name == self._exact
        return driver in self._request.narrowed or text.casefold() in name.casefold()

    async def card(self) -> CardInserted:
        """Return the first card put on a reader that fits. Raises NoReader, NoCard or ServiceNotRunning."""
        there = await self._require_reader()
        # A card that lies there is reported in its own time, however short the wait for a new one may be.
        wait = max(self._request.wait, _SETTLING) if there else self._request.wait
        with suppress(TimeoutError):
            return await asyncio.wait_for(self._next_card(), wait)
        if await self._fitting():
            raise NoCard("no card was put down")
        raise NoReader("the reader left during the wait")

    async def _require_reader(self) -> bool:
        """Return whether a card lies there already. Raises NoReader and as ``_fitting``."""
        if fitting := await self._fitting():
            return any(reader.card_present for reader in fitting)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), min(_SETTLING, self._request.wait))
            return False
        text = self._request.reader
        raise NoReader("no reader is connected" if text is None else f"no reader fits {text!r}")

    async def _fitting(self) -> list[ReaderInfo]:
        """Return the readers to look at. Raises SeveralReaders, and without any what is wrong with one that fits."""
        listed, lost = await list_every(client.readers() for client in self.clients.values())
        fitting = self._one_of([reader for reader in listed if self._is_meant(reader.name, reader.driver)])
        usable = [reader for reader in fitting if not reader.trouble]
        if lost and not usable:
            raise lost
        for reader in fitting:
            if reader.trouble and not usable:
                raise error_of(reader.trouble, f"{reader.name} cannot be used")
        return usable

    def _one_of(self, fitting: list[ReaderInfo]) -> list[ReaderInfo]:
        """Return the readers to look at: where a text was given only one, the exact name before a part of one."""
        text = self._request.reader
        if text is None or len(fitting) < 2:
            return fitting
        if not any(reader.name == text for reader in fitting):
            raise SeveralReaders(text, [reader.name for reader in fitting])
        self._exact = text
        return [reader for reader in fitting if reader.name == text]

    async def _next_card(self) -> CardInserted:
        while not self._fits(event := await self._cards.get()):
            pass
        return event


async def check_card(request: CheckRequest) -> CheckReport:
    """Return the report with every failure of card and reader. Raises SeveralReaders before any card is touched."""
    report = CheckReport(show_certificate=request.show_certificate)
    try:
        async with _Desk(request) as desk:
            card = await desk.card()
            report.reader, report.driver, report.atr = card.reader, card.driver, card.atr
            client = desk.clients[card.driver]
            try:
                await _check(request, report, client)
            finally:
                report.steps = await _recorded(client, report.reader) if request.record else []
            await client.release(report.reader, 1)
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


async def _recorded(client: ReaderWorker, reader: str) -> list[RecordedCommand]:
    """Return what passed; nothing where the worker was lost with it, and how it was lost is what counts."""
    try:
        return await client.recording(reader, 1)
    except DriverError:
        return []


async def _check(request: CheckRequest, report: CheckReport, client: ReaderWorker) -> None:
    asks = request.pin is not None
    allowed = asks and request.pin_before_certificate
    with CheckAhead(request.verifier, lambda: request.now) as ahead:
        card = await client.read(
            report.reader,
            1,
            hold=asks,
            pin_before_certificate=allowed,
            record=request.record,
            on_certificate=ahead.begin,
        )
        report.count(card)
        report.tries_left = card.tries_left
        if card.certificate:
            _judge(report, await ahead.result(card.certificate))
    report.unchecked_before_pin = not card.certificate
    if request.pin is None or not (report.unchecked_before_pin or report.check and report.check.may_ask_pin):
        return
    if card.without_pin:
        report.code = report.code or Code.CARD_WITHOUT_PIN
        return
    await _prove(request, report, client, request.pin)


def _judge(report: CheckReport, check: CertificateCheck) -> None:
    report.check = check
    report.code = code_of_check(report.check)
    report.level = claimable_level(report.check)


async def _prove(request: CheckRequest, report: CheckReport, client: ReaderWorker, text: str) -> None:
    digits = pin_digits(text)
    if digits is None:
        report.pin_outcome, report.code = "malformed", report.code or Code.PIN_MALFORMED
        return
    challenge = new_challenge()
    report.proving = True
    proof = await client.prove(report.reader, 1, challenge, digits, allow_last_try=request.allow_last_try)
    report.proving = False
    report.count(proof)
    report.pin_outcome, report.tries_left = proof.outcome.value, proof.tries_left
    if proof.certificate:
        _judge(report, await asyncio.to_thread(request.verifier.check, proof.certificate, request.now))
    if proof.outcome is PinOutcome.RIGHT:
        _judge_signature(report, challenge, proof)
    else:
        report.code = report.code or _PIN_CODES[proof.outcome]


_PIN_CODES = {
    PinOutcome.WRONG: Code.PIN_WRONG,
    PinOutcome.LAST_TRY: Code.PIN_LAST_TRY,
    PinOutcome.BLOCKED: Code.PIN_BLOCKED,
    PinOutcome.MALFORMED: Code.PIN_MALFORMED,
}


def _judge_signature(report: CheckReport, challenge: bytes, proof: Proof) -> None:
    certificate = report.check.certificate if report.check else None
    valid = bool(certificate and proof.signature and signature_is_valid(certificate, challenge, proof.signature))
    report.signature = "valid" if valid else "invalid"
    report.level = claimable_level(report.check, pin_was_right=True, signature_valid=valid)
    if not valid:
        report.code = report.code or Code.SIGNATURE_INVALID
