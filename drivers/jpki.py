"""The JPKI application (公的個人認証AP) of a My Number card: certificate, PIN and signature for user authentication.

The specification is not public; commands and status words are those that independent implementations
agree on (JICSAP 1.1, JIS X 6306, ISO/IEC 7816-4), and what differs between cards is a profile's. All
operations belong in one transaction, which begins with ``select``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from drivers.apdu import SHORT_LE, Command, Response, StatusWord, status_text, transmit, tries_left
from drivers.connection import CardConnection
from drivers.errors import (
    BadCardData,
    CardAnswerError,
    CardWithoutPin,
    CertificateProtected,
    CommunicationFailed,
    UnsupportedCard,
)
from drivers.keys import KeyKind, der_of_raw, key_kind, signature_length
from drivers.memory import AFTER_A_FAULT, FIRST_BLOCK, LEAST, SHORTER, CardMemory, LinkCapabilities
from drivers.profiles import CardProfile, FileId, Scheme, SignatureForm, built_in
from drivers.tlv import der_length

__all__ = ["CardMemory", "JpkiCard", "PinOutcome", "PinResult", "is_pin"]

_PIN_LENGTH = 4

_BY_SHORT_ID = 0x80
_CURRENT_FILE = 0x80

_MAX_READS = 64
_MAX_SIGNATURE = 1024

_READ = frozenset({StatusWord.OK, StatusWord.END_OF_FILE})
_NO_APPLICATION = frozenset({0x63, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6D, 0x6E})
_NO_FILE = frozenset({StatusWord.FILE_NOT_FOUND, StatusWord.RECORD_NOT_FOUND, StatusWord.REFERENCE_NOT_FOUND})
_NO_SHORT_ID = _NO_FILE | frozenset(
    {
        StatusWord.INCOMPATIBLE_FILE,
        StatusWord.NO_CURRENT_FILE,
        StatusWord.FUNCTION_NOT_SUPPORTED,
        StatusWord.WRONG_P1_P2,
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

    ``tries`` are the PIN's tries left, and ``certificate`` what was read, where they are known from an
    earlier transaction with the same card; ``profiles`` are the kinds of card to look for, in this order.
    Every operation raises what the connection raises, BadCardData for an answer that no standard allows,
    and CardAnswerError for a status word that stops it.
    """

    def __init__(
        self,
        connection: CardConnection,
        memory: CardMemory,
        tries: int | None = None,
        *,
        profiles: Sequence[CardProfile] = (),
        certificate: bytes | None = None,
    ) -> None:
        self._connection = connection
        self._memory = memory
        self._capabilities = memory.recall(connection.transport)
        # Stable: the profile of the last card on this link first, the others in their order.
        self._profiles = sorted(profiles or built_in(), key=lambda profile: profile.name != self._capabilities.profile)
        self._profile = self._profiles[0]
        self._certificate = certificate
        self._current: int | None = None
        self._selected = False
        self._tries = tries

    def select(self) -> None:
        """Select the application, of the first profile that fits. Raises UnsupportedCard if the card has none."""
        self._current, self._selected = None, False
        for profile in self._profiles:
            response = self._select_application(profile.application)
            if response.sw == StatusWord.NO_DIAGNOSIS:
                # Seen as the first answer after power-up; to SELECT again harms nothing.
                response = self._select_application(profile.application)
            if response.ok:
                self._fits(profile)
                return
            if response.sw >> 8 not in _NO_APPLICATION:
                raise _refused("SELECT of the application", response)
        raise UnsupportedCard(f"the card has no JPKI application: {status_text(response.sw)}")

    def read_certificate(self) -> bytes:
        """Return the user authentication certificate (利用者証明用電子証明書): DER, at most 4,096 bytes.

        Its length is taken from its first block; the filler behind it is not read. Raises
        CertificateProtected for a card that shows it only after the PIN.
        """
        self._capabilities = self._memory.begin_read(self._connection.transport)
        certificate = bytearray(self._first_block())
        length = der_length(bytes(certificate))
        for _ in range(_MAX_READS):
            if len(certificate) >= length:
                self._certificate = bytes(certificate[:length])
                return self._certificate
            certificate += self._next_block(len(certificate), length - len(certificate))
        raise BadCardData("the certificate comes in too many pieces")

    def pin_tries_left(self) -> int:
        """Return how many tries the PIN has left, 0 if it is blocked. To ask costs none.

        A PIN that is already verified was verified by somebody else: that state is cleared, not used.
        Raises CardWithoutPin where neither way to ask finds the PIN's file.
        """
        self._tries = None
        response = self._ask_tries_left()
        if response.ok:
            self._clear_security_status()
            response = self._ask_tries_left()
        tries = tries_left(response.sw)
        if tries is None:
            raise _refused("the question for the tries left", response)
        if tries > self._profile.pin.most_tries:
            raise BadCardData("the card promises more tries than this PIN has")
        self._tries = tries
        return tries

    def verify_pin(self, pin: bytes | bytearray, *, allow_last_try: bool = False) -> PinResult:
        """Send ``pin`` to the card, once, if it is what the profile asks for and more than one try is left.

        The application is selected if it is not yet; where the tries that are known forbid it, nothing is
        sent at all. ``allow_last_try`` spends the last one too. After an exception it is not known whether
        a try was spent: ask ``pin_tries_left``.
        """
        if not self._profile.pin.fits(pin):
            return PinResult(PinOutcome.MALFORMED, self._tries)
        tries = self._known_tries()
        if tries == 0:
            return PinResult(PinOutcome.BLOCKED, 0)
        if tries == 1 and not allow_last_try:
            return PinResult(PinOutcome.LAST_TRY, 1)
        self._select_once()
        if not self._profile.pin.fits(pin):
            # It is another kind of card than the last one on this link.
            return PinResult(PinOutcome.MALFORMED, tries)
        return self._send_pin(pin)

    def sign(self, challenge: bytes) -> bytes:
        """Return the card's signature over ``challenge``; it needs a verified PIN.

        The kind of the certificate's key decides how; the certificate is read first where it is not known. RSA:
        PKCS #1 v1.5, at most 1,024 bytes. ECDSA: a DER sequence (RFC 3279, 2.2.3), whatever form the card uses.
        """
        certificate = self._certificate or self.read_certificate()
        kind = key_kind(certificate)
        scheme = self._scheme(kind)
        response = self._compute_signature(scheme.p1, scheme.data(challenge), signature_length(certificate))
        if not response.ok:
            raise _refused("COMPUTE DIGITAL SIGNATURE", response)
        if not 1 <= len(response.data) <= _MAX_SIGNATURE:
            raise BadCardData("a signature of no bytes, or of more than 1,024")
        self._expect(len(certificate))
        return der_of_raw(kind, response.data) if scheme.form is SignatureForm.RAW else response.data

    def _compute_signature(self, p1: int, data: bytes, length: int) -> Response:
        """Ask for the whole signature; where that is too long for the link or the card, for less at once (61xx)."""
        whole = min(max(length, SHORT_LE), _MAX_SIGNATURE)
        for le in (le for le in (whole, SHORT_LE, *SHORTER) if le <= min(whole, self._capabilities.largest)):
            response = self._on_file(self._profile.key, partial(Command, 0x80, 0x2A, p1, data=data, le=le))
            if response.sw != StatusWord.WRONG_LENGTH:
                break
        return response

    def _scheme(self, kind: KeyKind) -> Scheme:
        try:
            return self._profile.signatures[kind]
        except KeyError:
            raise BadCardData(f"profile {self._profile.name} has no signature for a key of the kind {kind}") from None

    def _expect(self, length: int) -> None:
        """Remember a certificate's length for the next card: only of one that signed, for that one was checked."""
        if self._capabilities.expected != length:
            self._capabilities = self._capabilities.expecting(length)
            self._keep_capabilities()

    def _fits(self, profile: CardProfile) -> None:
        self._selected = True
        if profile is not self._profiles[0]:
            self._profiles.remove(profile)
            self._profiles.insert(0, profile)
            self._capabilities = replace(self._capabilities, profile=profile.name)
            self._keep_capabilities()
        self._profile = profile

    def _first_block(self) -> bytes:
        """Read the first block, which holds the length, and learn from refusals what the link can carry."""
        file = self._profile.certificate
        while True:
            if file.number in self._capabilities.refused:
                self._select_file(file)
            p1 = 0x00 if self._current == file.number else _BY_SHORT_ID | file.short_id
            asked = self._capabilities.first_read()
            answer = self._read(p1, 0x00, asked, shortest=AFTER_A_FAULT)
            if answer is not None and _has_data(answer):
                self._current = file.number
                return answer.data
            self._capabilities = self._capabilities_after_refusal(asked, answer)

    def _capabilities_after_refusal(self, asked: int, answer: Response | None) -> LinkCapabilities:
        """Return the capabilities without what a refused first READ rules out; None is a refusal by the link."""
        if answer is not None and answer.sw == StatusWord.SECURITY_STATUS_NOT_SATISFIED:
            raise CertificateProtected("the card shows its certificate only after the PIN")
        short_id = self._profile.certificate.number not in self._capabilities.refused
        too_long = _is_too_long(answer) or (asked > SHORT_LE and (not short_id or asked > FIRST_BLOCK))
        if asked > LEAST and too_long:
            return self._capabilities.narrower_than(asked, broke=answer is None)
        if answer is not None and short_id:
            capabilities = self._capabilities.without_short_ids(self._profile.files)
            # No length was short enough, so it was not the length.
            return replace(capabilities, largest=SHORT_LE) if asked <= LEAST else capabilities
        raise _unread(answer)

    def _next_block(self, offset: int, missing: int) -> bytes:
        """Read on at ``offset`` in the current file: all that is missing, or as much of it as the link carries."""
        while True:
            asked = min(missing, self._capabilities.largest)
            answer = self._read(offset >> 8, offset & 0xFF, asked, shortest=SHORT_LE)
            if answer is not None and _has_data(answer):
                return answer.data
            if asked <= (LEAST if _is_too_long(answer) else SHORT_LE):
                raise _unread(answer)
            self._capabilities = self._capabilities.narrower_than(asked, broke=answer is None)

    def _read(self, p1: int, p2: int, le: int, *, shortest: int) -> Response | None:
        """Send one READ BINARY; None if one of more than ``shortest`` bytes broke the link, perhaps by its length."""
        try:
            response = self._transmit(Command(0x00, 0xB0, p1, p2, le=le))
        except CommunicationFailed:
            if le <= shortest:
                raise
            if le > SHORT_LE:
                self._memory.doubt(self._connection.transport, self._capabilities.narrower_than(le, broke=True))
            return None
        if len(response.data) > le:
            raise BadCardData("the card sent more than it was asked for")
        if _has_data(response):
            self._learn_length(le, response)
        return response

    def _learn_length(self, asked: int, response: Response) -> None:
        """Keep what a successful READ shows of the link: the length works, or the answer comes shortened."""
        if len(response.data) == asked:
            self._capabilities = self._capabilities.proved(asked)
        elif response.ok:
            self._capabilities = self._capabilities.narrowed(max(self._capabilities.proven, len(response.data)))
        self._keep_capabilities()

    def _known_tries(self) -> int:
        if self._tries is not None:
            return self._tries
        self._select_once()
        return self.pin_tries_left()

    def _select_once(self) -> None:
        if not self._selected:
            self.select()

    def _ask_tries_left(self) -> Response:
        try:
            response = self._on_file(self._profile.pin.file, lambda p2: Command(0x00, 0x20, 0x00, p2))
        except CardAnswerError as error:
            if error.sw in _NO_FILE:
                raise _without_pin(error.sw) from error
            raise
        if response.sw in _NO_FILE:
            raise _without_pin(response.sw)
        return response

    def _clear_security_status(self) -> None:
        """Leave the application and come back: to select another one clears a verified PIN, the same does not."""
        self._select_application(self._profile.leave_for)
        self.select()

    def _send_pin(self, pin: bytes | bytearray) -> PinResult:
        """Send VERIFY in the form that the question for the tries left has proved."""
        file, most_tries = self._profile.pin.file, self._profile.pin.most_tries
        if file.number in self._capabilities.refused:
            self._select_file(file)
        p2 = _CURRENT_FILE if file.number in self._capabilities.refused else _BY_SHORT_ID | file.short_id
        before, self._tries = self._tries, None
        response = self._judged(Command(0x00, 0x20, 0x00, p2, pin))
        if response.ok:
            self._tries = most_tries
            return PinResult(PinOutcome.RIGHT, most_tries)
        self._tries = tries_left(response.sw)
        if self._tries is None and response.sw != StatusWord.WRONG_PIN_NO_COUNTER:
            raise _refused("VERIFY", response)
        if before is not None and self._tries is not None and self._tries >= before:
            # A card that would let people try for ever is after their PINs.
            raise BadCardData("the card's counter of tries does not fall")
        return PinResult(PinOutcome.BLOCKED if self._tries == 0 else PinOutcome.WRONG, self._tries)

    def _judged(self, verify: Command) -> Response:
        """Send VERIFY. An answer without a status word leaves the counter unknown: it is a CommunicationFailed."""
        try:
            return self._transmit(verify)
        except BadCardData as error:
            raise CommunicationFailed(f"after VERIFY: {error}") from error

    def _on_file(self, file: FileId, command: Callable[[int], Command]) -> Response:
        """Send a harmless command that names ``file`` in P2: by its short id, or selected where that is refused."""
        capabilities = self._capabilities
        if file.number not in capabilities.refused:
            self._current = None
            response = self._transmit(command(_BY_SHORT_ID | file.short_id))
            if response.sw not in _NO_SHORT_ID:
                return response
            capabilities = capabilities.without_short_ids(frozenset({file.number}))
        self._select_file(file)
        response = self._transmit(command(_CURRENT_FILE))
        if response.sw not in _NO_SHORT_ID:
            # Not learnt before this: where the file itself is missing, its short id says nothing.
            self._capabilities = capabilities
            self._keep_capabilities()
        return response

    def _select_application(self, identifier: bytes) -> Response:
        return self._transmit(Command(0x00, 0xA4, 0x04, 0x0C, identifier))

    def _select_file(self, file: FileId) -> None:
        """Make ``file`` the current one, unless it is already."""
        if self._current == file.number:
            return
        self._current = None
        response = self._transmit(Command(0x00, 0xA4, 0x02, 0x0C, file.number.to_bytes(2, "big")))
        if not response.ok:
            raise _refused(f"SELECT of EF {file.number:04X}", response)
        self._current = file.number

    def _keep_capabilities(self) -> None:
        self._memory.learn(self._connection.transport, self._capabilities)

    def _transmit(self, command: Command) -> Response:
        return transmit(self._connection, command)


def _has_data(response: Response) -> bool:
    return bool(response.data) and response.sw in _READ


def _refused(what: str, response: Response) -> CardAnswerError:
    return CardAnswerError(f"the card refused {what}: {status_text(response.sw)}", response.sw)


def _without_pin(sw: int) -> CardWithoutPin:
    return CardWithoutPin(f"the card has no PIN: {status_text(sw)}")


def _is_too_long(answer: Response | None) -> bool:
    """Return whether a READ may have been refused for its length alone; None is a broken link."""
    return answer is None or answer.sw == StatusWord.WRONG_LENGTH


def _unread(answer: Response | None) -> BadCardData | CardAnswerError:
    """Return the error for a READ BINARY after which nothing else can be tried."""
    if answer is None or answer.sw in _READ:
        return BadCardData("the card sent none of its certificate")
    return _refused("READ BINARY of the certificate", answer)
