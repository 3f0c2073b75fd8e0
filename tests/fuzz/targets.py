"""Every fuzz target by name, with what it begins from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from drivers.worker.messages import encode
from simulators.profiles import NEXT_CARD_FILE
from tests.fuzz import dialogues, files, identity, protocol

__all__ = ["CORPUS", "ROOT", "TARGETS", "Target"]

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus"
"""The kept inputs, a folder for each target."""

_EVENT: dict[str, object] = {"event": "card_inserted", "driver": "pcsc", "reader": "r", "atr": "3b00", "at": 1}
_READ: dict[str, object] = {"id": 1, "visit": 1, "tries_left": 3, "apdus": 3, "card_seconds": 0.1}
_PROOF: dict[str, object] = {"id": 2, "visit": 1, "outcome": "right", "tries_left": 3, "apdus": 2, "card_seconds": 0.1}


@dataclass(frozen=True)
class Target:
    """``run`` takes any bytes; ``seeds`` are made anew each time; ``der`` says that changes are made as in ASN.1."""

    run: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]]
    der: bool = False


def _tlv() -> Sequence[bytes]:
    return [identity.genuine_certificates()[0], b"\x30\x80" * 40, b"\x7f\x49\x82\x00\x03\x81\x01\x00"]


def _exchanges() -> Sequence[bytes]:
    endless, promised = b"\x00\xff\x61\xff" + bytes(255), b"\x00\x00\x61\xff"
    return [bytes(3) + endless, b"\x00\x05" + promised, b"\x01\x00\x01\x00\x00\x90\x00", b"\x00\x03\x00\x00\x6c\x10"]


def _dialogues() -> Sequence[bytes]:
    """A first byte for the target's own choice, one for the card's, then healthy beginnings of every length."""
    healthy = [bytes([plan, 1 | more, count]) for plan in range(8) for more in (0, 0x0C) for count in (0, 3)]
    broken = [
        bytes([1, end, steps - 1, op, 0x61, 0xFF]) for end in range(4) for steps in range(1, 6) for op in (0x80, 0x9F)
    ]
    tries = [0x9000, 0x6300, 0x63C0, 0x63C1, 0x63C2, 0x63C3, 0x63CF, 0x6983]
    counted = [bytes([plan, 1, 2, 0x80]) + sw.to_bytes(2, "big") for sw in tries for plan in (1, 2)]
    return [*healthy, *broken, *counted, b"\x01\x02\x01\xff\x90\x00", b"\x01\x01\x02\x40\x01\xff"]


def _questions() -> Sequence[bytes]:
    asks = [{"ask": ask, "id": 1, "visit": 1, "reader": "Simulated reader"} for ask in ("read", "release", "readers")]
    prove = {"ask": "prove", "id": 2, "visit": 1, "reader": "Simulated reader", "challenge": 32}
    pin = bytes([1] * 32) + b"7391"
    return [
        _lines((asks[0], b""), (prove, pin), (asks[1], b""), (asks[2], b"")),
        _lines(({"ask": "ping"}, b""), ({**asks[0], "hold": True}, b""), ({**prove, "allow_last_try": True}, pin)),
        bytes(encode(asks[0]) + encode(prove, pin)),
    ]


def _replies() -> Sequence[bytes]:
    error = {"id": 1, "visit": 1, "error": "card_answer_error", "message": "m", "place": "p", "sw": 0x6A82}
    listed = {"id": 3, "visit": 0, "readers": [{"name": "r", "card": True}]}
    return [
        _lines((_EVENT, b""), (_READ, b"\x30\x01"), (_PROOF, b"signature"), (listed, b"")),
        _lines(
            (error, b""), ({**error, "id": 2, "error": "card_removed"}, b""), ({**listed, "error": "no_reader"}, b"")
        ),
        bytes(encode(_EVENT) + encode(_READ, b"\x30\x00") + encode(_PROOF, bytes(256))),
    ]


def _frames() -> Sequence[bytes]:
    headers = (_EVENT, {"sw": None, "at": 1.5, "x": [[[]]]})
    return [bytes([len(text)]) + text for text in (json.dumps(header).encode() for header in headers)]


def _recordings() -> Sequence[bytes]:
    kept = [path.read_bytes() for path in sorted((ROOT / "tests" / "dialogues").glob("*.jsonl"))]
    steps = b"00A4040C0AD392F000260100000001 9000\n00200098** 63C2"
    header = json.dumps({"recording": 1, "driver": "pcsc", "atr": "3B8880010000", "steps": 1}).encode()
    return [*kept, steps, header + b'\n{"step": "SELECT", "command": "00A4020C020018", "answer": "9000"}\n']


def _profiles() -> Sequence[bytes]:
    return [NEXT_CARD_FILE.read_bytes(), (ROOT / "drivers" / "profiles.toml").read_bytes()]


def _lines(*frames: tuple[Mapping[str, object], bytes]) -> bytes:
    return b"#" + b"\n".join(json.dumps(header).encode() + b"\0" + body for header, body in frames)


TARGETS = {
    "tlv": Target(dialogues.objects, _tlv),
    "apdu": Target(dialogues.exchange, _exchanges),
    "desk": Target(dialogues.desk, _dialogues),
    "check": Target(dialogues.check, _dialogues),
    "certificate": Target(identity.certificate, identity.genuine_certificates, der=True),
    "crl": Target(identity.revocation_list, identity.genuine_lists, der=True),
    "ocsp": Target(identity.answer, identity.genuine_answers, der=True),
    "frames": Target(protocol.frames, _frames),
    "questions": Target(protocol.questions, _questions),
    "replies": Target(protocol.replies, _replies),
    "recordings": Target(files.recordings, _recordings),
    "profiles": Target(files.profiles, _profiles),
}
"""Those of the seam, those of what is signed, those of the worker's protocol, those of a technician's files."""
