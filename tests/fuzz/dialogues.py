"""Fuzz targets of the seam: bytes in, an AssertionError out where the code broke a promise."""

from __future__ import annotations

import asyncio
import queue
import traceback
from dataclasses import dataclass, replace
from queue import SimpleQueue

from drivers.apdu import MAX_RESPONSE, MAX_ROUNDS, Command, transmit
from drivers.connection import Transport
from drivers.errors import DriverError, Trouble
from drivers.memory import CardMemory
from drivers.recording import to_lines, without_certificate
from drivers.tlv import MAX_CERTIFICATE, MAX_DEPTH, der_length, parse
from drivers.worker.dialogues import MAX_COMMANDS, DialogueRunner, Job, Reply
from drivers.worker.messages import Message
from kiosk.cardcheck import CheckReport, CheckRequest, check_card
from kiosk.cli.card_status import exit_status
from kiosk.identity import Level, NoSource, TrustAnchor, TrustStore, Verifier
from simulators.driver import DRIVER_NAME
from simulators.readers import SimulatedReaders, SimulatorDriver, SimulatorPlugin
from simulators.replay import parse_recording
from tests.fuzz.card import GENUINE, NOW, PIN, USER, FuzzedCard, Script, Watch, reveals_pin
from tests.fuzz.files import plays

__all__ = ["check", "desk", "exchange", "objects"]

VERIFIER = Verifier(TrustStore((TrustAnchor(USER.certificate),)), NoSource())
CHALLENGE = bytes(range(32))

_ANSWER_SECONDS = 60.0
# What nobody foresaw is reported as a lost worker: no card may cause it.
_ERRORS = set(Trouble) - {Trouble.WORKER_LOST}


def objects(data: bytes) -> None:
    """TLV: any bytes are objects within bounds, or a DriverError."""
    try:
        found = parse(data)
        assert all(tlv.depth < MAX_DEPTH and len(tlv.value) < len(data) for tlv in found)
        assert len(found) <= len(data) // 2
    except DriverError:
        pass
    try:
        assert 2 <= der_length(data) <= MAX_CERTIFICATE
    except DriverError:
        pass


@dataclass
class Line:
    """A connection that answers from the script: a length, so many bytes, a status word; at its end the same again."""

    script: Script
    transport: Transport = Transport("fuzz", "reader", b"")
    commands: int = 0
    last: tuple[bytes, int] = (b"", 0x6F00)

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        self.commands += 1
        if not self.script.over:
            length = int.from_bytes(self.script.take(2), "big")
            sw = int.from_bytes(self.script.take(2), "big")
            self.last = (self.script.take(min(length & 0x1FF, 300)) * (64 if length & 0x8000 else 1), sw)
        return self.last

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def exchange(data: bytes) -> None:
    """``transmit``: any answers end in one response of bounded size after bounded rounds, or in a DriverError."""
    script = Script(data)
    command = _command(script)
    line = Line(script)
    try:
        response = transmit(line, command)
    except DriverError as error:
        assert not reveals_pin(_told(error))
    else:
        assert len(response.data) <= MAX_RESPONSE and 0 <= response.sw <= 0xFFFF
    spends_a_try = command.ins in (0x20, 0x24)
    assert line.commands <= (1 if spends_a_try else 2 * (MAX_ROUNDS + 1))


def desk(data: bytes) -> None:
    """The worker's dialogues with such a card: an answer to each, a DriverError's or one that keeps its promises."""
    script = Script(data)
    plan, watch = script.byte(), Watch()
    driver = SimulatorDriver(SimulatedReaders())
    driver.put_card(FuzzedCard(script, watch))
    answers: SimpleQueue[Reply] = queue.SimpleQueue()
    table = DialogueRunner(driver.reader("Simulated reader"), CardMemory(), lambda job, reply: answers.put(reply), 60.0)
    read = False
    try:
        for job in _jobs(plan):
            watch.begin(may_send_pin=read and job.ask == "prove")
            watch.allow_last_try = job.request.flag("allow_last_try")
            table.submit(job)
            reply = answers.get(timeout=_ANSWER_SECONDS)
            _judge(job, reply)
            read = _is_read(job, reply, read)
    finally:
        table.end()
        table.thread.join(_ANSWER_SECONDS)
    assert not table.thread.is_alive()
    assert not watch.breaches, watch.breaches


