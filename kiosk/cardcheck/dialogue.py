"""The one dialogue with a card: read, check, prove, judge."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from drivers.jpki import PinOutcome
from drivers.worker.client import Proof, ReaderWorker, ReadReply
from kiosk.identity import CertificateCheck, CheckAhead, Verifier, new_challenge, signature_is_valid
from kiosk.pin import wipe_pin

__all__ = ["CardDialogue", "ProvedCard"]


@dataclass(frozen=True, slots=True)
class ProvedCard:
    """What the card answered to the 暗証番号, and what that is worth.

    Attributes:
        proof: the worker's reply.
        signature_valid: the card signed our fresh challenge with the key of the certificate.
        check: the certificate's check, made now if only the 暗証番号 has opened it; None if there is no certificate.

    """

    proof: Proof
    signature_valid: bool
    check: CertificateCheck | None


class CardDialogue:
    """The dialogue with the card on one reader, for one visit.

    A context manager: the check of a certificate that nobody waits for any more is given up at its end.
    """

    def __init__(
        self,
        worker: ReaderWorker,
        reader: str,
        visit: int,
        verifier: Verifier,
        now: Callable[[], datetime],
        *,
        check_limit: float | None = None,
    ) -> None:
        """Prepare the dialogue; nothing is sent yet.

        Args:
            worker: the driver's worker that has the reader.
            reader: the reader's name.
            visit: the number of the visit, which every message to the worker carries.
            verifier: how certificates are checked.
            now: the clock (aware).
            check_limit: the seconds that one check may take, from when it is waited for; None: as long as it needs.

        """
        self._worker, self._reader, self._visit = worker, reader, visit
        self._verifier, self._check_limit = verifier, check_limit
        self._ahead = CheckAhead(verifier, now)

    def __enter__(self) -> Self:
        self._ahead.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ahead.__exit__(kind, error, trace)

    async def read(
        self, *, pin_before_certificate: bool = False, hold: bool = False, record: bool = False
    ) -> ReadReply:
        """Read the certificate and the tries left. The check begins while the card is still busy with the tries.

        Args:
            pin_before_certificate: take a card that shows its certificate only after the 暗証番号.
            hold: keep the transaction open for a ``prove`` within 2 s.
            record: have the worker keep what passes.

        Raises:
            DriverError: card or reader failed.

        """
        return await self._worker.read(
            self._reader,
            self._visit,
            hold=hold,
            pin_before_certificate=pin_before_certificate,
            record=record,
            on_certificate=self._ahead.begin,
        )

    async def check(self, card: ReadReply) -> CertificateCheck | None:
        """Return the check of the certificate that was read; None if the card has not shown it yet.

        Raises TimeoutError after the limit.
        """
        return await self._checked(card.certificate) if card.certificate else None

    async def prove(
        self, pin: bytearray, check: CertificateCheck | None, *, allow_last_try: bool = False
    ) -> ProvedCard:
        """Have the card judge the 暗証番号 and sign a fresh challenge, and judge the signature.

        Args:
            pin: the digits, which are overwritten in any case before this returns or raises.
            check: the check of the certificate that was read; None if the card shows it only now.
            allow_last_try: send the digits although only one try is left.

        Raises:
            DriverError: card or reader failed; whether a try was spent, only a new ``read`` tells.
            TimeoutError: the check of a certificate that only now was shown took longer than its limit.

        """
        challenge = new_challenge()
        try:
            proof = await self._worker.prove(self._reader, self._visit, challenge, pin, allow_last_try=allow_last_try)
        finally:
            wipe_pin(pin)
        if proof.certificate:
            check = await self._checked(proof.certificate)
        valid = proof.outcome is PinOutcome.RIGHT and _signed(check, challenge, proof.signature)
        return ProvedCard(proof, valid, check)

    async def _checked(self, certificate: bytes) -> CertificateCheck:
        async with asyncio.timeout(self._check_limit):
            return await self._ahead.result(certificate)


def _signed(check: CertificateCheck | None, challenge: bytes, signature: bytes | None) -> bool:
    if check is None or check.certificate is None or signature is None:
        return False
    return signature_is_valid(check.certificate, challenge, signature)
