"""Which documents of a batch can be made, which cannot and why, and which are set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from kiosk.decision import Document
from kiosk.documents.batch_source import BatchSource, RequestedDocument
from kiosk.documents.carrier import Carrier
from kiosk.documents.confirmation import ConfirmationOrder
from kiosk.documents.errors import DocumentRefused
from kiosk.documents.notice import Notice
from kiosk.documents.pages import Paper, check_document
from kiosk.documents.stationery import Stationery
from kiosk.eligibility import DataRefused, Member, Registry

__all__ = ["BadDocument", "BatchRefused", "OrderPapers", "Sorter", "Sorting", "refuse"]


@dataclass(frozen=True, slots=True)
class BadDocument:
    """A document that cannot be made.

    Attributes:
        requested: what asks for it.
        fields: the columns of the register at fault; empty if it is not a column.
        message: why it cannot be made.

    """

    requested: RequestedDocument
    fields: tuple[str, ...]
    message: str

    def to_json(self) -> dict[str, object]:
        """Return the line of the plan, and what is wrong with it. A file of such lines is a plan too."""
        wrong = {"fields": list(self.fields), "message": self.message}
        return self.requested.to_json() | wrong

    def __str__(self) -> str:
        return f"{self.requested.kind} {self.requested.number}, {self.requested.line.member}: {self.message}"


class BatchRefused(DataRefused):
    """Some documents cannot be made, so none was.

    Attributes:
        refused: how many cannot be made.
        first: the first of them.

    """

    def __init__(self, refused: int, first: tuple[BadDocument, ...]) -> None:
        super().__init__(f"{refused} document(s) cannot be made, so none was")
        self.refused = refused
        self.first = first


def refuse(document: BadDocument) -> None:
    """Raise BatchRefused: the register has changed between the check and this document."""
    raise BatchRefused(1, (document,))


@dataclass(slots=True)
class Sorting:
    """Remembers what is not made: what cannot be, which is handed on, and what is set aside.

    Attributes:
        hand_on: gets each document that cannot be made.
        refused: by the number of each of those: which document it asks for, and the columns of the register at fault
            (empty if it is not a column). Nothing of a person.
        aside: what asks for documents of people whose data are withheld.

    """

    hand_on: Callable[[BadDocument], object]
    refused: dict[int, tuple[Document, tuple[str, ...]]] = field(default_factory=dict)
    aside: list[RequestedDocument] = field(default_factory=list)

    def refuse(self, document: BadDocument) -> None:
        """Take note of a document that cannot be made."""
        requested = document.requested
        self.refused[requested.number] = requested.line.issue, document.fields
        self.hand_on(document)


@dataclass(frozen=True, slots=True)
class OrderPapers:
    """What is printed for one line or order.

    Attributes:
        requested: what asks for it.
        papers: the document; for an order of a confirmation its 台紙 too.
        withheld: whether the data of the person are withheld (自己情報提供不可).

    """

    requested: RequestedDocument
    papers: tuple[Paper, ...]
    withheld: bool


@dataclass(frozen=True, slots=True)
class Sorter:
    """Looks up and checks what a batch asks for, one in memory at a time.

    `require` may raise DocumentRefused for what the register and the stationery allow.
    """

    registry: Registry
    source: BatchSource
    stationery: Stationery
    issued_on: date
    require: Callable[[OrderPapers], None] = lambda _: None

    def require_good(self, most: int) -> None:
        """Check the whole batch before the first document is drawn, which takes long.

        Raises:
            BatchRefused: some documents cannot be made; it names `most` of them.

        """
        first: list[BadDocument] = []
        sorting = Sorting(lambda bad: first.append(bad) if len(first) < most else None)
        for _ in self.sorted("check", sorting):
            pass
        if sorting.refused:
            raise BatchRefused(len(sorting.refused), tuple(first))

    def sorted(self, what: str, sorting: Sorting) -> Iterator[OrderPapers]:
        """Yield what can be made, of withheld people too, and hand the rest to `sorting`."""
        for requested in self.source.requested(what):
            if requested.change is not None:
                sorting.refuse(BadDocument(requested, (), requested.change))
                continue
            try:
                yield self._papers(requested)
            except DocumentRefused as error:
                sorting.refuse(BadDocument(requested, error.fields, str(error)))

    def _papers(self, requested: RequestedDocument) -> OrderPapers:
        member = self.registry.member(requested.line.member)
        if member is None:
            raise DocumentRefused(("member",), "there is no such member in the register")
        papers = self._of(requested, member)
        for paper in papers:
            check_document(paper, self.stationery)
        found = OrderPapers(requested, papers, requested.line.aside or member.information_withheld)
        self.require(found)
        return found

    def _of(self, requested: RequestedDocument, member: Member) -> tuple[Paper, ...]:
        order = requested.number if requested.kind == "order" else None
        if (validity := requested.line.validity) is None:
            return (Notice(member, self.issued_on, order=order),)
        card = ConfirmationOrder(member, validity, self.issued_on)
        return (card,) if order is None else (card, Carrier(member, order))
