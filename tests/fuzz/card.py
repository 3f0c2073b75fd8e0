"""A card whose answers are written by the fuzz input, and the eyes that watch what such a card is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from drivers.worker.dialogues import MAX_COMMANDS
from simulators import pki
from simulators.card import ISD_AID, JPKI_AID, Abilities, JpkiCardSimulator
from simulators.cards import CONTACTLESS_ATR, CardExchange
from simulators.faults import CardLeft
from simulators.issuing import contents_of
from simulators.profiles import JPKI

__all__ = ["GENUINE", "NOW", "PIN", "USER", "FuzzedCard", "Script", "Watch", "reveals_pin"]

NOW = datetime(2026, 11, 22, tzinfo=UTC)
USER = pki.user_authority(NOW)
GENUINE = USER.issue(serial=0x5EC2E7A1)
PIN = "7391"

_CONTENTS = contents_of(GENUINE, USER, NOW, pin=PIN)
_VERIFY, _GET_RESPONSE = 0x20, 0xC0
_CERTIFICATE, _KEY, _PIN = JPKI.certificate.number, JPKI.key.number, JPKI.pin.file.number
_FILES = {_CERTIFICATE, _KEY, _PIN}
_NO_PIN = re.compile(r"0x[0-9A-F]{4}\b|\d+\.\d+|\d+e-\d+")


def reveals_pin(text: str) -> bool:
    """Return whether ``text`` holds the PIN, plain or in hexadecimal; status words and measured times are none."""
    rest = _NO_PIN.sub("", text)
    return PIN in rest or PIN.encode().hex() in rest


class Script:
    """The fuzz input, taken piece by piece; behind its end there are zeros."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def over(self) -> bool:
        """Whether everything was taken."""
        return self._at >= len(self._data)

    def byte(self) -> int:
        """Take one byte."""
        return self.take(1)[0]

    def take(self, count: int) -> bytes:
        """Take ``count`` bytes."""
        piece = self._data[self._at : self._at + count]
        self._at += count
        return piece.ljust(count, b"\0")


@dataclass
class Watch:
    """What a card is sent. ``breaches`` are collected, not raised: the code under test catches what is raised.

    ``may_send_pin`` is set by whoever knows whether this dialogue may; ``most`` commands are allowed in it.
    """

    most: int = MAX_COMMANDS
    may_send_pin: bool = True
    allow_last_try: bool = False
    breaches: list[str] = field(default_factory=list)
    commands: int = 0
    pins: int = 0
    counter: int | None = None

    def begin(self, *, may_send_pin: bool) -> None:
        """A new dialogue begins."""
        self.commands = self.pins = 0
        self.may_send_pin = may_send_pin

    def sent(self, apdu: bytes) -> None:
        """Look at a command before it is answered."""
        self.commands += 1
        self._require(self.commands <= self.most, "a dialogue without an end")
        self._require(4 <= len(apdu) <= 261, "a command of an impossible length")
        self._require(self._is_harmless(bytes(apdu)), "a command that nobody needs")
        if apdu[1] == _VERIFY and len(apdu) > 4:
            self._pin(apdu)

    def answered(self, apdu: bytes, answer: bytes) -> None:
        """Look at the answer: the counter of tries is what a VERIFY, with a PIN or without, brought last."""
        if apdu[1] == _VERIFY:
            sw = int.from_bytes(answer[-2:], "big")
            self.counter = sw & 0x0F if sw & 0xFFF0 == 0x63C0 else None

    def _pin(self, apdu: bytes) -> None:
        self.pins += 1
        self._require(isinstance(apdu, bytearray), "a PIN in a buffer that cannot be wiped")
        self._require(self.may_send_pin, "a PIN where none may be sent")
        self._require(self.pins == 1, "a PIN sent twice")
        least = 1 if self.allow_last_try else 2
        self._require(self.counter in range(least, 4), "a PIN without the tries for it")

    def _is_harmless(self, apdu: bytes) -> bool:
        match apdu[1]:
            case 0xA4 if apdu[2] == 0x04:
                return apdu[5:] in (JPKI_AID, ISD_AID)
            case 0xA4:
                return apdu[2] == 0x02 and int.from_bytes(apdu[5:7], "big") in _FILES
            case 0xB0:
                return not apdu[2] & 0x80 or apdu[2] & 0x1F == _CERTIFICATE
            case 0x20:
                return len(apdu) in (4, 9) and apdu[3] in (0x80, 0x80 | _PIN)
            case 0x2A:
                return apdu[3] in (0x80, 0x80 | _KEY)
        return apdu[1] == _GET_RESPONSE

    def _require(self, held: bool, breach: str) -> None:
        if not held:
            self.breaches.append(breach)


class FuzzedCard:
    """A card that does what ``script`` says, command by command; a healthy card stands behind it.

    The script's first byte says what happens at its end (the card leaves, stays healthy, repeats itself, refuses),
    and which abilities the healthy card has. Then, for each answer, two bits of kind and six that go with it:
    healthy (so many times), healthy but for one byte, a status word behind so many bytes, or any bytes at all.
    """

    atr = CONTACTLESS_ATR

    def __init__(self, script: Script, watch: Watch) -> None:
        self.apdu_log: list[CardExchange] = []
        self._script = script
        self._watch = watch
        first = script.byte()
        self._end = first & 0x03
        abilities = Abilities(
            extended_length=not first & 0x04,
            short_ids=not first & 0x08,
            says_verified=bool(first & 0x10),
            first_command_fails=bool(first & 0x20),
        )
        self._healthy = JpkiCardSimulator(_CONTENTS, abilities)
        self._healthy_left = 0
        self._last = b"\x90\x00"

    def power_on(self) -> None:
        """Cold reset."""
        self._healthy.power_on()

    def power_off(self) -> None:
        """No power."""
        self._healthy.power_off()

    def reset(self) -> None:
        """Warm reset."""
        self._healthy.reset()

    def transmit(self, apdu: bytes) -> bytes:
        """Answer as the script says. Raises CardLeft."""
        self._watch.sent(apdu)
        self._last = self._answer(apdu)
        self._watch.answered(apdu, self._last)
        return self._last

    def _answer(self, apdu: bytes) -> bytes:
        if self._healthy_left:
            self._healthy_left -= 1
            return self._healthy.transmit(apdu)
        if self._script.over:
            return self._at_the_end(apdu)
        operation = self._script.byte()
        kind, more = operation >> 6, operation & 0x3F
        return (self._well, self._nearly_well, self._status, self._anything)[kind](apdu, more)

    def _at_the_end(self, apdu: bytes) -> bytes:
        match self._end:
            case 0:
                raise CardLeft
            case 1:
                return self._healthy.transmit(apdu)
            case 2:
                return self._last
        return b"\x6f\x00"

    def _well(self, apdu: bytes, more: int) -> bytes:
        self._healthy_left = more
        return self._healthy.transmit(apdu)

    def _nearly_well(self, apdu: bytes, more: int) -> bytes:
        answer = bytearray(self._healthy.transmit(apdu))
        at = (more << 8 | self._script.byte()) % len(answer)
        answer[at] ^= self._script.byte()
        return bytes(answer)

    def _status(self, _apdu: bytes, more: int) -> bytes:
        return GENUINE.der[: more * 16] + self._script.take(2)

    def _anything(self, _apdu: bytes, more: int) -> bytes:
        if more == 0x3F:
            return bytes(65_535) + self._script.take(2)
        return self._script.take(more << 4 | self._script.byte() & 0x0F)
