"""Define the journal's entry for an act of staff: who, when and what; no visitor's name, no number, no free text."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.audit.entry import instant, require_codes, require_fingerprint, require_reference, require_staff


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """One act of staff.

    Attributes:
        at: When the act was done (aware; written in UTC).
        staff: The account of the person who did it.
        act: The code of the act (``bound``, ``looked_up``, ``out_of_use``, ...).
        visit: The number of the visit that the act concerns; None if it concerns no visit.
        detail: A code that says more, such as the document that was seen or the driver.
        member: The ``Journal.reference`` of the member; None if the act concerns no member.
        applies: The document of the decision that was shown to staff.
        usable: ``yes``, ``with_declaration`` or ``no``; None if there was no decision.
        reasons: The reason codes of that decision.
        receipt: The SHA-256 of the presence receipt that the shown answer has; None if it has none.
        role: The role of the account as the act was done (``staff``, ``officer``, ``admin``); None if it has none.

    """

    at: datetime
    staff: str
    act: str
    visit: int | None = None
    detail: str | None = None
    member: str | None = None
    applies: str | None = None
    usable: str | None = None
    reasons: tuple[str, ...] = ()
    receipt: str | None = None
    role: str | None = None

    def __post_init__(self) -> None:
        """Refuse anything that is not a code, as ``Entry`` does.

        Raises:
            ValueError: A field has a form that the journal does not accept.

        """
        if self.at.tzinfo is None:
            raise ValueError("the instant must carry its zone")
        require_codes((self.act, self.detail, self.applies, self.usable, self.role, *self.reasons))
        require_reference(self.member)
        require_fingerprint(self.receipt)
        require_staff(self.staff)

    def to_json(self) -> dict[str, object]:
        """Return the object that is written to the journal."""
        return {
            "kind": "staff",
            "at": instant(self.at),
            "staff": self.staff,
            "role": self.role,
            "act": self.act,
            "visit": self.visit,
            "detail": self.detail,
            "member": self.member,
            "applies": self.applies,
            "usable": self.usable,
            "reasons": list(self.reasons),
            "receipt": self.receipt,
        }
