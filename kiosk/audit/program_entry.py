"""Define the journal's entry for a program's look at a person: which token, what it asked and what it was answered."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.audit.entry import instant, require_codes, require_reference


@dataclass(frozen=True, slots=True)
class ProgramEntry:
    """One question of a program about one person. No name, number or free text is in it.

    Attributes:
        at: When it was answered (aware; written in UTC).
        token: The name of the token that the program came with.
        act: The code of the question (``fhir.eligibility``, ``fhir.coverage``, ``visit``).
        member: The ``Journal.reference`` of the member; None if the question found nobody.
        source: Who answered (``registry``, ``terminal``); None if nobody did, and of a visit, whose entry says so.
        applies: The document of the decision that was answered with.
        usable: ``yes``, ``with_declaration`` or ``no``; None if there was no decision.
        reasons: The reason codes of that decision, as published.
        failure: The code of the failure that was answered with; None if there was none.

    """

    at: datetime
    token: str
    act: str
    member: str | None = None
    source: str | None = None
    applies: str | None = None
    usable: str | None = None
    reasons: tuple[str, ...] = ()
    failure: str | None = None

    def __post_init__(self) -> None:
        """Refuse anything that is not a code, as ``Entry`` does.

        Raises:
            ValueError: A field has a form that the journal does not accept.

        """
        if self.at.tzinfo is None:
            raise ValueError("the instant must carry its zone")
        require_codes((self.token, self.act, self.source, self.applies, self.usable, self.failure, *self.reasons))
        require_reference(self.member)

    def to_json(self) -> dict[str, object]:
        """Return the object that is written to the journal."""
        return {
            "kind": "program",
            "at": instant(self.at),
            "token": self.token,
            "act": self.act,
            "member": self.member,
            "source": self.source,
            "applies": self.applies,
            "usable": self.usable,
            "reasons": list(self.reasons),
            "failure": self.failure,
        }
