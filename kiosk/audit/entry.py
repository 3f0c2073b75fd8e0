"""Define the journal's entry for one visit. It has no field for a name, a member's number or a certificate."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_REFERENCE = re.compile(r"[0-9a-f]{64}")
_MOST_REASONS = 64
_LONGEST_STAFF = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit, as it ended.

    Attributes:
        at: When the visit ended (aware; written in UTC).
        visit: The visit's number at this kiosk since the service started.
        level: What was proved about the person (``presented``, ``confirmed``, ...); None if nothing was.
        revocation: What was known of the certificate's revocation (``good``, ``revoked``, ``not_checked``).
        path: How it was proved (``pin``, ``staff``, ``presented``, ``official_reader``); None if the visit ended
            before.
        applies: The document of the decision; None if no document applies, or there was no decision.
        usable: ``yes``, ``with_declaration`` or ``no``; None if there was no decision.
        reasons: The reason codes of the decision.
        failure: The code of the failure that ended the visit; None if it did not fail.
        member: The ``Journal.reference`` of the member; None if the member is not known.
        staff: The account of the member of staff who compared the face (目視確認); None if nobody did.
        receipt: The SHA-256 of the presence receipt, so that who holds the receipt can be told that it was given here,
            and the journal alone tells nothing of it; None if none was given.
        seconds: How long the visit took until then, in whole seconds since the kiosk was no longer at rest; None if
            that is not known.

    """

    at: datetime
    visit: int
    level: str | None = None
    path: str | None = None
    applies: str | None = None
    usable: str | None = None
    reasons: tuple[str, ...] = ()
    failure: str | None = None
    member: str | None = None
    staff: str | None = None
    revocation: str = "not_checked"
    receipt: str | None = None
    seconds: int | None = None

    def __post_init__(self) -> None:
        """Refuse anything that is not a code, so that no free text gets into the journal.

        Raises:
            ValueError: A field has a form that the journal does not accept.

        """
        if self.at.tzinfo is None:
            raise ValueError("the instant must carry its zone")
        if self.visit < 0 or len(self.reasons) > _MOST_REASONS or (self.seconds or 0) < 0:
            raise ValueError("visit, reasons or seconds out of bounds")
        require_codes((self.level, self.revocation, self.path, self.applies, self.usable, self.failure, *self.reasons))
        require_reference(self.member)
        require_fingerprint(self.receipt)
        if self.staff is not None:
            require_staff(self.staff)

    def to_json(self) -> dict[str, object]:
        """Return the object that is written to the journal."""
        return {
            "kind": "visit",
            "at": instant(self.at),
            "visit": self.visit,
            "level": self.level,
            "revocation": self.revocation,
            "path": self.path,
            "applies": self.applies,
            "usable": self.usable,
            "reasons": list(self.reasons),
            "failure": self.failure,
            "member": self.member,
            "staff": self.staff,
            "receipt": self.receipt,
            "seconds": self.seconds,
        }


def instant(at: datetime) -> str:
    """Return an aware time in UTC, as ISO 8601 with microseconds and ``Z``."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def require_codes(codes: Iterable[str | None]) -> None:
    """Raise ValueError for anything that is not a code."""
    if any(code is not None and not _CODE.fullmatch(code) for code in codes):
        raise ValueError("only codes may be in the journal")


def require_reference(member: str | None) -> None:
    """Raise ValueError for anything that is not a ``Journal.reference``."""
    if member is not None and not _REFERENCE.fullmatch(member):
        raise ValueError("a member is named by Journal.reference only")


def require_fingerprint(receipt: str | None) -> None:
    """Raise ValueError for anything that is not a SHA-256."""
    if receipt is not None and not _REFERENCE.fullmatch(receipt):
        raise ValueError("a receipt is named by its SHA-256 only")


def require_staff(account: str) -> None:
    """Raise ValueError for a text that cannot be the account of a member of staff."""
    if not (0 < len(account) <= _LONGEST_STAFF and account.isprintable()):
        raise ValueError("the account of staff is out of bounds")
