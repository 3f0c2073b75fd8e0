"""Many documents at once: a plan into PDF files, in memory that does not grow with their number."""

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
from kiosk.documents.notice import Notice
from kiosk.documents.sorting import BadDocument, Sorter, Sorting, refuse
from kiosk.documents.stationery import Stationery
from kiosk.eligibility import Registry
from kiosk.issuance import Taken
from kiosk.private_files import naming, private_folder

__all__ = ["DOCUMENTS_PER_FILE", "REPORTED", "BatchPrinter", "Printed", "written_to"]

DOCUMENTS_PER_FILE = 100
"""As many as the hopper of a printer takes, and few enough to lay out in flat memory."""

REPORTED = 100
"""How many bad documents a BatchRefused names; all of them are counted."""

PrintedT = TypeVar("PrintedT", Notice, ConfirmationOrder)


@dataclass(frozen=True, slots=True)
class Printed:
    """What a batch has made.

    Attributes:
        notice: how many notices.
        confirmation: how many confirmations.
        files: how many PDF files hold them.
        refused: how many documents were left out.
        aside: what asks for documents of people whose data are withheld (自己情報提供不可), since it is agreed with the
            person first where each of them goes. Those of a plan are not made, those of the queue are another pile.
        orders: the numbers of the orders for the post, in their order; empty for a plan.
        batches: the batches that have the orders; none for a plan.

    """

    notice: int
    confirmation: int
    files: int
    refused: int
    orders: tuple[int, ...]
    aside: tuple[RequestedDocument, ...] = ()
    batches: Taken = Taken(None, None)

    def to_json(self) -> dict[str, int]:
        """Return the counts of what was made."""
        return {"notice": self.notice, "confirmation": self.confirmation, "files": self.files}


@dataclass(frozen=True, slots=True)
class BatchPrinter:
    """Makes the documents of a plan, all with one 交付年月日, as PDF files in a new folder.

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
            self._sorter.require_good(REPORTED)
            return self._print(_Target(draft, folder), Sorting(refuse))

    def print_good(self, folder: Path, left_out: AbstractContextManager[TextIO]) -> Printed:
        """Make what can be made; write the other lines, with reasons, to the text file that `left_out` opens."""
        with private_folder(folder) as draft, left_out as stream:
            return self._print(_Target(draft, folder), Sorting(written_to(stream)))

    @property
    def _sorter(self) -> Sorter:
        return Sorter(self.registry, self.source, self.stationery, self.issued_on)

    def _print(self, target: _Target, sorting: Sorting) -> Printed:
        notices, confirmations = _Pile[Notice](Document.NOTICE), _Pile[ConfirmationOrder](Document.CONFIRMATION)
        with closing(drawn(self._sheaves(notices, confirmations, sorting), self.stationery)) as files:
            for file in files:
                target.write(file)
        return Printed(
            notice=notices.documents,
            confirmation=confirmations.documents,
            files=notices.files + confirmations.files,
            refused=len(sorting.refused),
            orders=(),
            aside=tuple(sorting.aside),
        )

    def _sheaves(
        self, notices: _Pile[Notice], confirmations: _Pile[ConfirmationOrder], sorting: Sorting
    ) -> Iterator[Sheaf]:
        """Yield the documents that can be made, by files: each as soon as it is full, and what is left at the end."""
        for one in self._sorter.sorted("print", sorting):
            if one.withheld:
                sorting.aside.append(one.requested)
                continue
            for paper in one.papers:
                if isinstance(paper, Notice):
                    yield from notices.put(paper)
                elif isinstance(paper, ConfirmationOrder):
                    yield from confirmations.put(paper)
        yield from notices.rest()
        yield from confirmations.rest()


def written_to(stream: TextIO) -> Callable[[BadDocument], object]:
    """Return what writes documents that cannot be made into a file, as lines of a plan with their reasons."""
    return lambda bad: stream.write(json.dumps(bad.to_json(), ensure_ascii=False) + "\n")


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
