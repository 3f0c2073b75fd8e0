"""The lists of a batch for the post: which order is on which page of which file, and whose papers are set aside."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from pathlib import Path

from kiosk.documents.batch_source import RequestedDocument
from kiosk.documents.shelf import FILES, Shelf, durable
from kiosk.issuance import Pile, Taken

__all__ = ["ASIDE", "MANIFEST", "write_lists"]

MANIFEST, ASIDE = "manifest.csv", "aside.csv"

_MANIFEST_COLUMNS = ("batch", "order", "kind", "pile", "file", "page")
_ASIDE_COLUMNS = ("batch", "order", "kind", "member")


def write_lists(shelf: Shelf, taken: Taken, aside: Iterable[RequestedDocument]) -> None:
    """Write MANIFEST, which has no data of a person, and ASIDE if papers are set aside, into the draft of a batch."""
    _write(shelf.draft / MANIFEST, _MANIFEST_COLUMNS, _pages(shelf, taken))
    if taken.aside is not None:
        rows = ((taken.aside, one.number, one.line.issue, str(one.line.member)) for one in aside)
        _write(shelf.draft / ASIDE, _ASIDE_COLUMNS, rows)


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
