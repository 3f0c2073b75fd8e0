"""What the journal holds of an act of staff: who, when, what; no name of a visitor, no number, no free text."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.audit.entry import instant, require_codes, require_reference, require_staff


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """One act of staff.

    Attributes:
        at: when (aware; written in UTC).
        staff: the account of who did it.
        act: what (`bound`, `looked_up`, `out_of_use`, ...).
        visit: the number of the visit it concerns; None: none.
        detail: a code that says more: the document that was seen, the driver.
        member: `Journal.reference` of the member; None: none.
        applies: the document of the decision that staff were told.
        usable: `yes`, `with_declaration` or `no`; None: there was no decision.
        reasons: the reason codes of that decision.

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

    def __post_init__(self) -> None:
        """Refuses (ValueError) whatever is not a code, as `Entry` does."""
        if self.at.tzinfo is None:
            raise ValueError("the instant must carry its zone")
        require_codes((self.act, self.detail, self.applies, self.usable, *self.reasons))
        require_reference(self.member)
        require_staff(self.staff)

    def to_json(self) -> dict[str, object]:
        """What is written of it."""
        return {
            "kind": "staff",
            "at": instant(self.at),
            "staff": self.staff,
            "act": self.act,
            "visit": self.visit,
            "detail": self.detail,
            "member": self.member,
            "applies": self.applies,
            "usable": self.usable,
            "reasons": list(self.reasons),
        }