def check(data: bytes) -> None:
    """A whole check through the worker's protocol: a report always, and the PIN only to the genuine certificate.

    The script's first byte says whether the last try is allowed, and whether the dialogue is recorded.
    """
    script, watch = Script(data), Watch(most=2 * MAX_COMMANDS)  # a read and a prove
    choice = script.byte()
    watch.allow_last_try = bool(choice & 1)
    readers = SimulatedReaders()
    readers.put(FuzzedCard(script, watch))
    plugins = {DRIVER_NAME: (SimulatorPlugin(readers), {})}
    request = CheckRequest(plugins, VERIFIER, NOW, pin=PIN, allow_last_try=watch.allow_last_try, wait=_ANSWER_SECONDS)
    report = asyncio.run(check_card(replace(request, record=bool(choice & 2))))
    _judge_report(report, watch)
    if report.steps:
        _judge_recording(report)
    assert not watch.breaches, watch.breaches


def _judge_report(report: CheckReport, watch: Watch) -> None:
    told = repr(report.to_json()) + report.sentence() + (_told(report.error) if report.error else "")
    assert not reveals_pin(told)
    assert exit_status(report) in (0, 10, 13, 14)
    found = report.check.certificate if report.check else None
    genuine = found is not None and found.tbs_certificate_bytes == GENUINE.certificate.tbs_certificate_bytes
    assert genuine or (watch.pins == 0 and not report.accepted and report.level is None)
    assert report.level is not Level.CONFIRMED or (watch.pins == 1 and report.signature == "valid")


def _judge_recording(report: CheckReport) -> None:
    """What was recorded is a recording that plays, with the certificate and without it, and no PIN is in it."""
    replaced = without_certificate(report.steps, lambda length: bytes(length))
    assert [(len(step.answer), step.answer[-2:]) for step in replaced] == [
        (len(step.answer), step.answer[-2:]) for step in report.steps
    ]
    assert not any(any(step.answer[:-2].replace(b"\xff", b"")) for step in replaced)
    for steps in (report.steps, replaced):
        plays(parse_recording(to_lines(steps, {"atr": report.atr.hex()})))
    assert not any(PIN.encode().hex() in step.command for step in report.steps)


def _judge(job: Job, reply: Reply) -> None:
    # Texts only: a status word in decimal may look like any PIN.
    assert not reveals_pin(repr([value for value in reply.fields.values() if isinstance(value, str)]))
    assert not any(job.request.body), "a PIN that was not wiped"
    error = reply.fields.get("error")
    assert error is None or error in _ERRORS, f"{error} at {reply.fields.get('place')}"
    assert len(reply.body) <= MAX_CERTIFICATE


def _is_read(job: Job, reply: Reply, before: bool) -> bool:
    """Return whether the card counts as read: from a read that went well to a failure, a release or a right PIN."""
    failed = "error" in reply.fields or job.ask == "release" or reply.fields.get("outcome") == "right"
    return not failed and (before or job.ask == "read")


def _jobs(plan: int) -> list[Job]:
    """Return one of eight orders of read, prove and release; a prove needs a read of its own visit just before."""
    orders = ("R", "RP", "HP", "RPRP", "P", "RXP", "HRP", "RPP")
    words = {"R": "read", "H": "read", "P": "prove", "X": "release"}
    fields = {"H": {"hold": True}, "P": {"challenge": len(CHALLENGE), "allow_last_try": bool(plan & 0x08)}}
    return [
        Job(words[letter], number, 1, Message(dict(fields.get(letter, {})), _body(letter)))
        for number, letter in enumerate(orders[plan & 0x07])
    ]


def _body(letter: str) -> bytearray:
    return bytearray(CHALLENGE + PIN.encode()) if letter == "P" else bytearray()


def _command(script: Script) -> Command:
    ins = (0xB0, 0x20, 0x2A, 0xA4)[script.byte() & 0x03]
    le = (None, 1, 256, 510, 4096, 65_536)[script.byte() % 6]
    if ins == 0x20:
        return Command(0x00, ins, 0x00, 0x98, PIN.encode() if script.byte() & 1 else b"")
    return Command(0x00, ins, 0x00, 0x00, le=le)


def _told(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)) + repr(error)
