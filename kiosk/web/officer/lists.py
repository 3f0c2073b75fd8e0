"""The list that all pages of the office share: filter, sort, pages and CSV, over rows that the session keeps.

A page's address has the column, the direction and the page's number, which say nothing of anybody. What is typed into
the filter may be a name, so it is kept with the list.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from kiosk.eligibility import folded_kana
from kiosk.spreadsheet import SpreadsheetWriter
from kiosk.web.officer.refusals import PageRefused

__all__ = [
    "PAGE",
    "ListColumn",
    "KeptList",
    "ListPage",
    "Row",
    "ListView",
    "ViewQuery",
    "csv_of",
    "csv_parts",
    "page_of",
]

PAGE: Final = 50
"""Rows on a page."""

MOST_PAGES: Final = 100_000
"""The highest page of an address: a register of five million orders fits."""

_NO_COLUMN: Final = "その列では並べ替えられません。"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: its name in addresses, and its heading."""

    name: str
    label: str


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """A row: what each cell says and by what it is sorted; ``at`` is its place in the whole list.

    ``alarming``: the names of the columns whose cells stand out, since something is wrong there.
    """

    at: int
    cells: tuple[str, ...]
    keys: tuple[str, ...]
    alarming: frozenset[str] = frozenset()


@dataclass(slots=True, repr=False)
class KeptList:
    """A list of one session: what it is of (a code for the journal), its columns and rows, and the filter."""

    what: str
    columns: tuple[ListColumn, ...]
    rows: tuple[Row, ...]
    filter: str = field(default="")


class ListView(BaseModel):
    """Which part of a list is looked at, as its address says; an empty ``sort`` is the order of the list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sort: str = Field(default="", max_length=20, pattern=r"^[a-z_]*$")
    down: bool = False
    page: int = Field(default=1, ge=1, le=MOST_PAGES)


ViewQuery = Annotated[ListView, Query()]


@dataclass(frozen=True, slots=True, repr=False)
class ListPage:
    """One page of a list: its rows, and how many rows there are in all, in the filter, and pages."""

    rows: Sequence[Row]
    page: int
    pages: int
    fitting: int
    whole: int


def page_of(kept: KeptList, view: ListView) -> ListPage:
    """Return one page; a number beyond the last one is the last one.

    Raises:
        PageRefused: The list has no such column.

    """
    rows = _sorted(kept, view)
    pages = max(1, -(-len(rows) // PAGE))
    page = min(view.page, pages)
    return ListPage(rows[(page - 1) * PAGE : page * PAGE], page, pages, len(rows), len(kept.rows))


def csv_of(kept: KeptList, view: ListView) -> bytes:
    """Return all rows in the filter as CSV (UTF-8 with a byte order mark), no cell a formula. Raises PageRefused."""
    return _csv([[column.label for column in kept.columns], *(row.cells for row in _sorted(kept, view))], first=True)


async def csv_parts(columns: Sequence[ListColumn], parts: AsyncIterator[Sequence[Row]]) -> AsyncIterator[bytes]:
    """Yield the same CSV part by part, of a list that is too long for the memory."""
    yield _csv([[column.label for column in columns]], first=True)
    async for rows in parts:
        yield _csv((row.cells for row in rows), first=False)


def _csv(lines: Iterable[Iterable[str]], *, first: bool) -> bytes:
    text = io.StringIO()
    writer = SpreadsheetWriter(text)
    for cells in lines:
        writer.writerow(cells)
    return text.getvalue().encode("utf-8-sig" if first else "utf-8")


def _sorted(kept: KeptList, view: ListView) -> list[Row]:
    rows = [row for row in kept.rows if _fits(row, kept.filter)]
    if not view.sort:
        return rows[::-1] if view.down else rows
    names = [column.name for column in kept.columns]
    if view.sort not in names:
        raise PageRefused(_NO_COLUMN)
    place = names.index(view.sort)
    return sorted(rows, key=lambda row: row.keys[place], reverse=view.down)


def _fits(row: Row, wanted: str) -> bool:
    """Return whether a cell has the text, in whatever width and form of kana."""
    if not (plain := _plain(wanted)):
        return True
    kana = folded_kana(wanted)
    return any(plain in _plain(cell) or (kana and kana in folded_kana(cell)) for cell in row.cells)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
