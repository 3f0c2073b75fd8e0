"""Drawing the files of a batch: a large one on several cores, in the order of the files."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import chain, islice

from kiosk.crew import Crew, cores
from kiosk.documents.carrier import Carrier
from kiosk.documents.confirmation import ConfirmationOrder
from kiosk.documents.notice import Notice
from kiosk.documents.pages import Paper
from kiosk.documents.pdf import carrier_pdf, confirmation_pdf, notice_pdf
from kiosk.documents.stationery import Stationery

__all__ = ["DrawnFile", "Sheaf", "drawn"]

MOST_PROCESSES = 8
"""More would wait for this process, which looks every member up and checks every entry."""

WORTH_PROCESSES = 100
"""As many documents as are drawn in the time that the processes take to start."""


@dataclass(frozen=True, slots=True)
class Sheaf:
    """The documents of one file, or of a part of it, all of one kind; and the name of the file."""

    name: str
    documents: Sequence[Paper]


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """A file, or a part of it: its name and its content."""

    name: str
    pdf: bytes


def drawn(
    sheaves: Iterator[Sheaf], stationery: Stationery, *, beside: bool = False
) -> Generator[DrawnFile, None, None]:
    """Yield a file for each sheaf, in their order; a few sheaves are in memory at a time.

    Args:
        sheaves: what is to be drawn.
        stationery: what all documents share.
        beside: whether even a few documents are drawn in another process, since this one also serves visitors.

    Raises:
        StationeryError: a font is missing.
        ChildProcessError: one of the processes was ended from outside.

    """
    first = list(islice(sheaves, 2))
    everything = chain(first, sheaves)
    processes = min(cores(), MOST_PROCESSES)
    few = len(first) < 2 or processes < 2 or sum(len(sheaf.documents) for sheaf in first) < WORTH_PROCESSES
    if few and beside and first:
        processes = 1
    elif few:
        yield from _here(everything, stationery)
        return
    with Crew(_Drawing(stationery, alone=True), processes) as crew:
        yield from crew.in_order(everything)


def _here(sheaves: Iterable[Sheaf], stationery: Stationery) -> Iterator[DrawnFile]:
    with _Drawing(stationery)() as draw:
        yield from map(draw, sheaves)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What each process does."""

    stationery: Stationery
    alone: bool = False
    """Whether the process does nothing else."""

    @contextmanager
    def __call__(self) -> Iterator[Callable[[Sheaf], DrawnFile]]:
        """Draw sheaves for as long as there are some."""
        with _collected_between_sheaves() if self.alone else nullcontext(_nothing) as collect:

            def draw(sheaf: Sheaf) -> DrawnFile:
                file = DrawnFile(sheaf.name, _pdf(sheaf, self.stationery))
                collect()
                return file

            yield draw


@contextmanager
def _collected_between_sheaves() -> Iterator[Callable[[], object]]:
    """Yield what frees the memory of a sheaf.

    The boxes of a sheaf all live until its PDF is written, so whatever the collector looks for meanwhile it does not
    find: that was a sixth of the time.
    """
    import weasyprint  # noqa: F401 - what it has made by now is never garbage

    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield gc.collect
    finally:
        gc.enable()
        gc.unfreeze()


def _nothing() -> None:
    """Leave the memory to the collector."""


def _pdf(sheaf: Sheaf, stationery: Stationery) -> bytes:
    if notices := [one for one in sheaf.documents if isinstance(one, Notice)]:
        return notice_pdf(notices, stationery)
    if carriers := [one for one in sheaf.documents if isinstance(one, Carrier)]:
        return carrier_pdf(carriers, stationery)
    return confirmation_pdf([one for one in sheaf.documents if isinstance(one, ConfirmationOrder)], stationery)
