"""`kiosk document batch`: a plan into PDFs, in memory that does not grow with the plan."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.cli.registry_common import opened_input
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
from kiosk.eligibility import DataRefused, Registry, UnknownMember
from kiosk.eligibility.files import private_folder
from kiosk.issuance import PlanLine, read_plan

__all__ = ["BATCH", "print_plan"]

BATCH = 100
"""Documents in one PDF: as many as a hopper takes, and few enough to lay out in flat memory."""


def print_plan(registry: Registry, plan: Path, folder: Path, stationery: Stationery, issued_on: date) -> dict[str, int]:
    """Make the documents of a plan in a new folder; returns how many of each there are, and in how many files.

    Raises:
        DataRefused: a line is none of a plan, or its document cannot be made; it names the line. No folder was made.
        StationeryError: a font or the insurer's particulars are missing. No folder was made.
        RegistryError: the database cannot serve. No folder was made.
        OSError: the plan cannot be read, or the folder cannot be written or is not empty. No folder was made.

    """
    with private_folder(folder) as draft:
        for document in _documents(registry, plan, issued_on, "check"):
            with document.line():
                check_document(document.order, stationery)
        return _print(_documents(registry, plan, issued_on, "print"), draft, stationery)


@dataclass(frozen=True, slots=True)
class _Document:
    number: int
    order: Notice | ConfirmationOrder

    @contextmanager
    def line(self) -> Iterator[None]:
        try:
            yield
        except DocumentRefused as error:
            raise DataRefused(f"line {self.number}: {error}") from None


def _documents(registry: Registry, plan: Path, issued_on: date, what: str) -> Iterator[_Document]:
    with opened_input(str(plan), what) as stream:
        for number, line in enumerate(read_plan(stream), 1):
            yield _Document(number, _order(registry, line, number, issued_on))


def _order(registry: Registry, line: PlanLine, number: int, issued_on: date) -> Notice | ConfirmationOrder:
    member = registry.member(line.member)
    if member is None:
        raise UnknownMember(f"line {number}: there is no such member in the register")
    if line.validity is None:
        return Notice(member, issued_on)
    return ConfirmationOrder(member, line.validity, issued_on)


@dataclass(slots=True)
class _Pile:
    """Documents of one kind until there are enough for a PDF."""

    kind: Document
    print: Callable[[Iterable[Any], Stationery], bytes]
    waiting: list[Any] = field(default_factory=list)
    documents: int = 0
    files: int = 0

    def put(self, order: Notice | ConfirmationOrder, draft: Path, stationery: Stationery) -> None:
        self.waiting.append(order)
        if len(self.waiting) == BATCH:
            self.flush(draft, stationery)

    def flush(self, draft: Path, stationery: Stationery) -> None:
        if self.waiting:
            self.files += 1
            self.documents += len(self.waiting)
            _write(draft / f"{self.kind}-{self.files:04}.pdf", self.print(self.waiting, stationery))
            self.waiting.clear()


def _print(documents: Iterable[_Document], draft: Path, stationery: Stationery) -> dict[str, int]:
    notices = _Pile(Document.NOTICE, notice_pdf)
    confirmations = _Pile(Document.CONFIRMATION, confirmation_pdf)
    for document in documents:
        pile = notices if isinstance(document.order, Notice) else confirmations
        pile.put(document.order, draft, stationery)
    for pile in (notices, confirmations):
        pile.flush(draft, stationery)
    files = notices.files + confirmations.files
    return {"notice": notices.documents, "confirmation": confirmations.documents, "files": files}


def _write(path: Path, pdf: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pdf)
        file.flush()
        os.fsync(file.fileno())
