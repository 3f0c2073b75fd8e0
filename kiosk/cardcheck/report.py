"""The report of one check, as ``docs/formats.md`` describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from drivers.errors import DriverError
from drivers.recording import RecordedCommand
from drivers.worker.client import Proof, ReadReply
from kiosk.failures import FAILURES, Code, Failure
from kiosk.identity import CertificateCheck, Level, Revocation

__all__ = ["CheckReport"]


@dataclass(slots=True)
class CheckReport:
    """The report of ``kiosk card check``, filled step by step; a step that was not reached keeps its default.

    Attributes:
        reader: the name of the card's reader; empty if none was found.
        driver: the driver of that reader.
        check: what is known of the certificate.
        show_certificate: whether `to_json` adds the certificate as PEM.
        pin_outcome: ``not_asked``, ``right``, or why the 暗証番号 proved nothing.
        tries_left: of the 暗証番号, if the card said so.
        signature: ``none``, ``valid`` or ``invalid``.
        level: what may be claimed of the card's holder.
        code: why the card is refused; None if it is accepted, or nothing was checked.
        error: the failure of card or reader that ended the check.
        proving: whether the 暗証番号 was under way when the check ended.
        unchecked_before_pin: the certificate was not shown before the 暗証番号.
        apdus: the number of commands that the card has answered.
        card_milliseconds: the time that the card took to answer them.
        atr: of the card (ISO/IEC 7816-3).
        steps: what passed, without the 暗証番号, if that was asked for.
        troubles: what is wrong with roots and revocation.

    """

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

    def count(self, dialogue: ReadReply | Proof | DriverError) -> None:
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
