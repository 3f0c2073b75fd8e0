"""The lists of a batch for the post: which order is on which page of which file, and whose papers are set aside."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO, TextIOWrapper
from pathlib import Path

from kiosk.decision import Document
from kiosk.documents.shelf import FILES, Shelf, durable
from kiosk.documents.sorting import Sorting
from kiosk.eligibility import DataRefused
from kiosk.files import FileError, read_bounded
from kiosk.issuance import Pile, Taken

__all__ = ["ASIDE", "LEFT_OUT", "MANIFEST", "Manifest", "write_lists"]

MANIFEST, ASIDE, LEFT_OUT = "manifest.csv", "aside.csv", "left-out.csv"

_MANIFEST_COLUMNS = ("batch", "order", "kind", "pile", "file", "page")
_ASIDE_COLUMNS = ("batch", "order", "kind", "member")
_LEFT_OUT_COLUMNS = ("order", "kind", "fields")

_MOST = 64 * 1024 * 1024
"""Bytes of a manifest; one of 190,000 orders has about 9 million."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder has papers of.

    Attributes:
        batches: the number of the batch of each pile and document, in the order of FILES.
        orders: the numbers of the orders by pile.

    """

    batches: Mapping[tuple[Pile, Document], int]
    orders: Mapping[Pile, Sequence[int]]

    @classmethod
    def of(cls, folder: Path) -> Manifest:
        """Read the manifest of a folder.

        Raises:
            DataRefused: there is none that can be read, or it is none of `write_lists`.

        """
        try:
            rows = csv.reader(StringIO(read_bounded(folder / MANIFEST, _MOST).decode()))
            if tuple(next(rows, ())) != _MANIFEST_COLUMNS:
                raise DataRefused(f"{folder / MANIFEST}: is not the manifest of a batch")
            found, orders = dict[tuple[Pile, Document], int](), {pile: array("q") for pile in Pile}
            for batch, order, kind, pile, _, _ in rows:
                found[Pile(pile), Document(kind)] = int(batch)
                orders[Pile(pile)].append(int(order))
        except FileError as error:
            raise DataRefused(f"{folder / MANIFEST}: {error}") from None
        except (ValueError, OverflowError, csv.Error):
            raise DataRefused(f"{folder / MANIFEST}: is not the manifest of a batch") from None
        return cls({key: found[key] for key in FILES if key in found}, orders)

    def batch_of(self, pile: Pile) -> int | None:
        """Return the number of the batch of a pile; None if it has no papers."""
        return next((number for (of, _), number in self.batches.items() if of is pile), None)


def write_lists(shelf: Shelf, taken: Taken, sorting: Sorting) -> None:
    """Write the lists into the draft of a batch.

    MANIFEST is always there, LEFT_OUT if papers were left out, and ASIDE if papers are set aside. Only the last one has
    data of a person.
    """
    _write(shelf.draft / MANIFEST, _MANIFEST_COLUMNS, _pages(shelf, taken))
    if taken.aside is not None:
        rows = ((taken.aside, one.number, one.line.issue, str(one.line.member)) for one in sorting.aside)
        _write(shelf.draft / ASIDE, _ASIDE_COLUMNS, rows)
    if sorting.refused:
        left_out = ((number, kind, " ".join(names)) for number, (kind, names) in sorted(sorting.refused.items()))
        _write(shelf.draft / LEFT_OUT, _LEFT_OUT_COLUMNS, left_out)


def _pages(shelf: Shelf, taken: Taken) -> Iterator[tuple[object, ...]]:
    batches = {Pile.POST: taken.post, Pile.ASIDE: taken.aside}
    for (pile, kind), numbers in shelf.pages.items():
        for page, order in enumerate(numbers, 1):
            yield batches[pile], order, kind, pile, FILES[pile, kind][0], page


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with durable(path) as file:
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        text.detach()
