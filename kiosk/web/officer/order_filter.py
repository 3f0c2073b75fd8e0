"""By what the queue to post is narrowed. Nothing of it says anything of a person."""

from __future__ import annotations

from enum import StrEnum

from kiosk.decision import Document
from kiosk.issuance import Pile, Waited
from kiosk.reception import PostDesk
from kiosk.web.officer.forms import Form

__all__ = ["Age", "Made", "OrdersFilter", "Kind"]


class Kind(StrEnum):
    """The documents that the union issues."""

    ALL = ""
    NOTICE = "notice"
    CONFIRMATION = "confirmation"

    @property
    def document(self) -> Document | None:
        """The document; None for all."""
        return Document(self.value) if self.value else None


class Age(StrEnum):
    """How long an order waits, against the days on which it is expected."""

    ALL = ""
    DUE = "due"
    OVERDUE = "overdue"


class PileChoice(StrEnum):
    """The piles."""

    ALL = ""
    POST = "post"
    ASIDE = "aside"


class Made(StrEnum):
    """Whether the papers were made."""

    ALL = ""
    NO = "no"
    YES = "yes"


class OrdersFilter(Form):
    """What is chosen; an empty choice is everything."""

    kind: Kind = Kind.ALL
    age: Age = Age.ALL
    pile: PileChoice = PileChoice.ALL
    made: Made = Made.ALL

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen."""
        return any((self.kind, self.age, self.pile, self.made))

    def wanted(self, post: PostDesk) -> Waited:
        """Return the condition for the register."""
        until = post.asked_until(overdue=self.age is Age.OVERDUE) if self.age else None
        pile = Pile(self.pile.value) if self.pile else None
        return Waited(self.kind.document, until, pile, (self.made is Made.YES) if self.made else None)
