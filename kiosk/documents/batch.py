"""Many documents at once: a plan or the queue into PDF files, in memory that does not grow with their number."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Generic, TextIO, TypeVar

from kiosk.decision import Document
from kiosk.documents.batch_source import BatchSource, RequestedDocument
from kiosk.documents.confirmation import ConfirmationOrder
from kiosk.documents.drawing import DrawnFile, Sheaf, drawn
from kiosk.documents.errors import DocumentRefused
from kiosk.documents.notice import Notice
from kiosk.documents.pages import check_document
from kiosk.documents.stationery import Stationery
from kiosk.eligibility import DataRefused, Registry
from kiosk.issuance import PlanLine
from kiosk.private_files import naming, private_folder

__all__ = ["DOCUMENTS_PER_FILE", "BadDocument", "BatchPrinter", "BatchRefused", "Printed"]

DOCUMENTS_PER_FILE = 100
"""As many as the hopper of a printer takes, and few enough to lay out in flat memory."""

REPORTED = 100
"""How many bad documents a BatchRefused names; all of them are counted."""

PrintedT = TypeVar("PrintedT", Notice, ConfirmationOrder)


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
        first: the first REPORTED of them.

    """

    def __init__(self, refused: int, first: tuple[BadDocument, ...]) -> None:
        super().__init__(f"{refused} document(s) cannot be made, so none was")
        self.refused = refused
        self.first = first


@dataclass(frozen=True, slots=True)
class Printed:
    """What a batch has made.

    Attributes:
        notice: how many notices.
        confirmation: how many confirmations.
        files: how many PDF files hold them.
        refused: how many documents were left out.
        aside: what asks for documents of people whose data are withheld (自己情報提供不可). They are not made, since it
            is agreed with the person first where each of them goes.
        orders: the numbers of the orders that were printed, in their order; empty for a plan.

    """

    notice: int
    confirmation: int
    files: int
    refused: int
    orders: tuple[int, ...]
    aside: tuple[RequestedDocument, ...] = ()

    def to_json(self) -> dict[str, int]:
        """Return the counts of what was made."""
        return {"notice": self.notice, "confirmation": self.confirmation, "files": self.files}


@dataclass(frozen=True, slots=True)
class BatchPrinter:
    """Makes the documents of a plan or of the queue, all with one 交付年月日, as PDF files in a new folder.

    Both methods make no folder if they raise:

        DataRefused: a line is not one of a plan.
        StationeryError: a font or the insurer's particulars are missing.
        RegistryError: the database cannot serve.
        OSError: the plan cannot be read, the folder cannot be written or is not empty, or one of the processes that
            share the drawing was ended from outside.
    """

    registry: Registry
    source: BatchSource
    stationery: Stationery
    issued_on: date

    def print_all(self, folder: Path) -> Printed:
        """Make every document, or none.

        Raises:
            BatchRefused: some documents cannot be made; it names them.

        """
        with private_folder(folder) as draft:
            self._require_good()
            return self._print(_Target(draft, folder), _Sorting(_refuse))

    def print_good(self, folder: Path, left_out: AbstractContextManager[TextIO]) -> Printed:
        """Make what can be made; write the other lines, with reasons, to the text file that `left_out` opens."""
        with private_folder(folder) as draft, left_out as stream:
            sorting = _Sorting(lambda bad: stream.write(json.dumps(bad.to_json(), ensure_ascii=False) + "\n"))
            return self._print(_Target(draft, folder), sorting)

    def _require_good(self) -> None:
        """Check the whole batch before the first document is drawn, which takes long."""
        first: list[BadDocument] = []
        sorting = _Sorting(lambda bad: first.append(bad) if len(first) < REPORTED else None)
        for _ in self._documents("check", sorting):
            pass
        if sorting.refused:
            raise BatchRefused(len(sorting.refused), tuple(first))

    def _print(self, target: _Target, sorting: _Sorting) -> Printed:
        notices, confirmations = _Pile[Notice](Document.NOTICE), _Pile[ConfirmationOrder](Document.CONFIRMATION)
        with closing(drawn(self._sheaves(notices, confirmations, sorting), self.stationery)) as files:
            for file in files:
                target.write(file)
        return Printed(
            notice=notices.documents,
            confirmation=confirmations.documents,
            files=notices.files + confirmations.files,
            refused=len(sorting.refused),
            orders=tuple(number for number in self.source.orders if number not in sorting.left_out),
            aside=tuple(sorting.aside),
        )

    def _sheaves(
        self, notices: _Pile[Notice], confirmations: _Pile[ConfirmationOrder], sorting: _Sorting
    ) -> Iterator[Sheaf]:
        """Yield the documents that can be made, by files: each as soon as it is full, and what is left at the end."""
        for document in self._documents("print", sorting):
            yield from notices.put(document) if isinstance(document, Notice) else confirmations.put(document)
        yield from notices.rest()
        yield from confirmations.rest()

    def _documents(self, what: str, sorting: _Sorting) -> Iterator[Notice | ConfirmationOrder]:
        """Yield the documents that can be made, and hand the others to `sorting`."""
        for requested in self.source.requested(what):
            if requested.change is not None:
                sorting.refuse(BadDocument(requested, (), requested.change))
                continue
            try:
                document = self._document(requested.line)
                check_document(document, self.stationery)
            except DocumentRefused as error:
                sorting.refuse(BadDocument(requested, error.fields, str(error)))
                continue
            if requested.line.aside or document.member.information_withheld:
                sorting.aside.append(requested)
            else:
                yield document

    def _document(self, line: PlanLine) -> Notice | ConfirmationOrder:
        member = self.registry.member(line.member)
        if member is None:
            raise DocumentRefused(("member",), "there is no such member in the register")
        if line.validity is None:
            return Notice(member, self.issued_on)
        return ConfirmationOrder(member, line.validity, self.issued_on)


def _refuse(document: BadDocument) -> None:
    """Raise BatchRefused: the register has changed between the check and this document."""
    raise BatchRefused(1, (document,))


@dataclass(slots=True)
class _Sorting:
    """Remembers what is not made: what cannot be, which is handed on, and what is set aside."""

    hand_on: Callable[[BadDocument], object]
    refused: set[int] = field(default_factory=set)
    aside: list[RequestedDocument] = field(default_factory=list)

    def refuse(self, document: BadDocument) -> None:
        self.refused.add(document.requested.number)
        self.hand_on(document)

    @property
    def left_out(self) -> set[int]:
        """The numbers of everything that is not made."""
        return self.refused | {requested.number for requested in self.aside}


@dataclass(frozen=True, slots=True)
class _Target:
    """Writes files into a draft; errors name the folder that the draft will become."""

    draft: Path
    folder: Path

    def write(self, made: DrawnFile) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with naming(self.folder), open(os.open(self.draft / made.name, flags, 0o600), "wb") as file:
            file.write(made.pdf)
            file.flush()
            os.fsync(file.fileno())


@dataclass(slots=True)
class _Pile(Generic[PrintedT]):
    """Collects documents of one kind until there are enough for a PDF file."""

    kind: Document
    waiting: list[PrintedT] = field(default_factory=list)
    documents: int = 0
    files: int = 0

    def put(self, document: PrintedT) -> Iterator[Sheaf]:
        self.waiting.append(document)
        if len(self.waiting) == DOCUMENTS_PER_FILE:
            yield from self.rest()

    def rest(self) -> Iterator[Sheaf]:
        if self.waiting:
            self.files += 1
            self.documents += len(self.waiting)
            yield Sheaf(f"{self.kind}-{self.files:04}.pdf", tuple(self.waiting))
            self.waiting.clear()
