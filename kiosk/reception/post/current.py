"""Whether the papers that this kiosk has may go out still; the register knows, whoever changed it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from kiosk.documents import Manifest
from kiosk.eligibility import DataRefused
from kiosk.issuance import OrderRefused, Pile, PostBatch
from kiosk.reception.post.making import PostStores
from kiosk.reception.post.problems import PostProblem, PostRefused, refusal_of

__all__ = ["require_current", "spoilt_papers"]


def require_current(stores: PostStores, batch: int) -> None:
    """Check that the files of a batch may be printed and given out. Blocks, and raises RegistryError.

    Raises:
        PostRefused: they are not here, no order of the batch is open, or a paper among them must not go out any more.

    """
    try:
        stores.batches.require_current(batch, _orders_in(stores, batch))
    except OrderRefused as error:
        raise refusal_of(error) from None


def spoilt_papers(stores: PostStores, batch: PostBatch) -> Sequence[int]:
    """Return of which orders the papers here must not go out any more. Blocks."""
    try:
        printed = _orders_in(stores, batch.number)
    except PostRefused:
        return []
    return stores.batches.spoilt(batch, printed)


def _orders_in(stores: PostStores, batch: int) -> Sequence[int]:
    """Return the orders whose papers are in the files of a batch. Raises PostRefused if they are gone."""
    kept = stores.papers.kept(batch)
    try:
        if kept is not None:
            return _orders_of(*kept)
    except DataRefused:
        pass
    raise PostRefused(PostProblem.PAPERS_GONE)


@lru_cache(16)
def _orders_of(folder: Path, pile: Pile) -> Sequence[int]:
    """Read them from the manifest. The name of a folder is never used again, so what was read holds."""
    return Manifest.of(folder).orders[pile]
