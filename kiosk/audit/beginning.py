"""Work out where a journal continues when it is opened, from its last line and from what other places know of it.

These functions are pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.audit.head import Head


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where the next entry goes.

    Attributes:
        end: The entry that the next one follows.
        missing: An entry that was once written and is not in the file; None if no such entry is known.

    """

    end: Head
    missing: Head | None


def contradicts(last: Head, known: Head, found: str | None) -> bool:
    """Return whether a journal that ends with ``last`` cannot be the one in which ``known`` was written.

    Args:
        last: The journal's last entry.
        known: An entry that was written, according to another place.
        found: The hash of the entry that has that number in this journal; None if the search did not go that far back.

    """
    return known.sequence > last.sequence or found not in (None, known.hash)


def beginning(last: Head, missing: Sequence[Head]) -> Beginning:
    """Return where to continue after ``last`` when these entries are missing; never reuse a number."""
    newest = max(missing, key=lambda head: head.sequence, default=None)
    if newest is None:
        return Beginning(last, None)
    return Beginning(newest if newest.sequence > last.sequence else last, newest)
