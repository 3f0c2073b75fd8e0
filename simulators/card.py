"""Simulate a JPKI card (公的個人認証AP) at the level of its APDUs, as published observations describe it.

It keeps what a card keeps: files, PIN counters (they survive power-off) and a security state. It knows nothing of
readers. The behaviour is that of docs/card.md; tests/simulators/test_card_conformance.py has the table of commands and
answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

from simulators.cards import CONTACTLESS_ATR, CardExchange
from simulators.commands import CardCommand, CardStatusWord, MalformedCommand, answer, parse_command
from simulators.files import Contents, DataFile, ElementaryFile, KeyFile, PinFile, files_of
from simulators.profiles import JPKI
from simulators.signing import can_compute, signature

__all__ = ["ISD_AID", "JPKI_AID", "Abilities", "CardUnpowered", "JpkiCardSimulator"]

JPKI_AID: Final = JPKI.application
"""公的個人認証AP."""
ISD_AID: Final = JPKI.leave_for
"""The GlobalPlatform issuer security domain; selecting it leaves the JPKI application."""


class CardUnpowered(RuntimeError):
    """A command reached a card without power: the link to it is faulty, not the card."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """How the generations of cards differ.

    Attributes:
        extended_length: The largest Le in bytes, or True (65536) or False (short APDUs only).
        largest_message: Most bytes of a command and of a response: a longer command is refused, READ BINARY returns
            less.
        blocked_sw: The answer to VERIFY of a blocked PIN (6984, or ISO's 6983).
        first_command_fails: Whether the first command after power-up gets 6F00.
        says_verified: Whether the empty VERIFY of a verified PIN gets 9000.
        exact_le: Whether READ BINARY past the end of the file is refused with 6Cxx instead of returning what there is.

    """

    extended_length: bool | int = True
    short_ids: bool = True
    largest_message: int | None = None
    blocked_sw: int = CardStatusWord.BLOCKED
    first_command_fails: bool = False
    says_verified: bool = False
    exact_le: bool = False

    @property
    def largest_le(self) -> int:
        """The largest Le in bytes that the card accepts."""
        if self.extended_length is True:
            return 65536
        return int(self.extended_length) or 256


class _Refused(Exception):
    """Ends a command with a status word."""

    def __init__(self, sw: int) -> None:
        super().__init__(f"{sw:04X}")
        self.sw = sw


class JpkiCardSimulator:
    """One card.

    Attributes:
        contents: What the issuer wrote.
        atr: The answer to reset.
        apdu_log: Every exchange since the card was made.
        accepts_any_pin: Whether every PIN is right, as on a forger's copy.

    """

    def __init__(
        self,
        contents: Contents,
        abilities: Abilities | None = None,
        *,
        atr: bytes = CONTACTLESS_ATR,
        accepts_any_pin: bool = False,
    ) -> None:
        self.contents = contents
        self.abilities = abilities or Abilities()
        self.atr = atr
        self.apdu_log: list[CardExchange] = []
        self._accepts_any_pin = accepts_any_pin
        self._profile = contents.profile
        self._files = files_of(contents)
        self._short_ids = {number & 0x1F: number for number in self._files}
        self._verified: set[int] = set()
        self._powered = False
        self._forget_selection()

    def reissued(self) -> JpkiCardSimulator:
        """Return another card with the same contents, as its issuer hands it out."""
        return JpkiCardSimulator(self.contents, self.abilities, atr=self.atr, accepts_any_pin=self._accepts_any_pin)

    @property
    def powered(self) -> bool:
        """Whether the card has power."""
        return self._powered

    @property
    def pin_tries_left(self) -> int:
        """The tries that the counter of the 利用者証明用暗証番号 has left; 0 on a card without one."""
        file = self._files.get(self._profile.pin.file.number)
        return file.tries if isinstance(file, PinFile) else 0

    def power_on(self) -> None:
        """Reset the card by power (cold reset): nothing is selected, nothing is verified."""
        self.power_off()
        self._powered = True
        self._fails_next = self.abilities.first_command_fails

    def power_off(self) -> None:
        """Forget the selection and verified PINs; the counters remain."""
        self._powered = False
        self._fails_next = False
        self._verified.clear()
        self._forget_selection()

    def reset(self) -> None:
        """Reset the card with power on (warm reset): it loses the selection but not a verified PIN (docs/card.md)."""
        self._forget_selection()

    def transmit(self, apdu: bytes) -> bytes:
        """Answer one command APDU.

        Raises:
            CardUnpowered: ``power_on`` was not called before.

        """
        if not self._powered:
            raise CardUnpowered("power_on comes first")
        response = self._respond(apdu)
        sw = int.from_bytes(response[-2:], "big")
        self.apdu_log.append(CardExchange(apdu[1] if len(apdu) > 1 else 0, len(apdu), len(response), sw))
        return response

    def _forget_selection(self) -> None:
        self._application: bytes | None = None
        self._current: int | None = None
        self._pending = b""

    def _respond(self, apdu: bytes) -> bytes:
        if self._fails_next:
            self._fails_next = False
            return answer(CardStatusWord.NO_DIAGNOSIS)
        try:
            return self._run(self._accepted(apdu))
        except _Refused as refused:
            return answer(refused.sw)

    def _accepted(self, apdu: bytes) -> CardCommand:
        try:
            command = parse_command(apdu)
        except MalformedCommand:
            raise _Refused(CardStatusWord.WRONG_LENGTH) from None
        too_long = len(apdu) > (self.abilities.largest_message or len(apdu))
        too_much = (command.le or 0) > self.abilities.largest_le
        if too_long or too_much or (command.extended and not self.abilities.extended_length):
            raise _Refused(CardStatusWord.WRONG_LENGTH)
        return command

    def _run(self, command: CardCommand) -> bytes:
        handlers: dict[int, tuple[int, Callable[[CardCommand], bytes]]] = {
            0xA4: (0x00, self._select),
            0xB0: (0x00, self._read_binary),
            0x20: (0x00, self._verify),
            0x2A: (0x80, self._compute_signature),
            0xC0: (0x00, self._get_response),
        }
        cla, handler = handlers.get(command.ins, (command.cla & 0x80, _unknown_instruction))
        _check_class(command.cla, cla)
        if command.ins != 0xC0:
            self._pending = b""
        return handler(command)

    # SELECT

    def _select(self, command: CardCommand) -> bytes:
        selectors = {0x00: self._select_master, 0x02: self._select_file, 0x04: self._select_application}
        selector = selectors.get(command.p1)
        if selector is None or command.p2 not in (0x00, 0x0C):
            raise _Refused(CardStatusWord.WRONG_P1_P2)
        information = selector(command)
        return self._give(information, command) if command.p2 == 0x00 else answer(CardStatusWord.OK)

    def _select_master(self, command: CardCommand) -> bytes:
        # As seen on real cards: refused after a reset, and later accepted without any effect.
        if self._application is None:
            raise _Refused(CardStatusWord.WRONG_P1_P2)
        return b""

    def _select_application(self, command: CardCommand) -> bytes:
        if command.data not in (self._profile.application, self._profile.leave_for):
            raise _Refused(CardStatusWord.FILE_NOT_FOUND if command.data else CardStatusWord.WRONG_LENGTH)
        if command.data != self._profile.application:
            self._verified.clear()
        self._application, self._current = command.data, None
        return _template(0x6F, _template(0x84, command.data))

    def _select_file(self, command: CardCommand) -> bytes:
        if len(command.data) != 2:
            raise _Refused(CardStatusWord.WRONG_LENGTH)
        number = int.from_bytes(command.data, "big")
        self._file(number)
        self._current = number
        return _template(0x6F, _template(0x83, command.data))

    # READ BINARY

    def _read_binary(self, command: CardCommand) -> bytes:
        number, offset = self._read_target(command)
        file = self._file(number)
        if not isinstance(file, DataFile):
            raise _Refused(CardStatusWord.WRONG_KIND_OF_FILE)
        self._require(file.needs)
        self._current = number
        return self._part_of(file.body, offset, command)

    def _read_target(self, command: CardCommand) -> tuple[int, int]:
        if command.data or command.le is None:
            raise _Refused(CardStatusWord.WRONG_LENGTH)
        if not command.p1 & 0x80:
            return self._current_file(), command.p1_p2
        if command.p1 & 0x60:
            raise _Refused(CardStatusWord.WRONG_P1_P2)
        return self._by_short_id(command.p1 & 0x1F), command.p2

    def _part_of(self, body: bytes, offset: int, command: CardCommand) -> bytes:
        left = len(body) - offset
        if left <= 0:
            raise _Refused(CardStatusWord.WRONG_OFFSET)
        asked = command.le or 0
        if self.abilities.exact_le and not command.extended and left < asked < 256:
            raise _Refused(CardStatusWord.EXACT_LENGTH | left)
        room = (self.abilities.largest_message or 65538) - 2
        return answer(CardStatusWord.OK, body[offset : offset + min(asked, room)])

    # VERIFY

    def _verify(self, command: CardCommand) -> bytes:
        number = self._reference(command, p1=0x00)
        pin = self._file(number)
        if not isinstance(pin, PinFile):
            raise _Refused(CardStatusWord.WRONG_KIND_OF_FILE)
        if command.le is not None:
            raise _Refused(CardStatusWord.WRONG_LENGTH)
        if not command.data:
            return self._counter(number, pin)
        return self._try_pin(number, pin, command.data)

    def _counter(self, number: int, pin: PinFile) -> bytes:
        if self.abilities.says_verified and number in self._verified:
            return answer(CardStatusWord.OK)
        return answer(CardStatusWord.COUNTER | pin.tries)

    def _try_pin(self, number: int, pin: PinFile, secret: bytes) -> bytes:
        if len(secret) not in pin.lengths:
            raise _Refused(CardStatusWord.WRONG_LENGTH)
        if pin.tries == 0:
            raise _Refused(self.abilities.blocked_sw)
        if not self._accepts_any_pin and not compare_digest(secret, pin.secret):
            pin.tries -= 1
            self._verified.discard(number)
            raise _Refused(CardStatusWord.COUNTER | pin.tries)
        pin.tries = pin.most_tries
        self._verified.add(number)
        return answer(CardStatusWord.OK)

    # COMPUTE DIGITAL SIGNATURE

    def _compute_signature(self, command: CardCommand) -> bytes:
        if not can_compute(command.p1):
            raise _Refused(CardStatusWord.WRONG_P1_P2)
        file = self._file(self._reference(command, p1=command.p1))
        if not isinstance(file, KeyFile):
            raise _Refused(CardStatusWord.WRONG_KIND_OF_FILE)
        self._require(file.needs)
        signed = signature(file.key, command.p1, command.data, file.form)
        if signed is None:
            raise _Refused(CardStatusWord.WRONG_LENGTH)
        return self._give(signed, command)

    # The rest of an answer

    def _get_response(self, command: CardCommand) -> bytes:
        if not self._pending:
            raise _Refused(CardStatusWord.CONDITIONS)
        if command.p1_p2 or command.data or command.le is None:
            raise _Refused(CardStatusWord.WRONG_P1_P2 if command.p1_p2 else CardStatusWord.WRONG_LENGTH)
        return self._give(self._pending, command)

    def _give(self, data: bytes, command: CardCommand) -> bytes:
        """Answer all of ``data``, or say how much there is: 61xx without Le, 6Cxx if Le is too small."""
        length = min(len(data), 256) & 0xFF
        if data and command.le is None:
            self._pending = data
            raise _Refused(CardStatusWord.BYTES_AVAILABLE | length)
        if data and (command.le or 0) < len(data):
            raise _Refused(CardStatusWord.EXACT_LENGTH | length)
        self._pending = b""
        return answer(CardStatusWord.OK, data)

    # Files

    def _reference(self, command: CardCommand, *, p1: int) -> int:
        """Return the file that P2 names: 80 for the current one, 80 + short id for another (JIS X 6320-4)."""
        if command.p1 != p1 or not command.p2 & 0x80 or command.p2 & 0x60:
            raise _Refused(CardStatusWord.WRONG_P1_P2)
        return self._by_short_id(command.p2 & 0x1F) if command.p2 & 0x1F else self._current_file()

    def _current_file(self) -> int:
        if self._current is None:
            raise _Refused(CardStatusWord.NO_CURRENT_EF)
        return self._current

    def _by_short_id(self, short_id: int) -> int:
        if not self.abilities.short_ids or short_id in (0x00, 0x1F):
            raise _Refused(CardStatusWord.WRONG_P1_P2)
        return self._short_ids.get(short_id, short_id)

    def _file(self, number: int) -> ElementaryFile:
        file = self._files.get(number)
        if file is None or self._application != self._profile.application:
            raise _Refused(CardStatusWord.FILE_NOT_FOUND)
        return file

    def _require(self, needs: int | None) -> None:
        if needs is not None and needs not in self._verified:
            raise _Refused(CardStatusWord.SECURITY_STATUS)


def _check_class(cla: int, expected: int) -> None:
    if cla & 0x10:
        raise _Refused(CardStatusWord.NO_CHAINING)
    if cla & 0x0C:
        raise _Refused(CardStatusWord.NO_SECURE_MESSAGING)
    if cla & 0x03:
        raise _Refused(CardStatusWord.NO_LOGICAL_CHANNELS)
    if cla != expected:
        raise _Refused(CardStatusWord.UNKNOWN_CLA)


def _unknown_instruction(command: CardCommand) -> bytes:
    raise _Refused(CardStatusWord.UNKNOWN_INS)


def _template(tag: int, value: bytes) -> bytes:
    return bytes([tag, len(value)]) + value
