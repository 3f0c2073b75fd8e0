"""`kiosk document batch`: a plan or the queue into PDFs, in memory that does not grow with the plan."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.cli.document_sources import Asked, Source
from kiosk.cli.register import private_output
from kiosk.decision import Document
from kiosk.documents import (
    ConfirmationOrder,
    DocumentRefused,
    Notice,
    Stationery,
    check_document,
    confirmation_pdf,
    notice_pdf,
)
from kiosk.eligibility import DataRefused, Registry
from kiosk.issuance import PlanLine
from kiosk.private_files import naming, private_folder

__all__ = ["BATCH", "BadDocument", "BatchPrinter", "BatchRefused", "Order", "Printed"]

BATCH = 100
"""Documents in one PDF: as many as a hopper takes, and few enough to lay out in flat memory."""

NAMED = 100
"""Of the lines that cannot be printed, so many are named when all are refused."""

Order = Notice | ConfirmationOrder


@dataclass(frozen=True, slots=True)
class BadDocument:
    """A document that cannot be made: what asks for it, the columns at fault, and why."""

    asked: Asked
    fields: tuple[str, ...]
    message: str

    def to_json(self) -> dict[str, object]:
        """The line as it stood in the plan, and what is wrong with it: a file of such lines is a plan itself."""
        wrong = {"fields": list(self.fields), "message": self.message}
        return self.asked.line.to_json() | {str(self.asked.kind): self.asked.number} | wrong

    def __str__(self) -> str:
        return f"{self.asked.kind} {self.asked.number}, {self.asked.line.member}: {self.message}"


class BatchRefused(DataRefused):
    """Some lines cannot be printed, so no document was made.

    Attributes:
        refused: how many.
        first: the first NAMED of them.

    """

    def __init__(self, refused: int, first: tuple[BadDocument, ...]) -> None:
        super().__init__(f"{refused} document(s) cannot be made, so none was")
        self.refused = refused
        self.first = first


@dataclass(frozen=True, slots=True)
class Printed:
    """How many of each document were made, in how many files, and the numbers of what was left out."""

    notice: int
    confirmation: int
    files: int
    refused: Collection[int]

    def to_json(self) -> dict[str, int]:
        """The counts, without what was left out."""
        return {"notice": self.notice, "confirmation": self.confirmation, "files": self.files}


@dataclass(frozen=True, slots=True)
class BatchPrinter:
    """Makes the documents of a plan or of the queue, all with one 交付年月日.

    Both ways raise, and make no folder then:

        DataRefused: a line is none of a plan.
        StationeryError: a font or the insurer's particulars are missing.
        RegistryError: the database cannot serve.
        OSError: the plan cannot be read, or the folder cannot be written or is not empty.
    """

    registry: Registry
    source: Source
    stationery: Stationery
    issued_on: date

    def print_all(self, folder: Path) -> Printed:
        """Make every document in a new folder, or none. Raises BatchRefused, which names those that cannot be made."""
        with private_folder(folder) as draft:
            self._require_good()
            return self._print(_Target(draft, folder), self._orders("print", _refuse), ())

    def print_good(self, folder: Path, skip_bad: Path) -> Printed:
        """Make what can be made in a new folder; the other lines go to a file of their own, which is a plan too."""
        with private_folder(folder) as draft, private_output(skip_bad) as stream:
            refusals = _Refusals(lambda bad: stream.write(json.dumps(bad.to_json(), ensure_ascii=False) + "\n"))
            return self._print(_Target(draft, folder), self._orders("print", refusals.add), refusals.numbers)

    def _require_good(self) -> None:
        """Check the whole plan, before the first document takes its time."""
        first: list[BadDocument] = []
        refusals = _Refusals(lambda bad: first.append(bad) if len(first) < NAMED else None)
        for _ in self._orders("check", refusals.add):
            pass
        if refusals.numbers:
            raise BatchRefused(len(refusals.numbers), tuple(first))

    def _print(self, target: _Target, orders: Iterable[Order], refused: Collection[int]) -> Printed:
        notices = _Pile(Document.NOTICE, notice_pdf, target, self.stationery)
        confirmations = _Pile(Document.CONFIRMATION, confirmation_pdf, target, self.stationery)
        for order in orders:
            (notices if isinstance(order, Notice) else confirmations).put(order)
        for pile in (notices, confirmations):
            pile.flush()
        files = notices.files + confirmations.files
        return Printed(notices.documents, confirmations.documents, files, refused)

    def _orders(self, what: str, on_bad: Callable[[BadDocument], object]) -> Iterator[Order]:
        for asked in self.source.asked(what):
            if asked.change is not None:
                on_bad(BadDocument(asked, (), asked.change))
                continue
            try:
                order = self._order(asked.line)
                check_document(order, self.stationery)
            except DocumentRefused as error:
                on_bad(BadDocument(asked, error.fields, str(error)))
            else:
                yield order

    def _order(self, line: PlanLine) -> Order:
        member = self.registry.member(line.member)
        if member is None:
            raise DocumentRefused(("member",), "there is no such member in the register")
        if line.validity is None:
            return Notice(member, self.issued_on)
        return ConfirmationOrder(member, line.validity, self.issued_on)


def _refuse(document: BadDocument) -> None:
    """The register changed between the check and this line."""
    raise BatchRefused(1, (document,))


@dataclass(slots=True)
class _Refusals:
    """Remembers the numbers of what cannot be made, and hands it on."""

    take: Callable[[BadDocument], object]
    numbers: set[int] = field(default_factory=set)

    def add(self, document: BadDocument) -> None:
        self.numbers.add(document.asked.number)
        self.take(document)


@dataclass(frozen=True, slots=True)
class _Target:
    """Where files are written, and the folder that they will be in, by whose name people know it."""

    draft: Path
    folder: Path

    def write(self, name: str, pdf: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with naming(self.folder), open(os.open(self.draft / name, flags, 0o600), "wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())


@dataclass(slots=True)
class _Pile:
    """Documents of one kind until there are enough for a PDF."""

    kind: Document
    print: Callable[[Iterable[Any], Stationery], bytes]
    target: _Target
    stationery: Stationery
    waiting: list[Any] = field(default_factory=list)
    documents: int = 0
    files: int = 0

    def put(self, order: Order) -> None:
        self.waiting.append(order)
        if len(self.waiting) == BATCH:
            self.flush()

    def flush(self) -> None:
        if self.waiting:
            self.files += 1
            self.documents += len(self.waiting)
            self.target.write(f"{self.kind}-{self.files:04}.pdf", self.print(self.waiting, self.stationery))
            self.waiting.clear()
