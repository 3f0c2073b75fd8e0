"""The papers of the queue for the post: one PDF for each kind of sheet, and orders that no other batch has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

from kiosk.decision import Document
from kiosk.documents.batch import REPORTED, Printed, written_to
from kiosk.documents.batch_source import OpenOrders
from kiosk.documents.drawing import drawn
from kiosk.documents.errors import DocumentRefused, PapersLost
from kiosk.documents.manifest import write_lists
from kiosk.documents.shelf import Shelf
from kiosk.documents.sorting import OrderPapers, Sorter, Sorting, refuse
from kiosk.documents.stationery import Stationery
from kiosk.eligibility import Registry
from kiosk.interrupts import interrupts_deferred
from kiosk.issuance import Pile, PostBatch, PostBatches, Taken
from kiosk.private_files import naming, private_folder

__all__ = ["PostPrinter"]


@dataclass(slots=True)
class _Place:
    """A folder that is being filled, and the new batches that its papers belong to, once there are some."""

    draft: Path
    taken: Taken | None = None


@contextmanager
def _placed(folder: Path) -> Iterator[_Place]:
    """Make a folder as `private_folder` does. Raises PapersLost if it gets no name though its batches are there."""
    taken: Taken | None = None
    try:
        with private_folder(folder) as draft:
            place = _Place(draft)
            yield place
            taken = place.taken
    except OSError as error:
        if taken is None:
            raise
        numbers = (number for number in (taken.post, taken.aside) if number is not None)
        raise PapersLost(error, tuple(numbers)) from error


@dataclass(frozen=True, slots=True)
class PostPrinter:
    """Makes the papers of orders and takes the orders into a batch, so that nobody makes them again.

    The orders are taken when everything is written, in one transaction with the lists that name the batch; then the
    folder gets its name. Until then a kill leaves no batch and no folder. One between the two leaves a batch whose
    papers can be made again (`again`).

    Both methods raise PapersLost if the folder did not get its name after the orders were taken. They take no order and
    make no folder if they raise anything else:

        OrderRefused: an order has ended or is in another batch meanwhile, or cannot be issued on that day (DayRefused).
        StationeryError: a font or the insurer's particulars are missing.
        RegistryError: the database cannot serve.
        OSError: the folder cannot be written or is not empty, or one of the processes that share the drawing was ended
            from outside.

    Attributes:
        registry: the register.
        batches: its batches.
        source: the orders.
        stationery: what all papers share.
        issued_on: 交付年月日 on the papers.
        by: who makes them.
        now: the instant (UTC).
        again: the batch that the orders are in already, whose papers are made once more; None for a new one. Orders
            that are left out of it are released in the transaction that has its lists.
        beside: whether even a few papers are drawn in another process.

    """

    registry: Registry
    batches: PostBatches
    source: OpenOrders
    stationery: Stationery
    issued_on: date
    by: str
    now: datetime
    again: PostBatch | None = None
    beside: bool = False

    def print_all(self, folder: Path) -> Printed:
        """Make the papers of every order, or of none.

        Raises:
            BatchRefused: some cannot be made; it names them.

        """
        with ExitStack() as late, _placed(folder) as place:
            self._sorter.require_good(REPORTED)
            sorting = Sorting(refuse)
            shelf = self._drawn(place.draft, folder, sorting)
            return self._finished(shelf, sorting, late, place)

    def print_good(self, folder: Path, left_out: AbstractContextManager[TextIO | None]) -> Printed:
        """Make what can be made, and list the other orders in LEFT_OUT.

        `left_out` opens a text file that gets them as lines of a plan with their reasons; None: nobody wants those.
        An order that is left out of a batch that is made again is in no batch any more.
        """
        with ExitStack() as late, _placed(folder) as place:
            with left_out as stream:
                sorting = Sorting(written_to(stream) if stream else lambda _: None)
                shelf = self._drawn(place.draft, folder, sorting)
            return self._finished(shelf, sorting, late, place)

    @property
    def _sorter(self) -> Sorter:
        return Sorter(self.registry, self.source, self.stationery, self.issued_on, self._require_same_pile)

    def _require_same_pile(self, papers: OrderPapers) -> None:
        """Refuse what a batch for the post had before the data of the person were withheld."""
        if papers.withheld and self.again is not None and self.again.pile is Pile.POST:
            raise DocumentRefused(("information_withheld",), "is set since the batch was made; leave it out")

    def _drawn(self, draft: Path, folder: Path, sorting: Sorting) -> Shelf:
        shelf = Shelf(draft, folder, all_aside=self.again is not None and self.again.pile is Pile.ASIDE)
        sheaves = shelf.sheaves(self._sorter.sorted("print", sorting), sorting)
        with shelf.opened(), closing(drawn(sheaves, self.stationery, beside=self.beside)) as parts:
            for part in parts:
                shelf.add(part)
        return shelf

    def _finished(self, shelf: Shelf, sorting: Sorting, late: ExitStack, place: _Place) -> Printed:
        """Take the orders and write the lists; from here on signals wait until the folder has its name."""
        late.enter_context(interrupts_deferred())
        with self._taking(shelf, sorting) as taken, naming(shelf.folder):
            write_lists(shelf, taken, sorting)
        place.taken = taken if self.again is None or sorting.refused else None
        return Printed(
            notice=len(shelf.pages[Pile.POST, Document.NOTICE]),
            confirmation=len(shelf.pages[Pile.POST, Document.CONFIRMATION]),
            files=len(shelf.files),
            refused=len(sorting.refused),
            orders=tuple(shelf.orders(Pile.POST)),
            aside=tuple(sorting.aside),
            batches=taken,
        )

    def _taking(self, shelf: Shelf, sorting: Sorting) -> AbstractContextManager[Taken]:
        if self.again is not None:
            return self.batches.making_again(self.again, sorting.refused)
        post, aside = shelf.orders(Pile.POST), shelf.orders(Pile.ASIDE)
        return self.batches.taking(post, aside, self.issued_on, self.by, self.now)
