"""By what the queue to post is narrowed. Nothing of it says anything of a person."""

from __future__ import annotations

from enum import StrEnum

from kiosk.decision import Document
from kiosk.issuance import Pile, Waited
from kiosk.reception import PostDesk
from kiosk.web.officer.forms import Form

__all__ = ["AgeChoice", "MadeChoice", "OrdersFilter", "DocumentChoice"]


class DocumentChoice(StrEnum):
    """The documents that the union issues."""

    ALL = ""
    NOTICE = "notice"
    CONFIRMATION = "confirmation"

    @property
    def document(self) -> Document | None:
        """The document; None for all."""
        return Document(self.value) if self.value else None


class AgeChoice(StrEnum):
    """How long an order waits, against the days on which it is expected."""

    ALL = ""
    DUE = "due"
    OVERDUE = "overdue"


class PileChoice(StrEnum):
    """The piles."""

    ALL = ""
    POST = "post"
    ASIDE = "aside"


class MadeChoice(StrEnum):
    """Whether the papers were made."""

    ALL = ""
    NO = "no"
    YES = "yes"


class OrdersFilter(Form):
    """What is chosen; an empty choice is everything."""

    kind: DocumentChoice = DocumentChoice.ALL
    age: AgeChoice = AgeChoice.ALL
    pile: PileChoice = PileChoice.ALL
    made: MadeChoice = MadeChoice.ALL

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen."""
        return any((self.kind, self.age, self.pile, self.made))

    def wanted(self, post: PostDesk) -> Waited:
        """Return the condition for the register."""
        until = post.asked_until(overdue=self.age is AgeChoice.OVERDUE) if self.age else None
        pile = Pile(self.pile.value) if self.pile else None
        return Waited(self.kind.document, until, pile, (self.made is MadeChoice.YES) if self.made else None)
