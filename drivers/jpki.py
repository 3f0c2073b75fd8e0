"""The JPKI application (公的個人認証AP) of a My Number card: certificate, PIN and signature for user authentication.

The specification is not public; files, commands and status words are those that independent
implementations agree on (JICSAP 1.1, JIS X 6306, ISO/IEC 7816-4). All operations belong into one
transaction, which begins with ``select``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from drivers.apdu import SHORT_LE, Command, Response, StatusWord, status_text, transmit, tries_left
from drivers.connection import CardConnection
from drivers.errors import BadCardData, CardAnswerError, CommunicationFailed, UnsupportedCard
from drivers.memory import CardMemory, Road
from drivers.tlv import der_length

__all__ = ["CardMemory", "JpkiCard", "PinOutcome", "PinResult", "is_pin"]

_PIN_LENGTH = 4
_MAX_TRIES = 3

_APPLICATION = bytes.fromhex("D392F000260100000001")
_ISSUER_SECURITY_DOMAIN = bytes.fromhex("A0000001510000")
_CERTIFICATE, _KEY, _PIN = 0x0A, 0x17, 0x18
_ALL_FILES = frozenset({_CERTIFICATE, _KEY, _PIN})
_BY_SHORT_ID = 0x80
_CURRENT_FILE = 0x80
_DIGEST_INFO_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")

# 510 bytes and a status word fit the 522-byte messages of common contactless readers.
_FIRST_BLOCK = 510
_MAX_READS = 64
_MAX_SIGNATURE = 1024

_READ = frozenset({StatusWord.OK, StatusWord.END_OF_FILE})
_NO_APPLICATION = frozenset({0x63, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6D, 0x6E})
_NO_SHORT_ID = frozenset(
    {
        StatusWord.INCOMPATIBLE_FILE,
        StatusWord.NO_CURRENT_FILE,
        StatusWord.FUNCTION_NOT_SUPPORTED,
        StatusWord.FILE_NOT_FOUND,
        StatusWord.RECORD_NOT_FOUND,
        StatusWord.WRONG_P1_P2,
        StatusWord.REFERENCE_NOT_FOUND,
        StatusWord.OFFSET_OUTSIDE_FILE,
    }
)


class PinOutcome(StrEnum):
    """How a PIN entry ended. For ``last_try`` and ``malformed`` nothing was sent."""

    RIGHT = "right"
    WRONG = "wrong"
    LAST_TRY = "last_try"
    BLOCKED = "blocked"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class PinResult:
    """The outcome, and the tries that are left after it; None where that is not known."""

    outcome: PinOutcome
    tries_left: int | None


def is_pin(pin: bytes | bytearray) -> bool:
    """Return whether ``pin`` is four ASCII digits: nothing else may be sent (an empty VERIFY is a question)."""
    return len(pin) == _PIN_LENGTH and all(0x30 <= digit <= 0x39 for digit in pin)


class JpkiCard:
    """The application on one card, for one transaction.

    ``tries`` are the PIN's tries left where they are known from an earlier transaction with the same card.
    Every operation raises what the connection raises, BadCardData for an answer that no standard allows,
    and CardAnswerError for a status word that stops it.
    """

    def __init__(self, connection: CardConnection, memory: CardMemory, tries: int | None = None) -> None:
        self._connection = connection
        self._memory = memory
        self._road = memory.recall(connection.transport)
        self._current: int | None = None
        self._selected = False
        self._tries = tries
        self._proven = SHORT_LE

    def select(self) -> None:
        """Select the application. Raises UnsupportedCard if the card has none."""
        self._current, self._selected = None, False
        response = self._select_application(_APPLICATION)
        if response.sw == StatusWord.NO_DIAGNOSIS:
            # Seen as the first answer after power-up; to SELECT again harms nothing.
            response = self._select_application(_APPLICATION)
        if response.sw >> 8 in _NO_APPLICATION:
            raise UnsupportedCard(f"the card has no JPKI application: {status_text(response.sw)}")
        if not response.ok:
            raise _refused("SELECT of the application", response)
        self._selected = True

    def read_certificate(self) -> bytes:
        """Return the user authentication certificate (利用者証明用電子証明書): DER, at most 4,096 bytes.

        Its length is taken from its first block; the filler behind it is not read.
        """
        certificate = bytearray(self._first_block())
        length = der_length(bytes(certificate))
        for _ in range(_MAX_READS):
            if len(certificate) >= length:
                return bytes(certificate[:length])
            certificate += self._next_block(len(certificate), length - len(certificate))
        raise BadCardData("the certificate comes in too many pieces")

    def pin_tries_left(self) -> int:
        """Return how many tries the PIN has left, 0 if it is blocked. To ask costs none.

        A PIN that is already verified was verified by somebody else: that state is cleared, not used.
        """
        self._tries = None
        response = self._ask_tries_left()
        if response.ok:
            self._clear_security_status()
            response = self._ask_tries_left()
        tries = tries_left(response.sw)
        if tries is None:
            raise _refused("the question for the tries left", response)
        if tries > _MAX_TRIES:
            raise BadCardData("the card promises more tries than this PIN has")
        self._tries = tries
        return tries

    def verify_pin(self, pin: bytes | bytearray, *, allow_last_try: bool = False) -> PinResult:
        """Send ``pin`` to the card, once, if it is four ASCII digits and more than one try is left.

        The application is selected if it is not yet; where the tries that are known forbid it, nothing is
        sent at all. ``allow_last_try`` spends the last one too. After an exception it is not known whether
        a try was spent: only ``pin_tries_left`` tells.
        """
        if not is_pin(pin):
            return PinResult(PinOutcome.MALFORMED, self._tries)
        tries = self._known_tries()
        if tries == 0:
            return PinResult(PinOutcome.BLOCKED, 0)
        if tries == 1 and not allow_last_try:
            return PinResult(PinOutcome.LAST_TRY, 1)
        self._select_once()
        return self._send_pin(pin)

    def sign(self, challenge: bytes) -> bytes:
        """Return the card's PKCS #1 v1.5 signature over SHA-256 of ``challenge``; it needs a verified PIN."""
        digest_info = _DIGEST_INFO_SHA256 + hashlib.sha256(challenge).digest()
        response = self._on_file(_KEY, lambda p2: Command(0x80, 0x2A, 0x00, p2, digest_info, SHORT_LE))
        if not response.ok:
            raise _refused("COMPUTE DIGITAL SIGNATURE", response)
        if not 1 <= len(response.data) <= _MAX_SIGNATURE:
            raise BadCardData("a signature of no bytes, or of more than 1,024")
        return response.data

    def _first_block(self) -> bytes:
        """Read where the length stands, and learn from refusals: two at most before a road that works."""
        while True:
            if _CERTIFICATE in self._road.refused:
                self._select_file(_CERTIFICATE)
            p1 = 0x00 if self._current == _CERTIFICATE else _BY_SHORT_ID | _CERTIFICATE
            answer = self._read(p1, 0x00, min(_FIRST_BLOCK, self._road.largest))
            if answer is not None and _has_data(answer):
                self._current = _CERTIFICATE
                return answer.data
            self._road = self._road_after_refusal(answer)

    def _road_after_refusal(self, answer: Response | None) -> Road:
        """Return the road without what a refused first READ speaks against; None is a refusal of the link."""
        short_id = _CERTIFICATE not in self._road.refused
        if self._road.extended and (answer is None or answer.sw == StatusWord.WRONG_LENGTH or not short_id):
            return self._road.narrowed(SHORT_LE)
        if answer is not None and short_id:
            return self._road.without_short_ids(_ALL_FILES)
        raise _unread(answer)

    def _next_block(self, offset: int, missing: int) -> bytes:
        """Read on at ``offset`` in the current file: all that is missing, or what the road carries of it."""
        while True:
            asked = min(missing, self._road.largest)
            answer = self._read(offset >> 8, offset & 0xFF, asked)
            if answer is not None and _has_data(answer):
                return answer.data
            if asked <= SHORT_LE:
                raise _unread(answer)
            self._road = self._narrower_than(asked)

    def _read(self, p1: int, p2: int, le: int) -> Response | None:
        """Send one READ BINARY; None if it was extended and the link refused it but may still work."""
        try:
            response = self._transmit(Command(0x00, 0xB0, p1, p2, le=le))
        except CommunicationFailed:
            if le <= SHORT_LE:
                raise
            self._memory.doubt(self._connection.transport, self._narrower_than(le))
            return None
        if len(response.data) > le:
            raise BadCardData("the card sent more than it was asked for")
        if _has_data(response):
            self._learn_length(le, response)
        return response

    def _learn_length(self, asked: int, response: Response) -> None:
        """Keep what a successful READ says of the road: its length works, or comes shortened."""
        if len(response.data) == asked:
            self._proven = max(self._proven, asked)
        elif response.ok:
            self._road = self._road.narrowed(max(self._proven, len(response.data)))
        self._learn_road()

    def _narrower_than(self, refused: int) -> Road:
        return self._road.narrowed(self._proven if refused > self._proven else SHORT_LE)

    def _known_tries(self) -> int:
        if self._tries is not None:
            return self._tries
        self._select_once()
        return self.pin_tries_left()

    def _select_once(self) -> None:
        if not self._selected:
            self.select()

    def _ask_tries_left(self) -> Response:
        return self._on_file(_PIN, lambda p2: Command(0x00, 0x20, 0x00, p2))

    def _clear_security_status(self) -> None:
        """Leave the application and come back: to select another one clears a verified PIN, the same does not."""
        self._select_application(_ISSUER_SECURITY_DOMAIN)
        self.select()

    def _send_pin(self, pin: bytes | bytearray) -> PinResult:
        """Send VERIFY in the form that the question for the tries left has proved."""
        if _PIN in self._road.refused:
            self._select_file(_PIN)
        p2 = _CURRENT_FILE if _PIN in self._road.refused else _BY_SHORT_ID | _PIN
        before, self._tries = self._tries, None
        response = self._transmit(Command(0x00, 0x20, 0x00, p2, pin))
        if response.ok:
            self._tries = _MAX_TRIES
            return PinResult(PinOutcome.RIGHT, _MAX_TRIES)
        self._tries = tries_left(response.sw)
        if self._tries is None and response.sw != StatusWord.WRONG_PIN_NO_COUNTER:
            raise _refused("VERIFY", response)
        if before is not None and self._tries is not None and self._tries >= before:
            # A card that would let people try for ever is after their PINs.
            raise BadCardData("the card's counter of tries does not fall")
        return PinResult(PinOutcome.BLOCKED if self._tries == 0 else PinOutcome.WRONG, self._tries)

    def _on_file(self, file: int, command: Callable[[int], Command]) -> Response:
        """Send a harmless command that names ``file`` in P2: by its short id, or selected where that is refused."""
        if file not in self._road.refused:
            self._current = None
            response = self._transmit(command(_BY_SHORT_ID | file))
            if response.sw not in _NO_SHORT_ID:
                return response
            self._road = self._road.without_short_ids(frozenset({file}))
        self._select_file(file)
        response = self._transmit(command(_CURRENT_FILE))
        if response.sw not in _NO_SHORT_ID:
            self._learn_road()
        return response

    def _select_application(self, identifier: bytes) -> Response:
        return self._transmit(Command(0x00, 0xA4, 0x04, 0x0C, identifier))

    def _select_file(self, file: int) -> None:
        """Make ``file`` the current one, unless it is already."""
        if self._current == file:
            return
        self._current = None
        response = self._transmit(Command(0x00, 0xA4, 0x02, 0x0C, file.to_bytes(2, "big")))
        if not response.ok:
            raise _refused(f"SELECT of EF {file:04X}", response)
        self._current = file

    def _learn_road(self) -> None:
        self._memory.learn(self._connection.transport, self._road)

    def _transmit(self, command: Command) -> Response:
        return transmit(self._connection, command)


def _has_data(response: Response) -> bool:
    return bool(response.data) and response.sw in _READ


def _refused(what: str, response: Response) -> CardAnswerError:
    return CardAnswerError(f"the card refused {what}: {status_text(response.sw)}", response.sw)


def _unread(answer: Response | None) -> BadCardData | CardAnswerError:
    """Return the error for a READ BINARY after which nothing else can be tried."""
    if answer is None or answer.sw in _READ:
        return BadCardData("the card sent none of its certificate")
    return _refused("READ BINARY of the certificate", answer)
