"""The piles of a batch for the post, and the files for the printer: one for each pile and kind of sheet."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from kiosk.decision import Document
from kiosk.documents.drawing import DrawnFile, Sheaf
from kiosk.documents.pages import Paper
from kiosk.documents.sorting import OrderPapers, Sorting
from kiosk.documents.volume import Volume
from kiosk.issuance import Pile
from kiosk.private_files import naming

__all__ = ["FILES", "PART", "Shelf", "durable"]

PART = 100
"""How many papers are laid out together: few enough for flat memory, enough to share the fonts."""

FILES = {
    (Pile.POST, Document.NOTICE): ("notice.pdf",),
    (Pile.POST, Document.CONFIRMATION): ("confirmation.pdf", "carrier.pdf"),
    (Pile.ASIDE, Document.NOTICE): ("aside-notice.pdf",),
    (Pile.ASIDE, Document.CONFIRMATION): ("aside-confirmation.pdf", "aside-carrier.pdf"),
}
"""The files of each pile and document; those of a 資格確認書 and of its 台紙 have the same order of pages."""


@dataclass(slots=True)
class Shelf:
    """The piles, and the files they are written to. Errors name the folder that the draft will become.

    Attributes:
        draft: where the files are written.
        folder: what that will become.
        all_aside: whether every paper is set aside.
        pages: the numbers of the orders by pile and document, in the order of the pages.
        files: the PDF files by name.

    """

    draft: Path
    folder: Path
    all_aside: bool
    pages: dict[tuple[Pile, Document], array[int]] = field(default_factory=lambda: {key: array("q") for key in FILES})
    files: dict[str, Volume] = field(default_factory=dict)
    _streams: ExitStack = field(default_factory=ExitStack)

    def sheaves(self, everything: Iterable[OrderPapers], sorting: Sorting) -> Iterator[Sheaf]:
        """Yield the papers by files: some as soon as there are PART of them, and what is left at the end."""
        waiting: dict[tuple[Pile, Document], list[tuple[Paper, ...]]] = {key: [] for key in FILES}
        for one in everything:
            key = self._pile(one), one.requested.line.issue
            if key[0] is Pile.ASIDE:
                sorting.aside.append(one.requested)
            self.pages[key].append(one.requested.number)
            waiting[key].append(one.papers)
            if len(waiting[key]) == PART:
                yield from _sheaves(FILES[key], waiting[key])
        for key, rest in waiting.items():
            yield from _sheaves(FILES[key], rest)

    def _pile(self, one: OrderPapers) -> Pile:
        return Pile.ASIDE if one.withheld or self.all_aside else Pile.POST

    def orders(self, pile: Pile) -> list[int]:
        """Return the numbers of the orders of a pile, in order."""
        return sorted(number for (of, _), numbers in self.pages.items() if of is pile for number in numbers)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Finish the files when the block ends."""
        with self._streams:
            yield
            with naming(self.folder):
                for volume in self.files.values():
                    volume.close()
                self._streams.close()

    def add(self, part: DrawnFile) -> None:
        """Add pages to a file, which is made with its first ones."""
        with naming(self.folder):
            if part.name not in self.files:
                stream = self._streams.enter_context(durable(self.draft / part.name))
                self.files[part.name] = Volume(stream)
            self.files[part.name].add(part.pdf)


@contextmanager
def durable(path: Path) -> Iterator[BinaryIO]:
    """Make a private file that is on the disk when the block ends."""
    file = open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    try:
        yield file
        file.flush()
        os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):  # what is left in the buffer may not fit on a full disk either
            file.close()
        raise
    file.close()


def _sheaves(names: Sequence[str], waiting: list[tuple[Paper, ...]]) -> Iterator[Sheaf]:
    """Yield one sheaf for each of the files, if any papers wait, which then wait no more."""
    columns = list(zip(*waiting, strict=True))
    waiting.clear()
    for name, papers in zip(names, columns, strict=False):
        yield Sheaf(name, papers)
