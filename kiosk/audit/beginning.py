"""Where a journal goes on when it is opened, by its last line and by what other places know of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.audit.head import Head


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where the next entry goes.

    Attributes:
        end: the entry that it follows.
        missing: an entry that was written once and is not in the file; None: none is known to be missing.

    """

    end: Head
    missing: Head | None


def contradicts(last: Head, known: Head, found: str | None) -> bool:
    """Whether a journal that ends with `last` cannot be the one in which `known` was written.

    Args:
        last: its last entry.
        known: an entry that was written, says another place.
        found: the hash of the entry in this journal under that number; None: it was not looked at so far back.

    """
    return known.sequence > last.sequence or found not in (None, known.hash)


def beginning(last: Head, missing: Sequence[Head]) -> Beginning:
    """Where to go on after `last`, when these entries are missing: never with a number that was used before."""
    newest = max(missing, key=lambda head: head.sequence, default=None)
    if newest is None:
        return Beginning(last, None)
    return Beginning(newest if newest.sequence > last.sequence else last, newest)
