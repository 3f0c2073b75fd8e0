"""Long work in chunks, for constant memory and one statement for many rows."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

CHUNK = 1_000
"""How many rows one statement reads or writes."""


def chunks(items: Iterable[Item], most: int = CHUNK) -> Iterator[list[Item]]:
    """Yield the items in their order, so many at a time."""
    ahead = iter(items)
    while chunk := list(islice(ahead, most)):
        yield chunk
