"""One PDF of many, page after page, in memory that grows by a few bytes a page: the file for a printer.

Libraries that join PDF files hold every object of all files until they write; with 190,000 pages that is gigabytes. The
parts come from `pdf.series` alone, in the classic layout (ISO 32000-1, 7.5.4), so nothing has to be understood of them
but where their objects are and to which others they refer. Each part becomes a branch of the tree of pages.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from typing import BinaryIO

__all__ = ["Volume"]

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_ROOT = re.compile(rb"/Root (\d+) 0 R")
_INFO = re.compile(rb"/Info (\d+) 0 R")
_PAGES = re.compile(rb"/Pages (\d+) 0 R")
_COUNT = re.compile(rb"/Count (\d+)")

_TREE, _CATALOG, _TITLE = 1, 2, 3
"""The numbers of the objects that are written at the end."""


class Volume:
    """A PDF that parts are added to. It can be read once `close` has been called.

    Args:
        stream: where it is written, from the beginning.

    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._offsets = array("Q", [0] * (_TITLE + 1))
        self._at = 0
        self._branches: list[int] = []
        self._info = b"<<>>"
        self.pages = 0
        """How many pages it has."""
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, part: bytes) -> None:
        """Add the pages of a PDF that `pdf.series` made in the classic layout.

        Raises:
            ValueError: it is no such PDF.
            OSError: the stream cannot be written.

        """
        found = _Part(part)
        base = len(self._offsets) - 1
        self._offsets.extend([0] * found.highest)
        for number, body in found.objects():
            if number == found.info:
                self._info = body
            elif number == found.tree:
                self._branches.append(base + number)
                self.pages += found.count(body)
                self._object(base + number, _moved(body, base)[:-2] + b"/Parent %d 0 R>>" % _TREE)
            elif number != found.catalog:
                self._object(base + number, _moved(body, base))

    def close(self) -> None:
        """Write what makes the parts one PDF."""
        kids = b" ".join(b"%d 0 R" % branch for branch in self._branches)
        self._object(_TREE, b"<</Type /Pages/Kids [%b]/Count %d>>" % (kids, self.pages))
        self._object(_CATALOG, b"<</Type /Catalog/Pages %d 0 R/Lang (ja)>>" % _TREE)
        self._object(_TITLE, self._info)
        start, size = self._at, len(self._offsets)
        self._write(b"xref\n0 %d\n" % size)
        for offset in self._offsets:
            self._write(b"%010d 00000 n \n" % offset if offset else b"0000000000 65535 f \n")
        trailer = b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R>>\n" % (size, _CATALOG, _TITLE)
        self._write(trailer + b"startxref\n%d\n%%%%EOF\n" % start)

    def _object(self, number: int, body: bytes) -> None:
        self._offsets[number] = self._at
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._at += len(data)


class _Part:
    """The objects of a PDF in the classic layout, found through its table."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        if (start := _START.search(pdf[-64:])) is None:
            raise ValueError("the PDF has no table of its objects")
        self._table = int(start[1])
        table, _, trailer = pdf[self._table :].partition(b"trailer")
        lines = table.splitlines()
        if lines[:1] != [b"xref"]:
            raise ValueError("the table of the PDF's objects is in another layout")
        self._offsets = [int(line[:10]) if line[17:18] == b"n" else 0 for line in lines[2:]]
        self.highest = len(self._offsets) - 1
        self.catalog, self.info = _number(_ROOT, trailer), _number(_INFO, trailer)
        self.tree = _number(_PAGES, dict(self.objects())[self.catalog])

    def objects(self) -> Iterator[tuple[int, bytes]]:
        """Yield each object's number and what is between `obj` and `endobj`."""
        placed = sorted((offset, number) for number, offset in enumerate(self._offsets) if offset)
        for (begin, number), end in zip(placed, [*(offset for offset, _ in placed[1:]), self._table], strict=True):
            head = b"%d 0 obj\n" % number
            yield number, self._pdf[begin + len(head) : end].rstrip(b"\n").removesuffix(b"endobj")[:-1]

    @staticmethod
    def count(tree: bytes) -> int:
        """Return how many pages a tree of pages has."""
        return _number(_COUNT, tree)


def _moved(body: bytes, base: int) -> bytes:
    """Return an object whose references are higher by `base`; the data of a stream are left alone."""
    head, stream, data = body.partition(b"\nstream\n")
    return _REFERENCE.sub(lambda found: b"%d 0 R" % (base + int(found[1])), head) + stream + data


def _number(of: re.Pattern[bytes], text: bytes) -> int:
    if (found := of.search(text)) is None:
        raise ValueError("the PDF lacks what its pages are found by")
    return int(found[1])
