"""Numbers of orders as people write them: `12`, and `101-180` for several in a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kiosk.cli.answers import refuse
from kiosk.number_ranges import ranges

__all__ = ["numbers_of", "ranges"]

_PLAIN_NUMBER = re.compile("[0-9]{1,10}")


def numbers_of(texts: Iterable[str], option: str = "NUMBER") -> Iterator[int]:
    """Yield the numbers that the texts name, one at a time however wide a range is.

    A text of another form ends the command with status 2.
    """
    for text in texts:
        first, _, last = text.partition("-")
        last = last or first
        if not all(_PLAIN_NUMBER.fullmatch(end) for end in (first, last)) or int(last) < int(first):
            refuse(f"{option}: must be a number such as 12, or a range such as 101-180, not {text!r}")
        yield from range(int(first), int(last) + 1)
