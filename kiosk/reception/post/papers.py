"""The folder of papers for the post: plans that wait for an answer, and the files of batches until they are posted."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.documents import FILES
from kiosk.issuance import Pile, Taken
from kiosk.reception.office_folder import remove_left, require_space

__all__ = ["LISTS", "PapersFolder"]

LISTS: Final[Mapping[Pile, tuple[str, ...]]] = {
    Pile.POST: ("manifest.csv", "left-out.csv"),
    Pile.ASIDE: ("manifest.csv", "aside.csv", "left-out.csv"),
}
"""The lists beside the papers of a pile."""


@dataclass(frozen=True, slots=True)
class _Kept:
    folder: Path
    pile: Pile


class PapersFolder:
    """The folder. What an earlier run has left in it is removed: the papers of a batch can be made again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[int, _Kept] = {}

    def remove_left(self) -> None:
        """Remove what an earlier run has left."""
        remove_left(self._path)

    def new(self) -> Path:
        """Return a path in the folder that nothing has yet. Raises OSError."""
        self._path.mkdir(mode=0o700, exist_ok=True)
        self.require_space()
        return self._path / secrets.token_hex(16)

    def require_space(self) -> None:
        """Raise OSError if the disk is full but for the journal's part."""
        require_space(self._path)

    def keep(self, folder: Path, taken: Taken) -> None:
        """Remember which batches a folder has the papers of, and remove those from before. Raises OSError."""
        found = [(pile, batch) for pile, batch in ((Pile.POST, taken.post), (Pile.ASIDE, taken.aside)) if batch]
        before = [self._kept[batch] for _, batch in found if batch in self._kept]
        self._kept.update({batch: _Kept(folder, pile) for pile, batch in found})
        for kept in before:
            self._clear(kept)
        self._sweep(folder)

    def files(self, batch: int) -> list[str]:
        """Return the names of the files of a batch that are there, the papers first."""
        kept = self._kept.get(batch)
        if kept is None:
            return []
        return [name for name in (*_papers(kept.pile), *LISTS[kept.pile]) if (kept.folder / name).is_file()]

    def kept(self, batch: int) -> tuple[Path, Pile] | None:
        """Return the folder with the papers of a batch, and their pile; None if they are not here."""
        kept = self._kept.get(batch)
        return (kept.folder, kept.pile) if kept else None

    def file(self, batch: int, name: str) -> Path | None:
        """Return a file of a batch; None if it is not there."""
        return self._kept[batch].folder / name if name in self.files(batch) else None

    def remove(self, batch: int) -> None:
        """Remove the papers of a batch, and their folder with the last of them. Raises OSError: they are still here."""
        if (kept := self._kept.get(batch)) is not None:
            _unlink(kept)
            del self._kept[batch]
            self._sweep(kept.folder)

    def _clear(self, kept: _Kept) -> None:
        _unlink(kept)
        self._sweep(kept.folder)

    def expire(self, batch: int, folder: Path) -> None:
        """Remove the papers of a batch, unless others were made since then. Raises OSError: they are still here."""
        if (kept := self._kept.get(batch)) is not None and kept.folder == folder:
            self.remove(batch)

    def _sweep(self, folder: Path) -> None:
        if all(kept.folder != folder for kept in self._kept.values()):
            shutil.rmtree(folder, ignore_errors=True)


def _unlink(kept: _Kept) -> None:
    lists = ("aside.csv",) if kept.pile is Pile.ASIDE else ()
    for name in (*_papers(kept.pile), *lists):
        (kept.folder / name).unlink(missing_ok=True)


def _papers(pile: Pile) -> list[str]:
    return [name for (of, _), names in FILES.items() if of is pile for name in names]
