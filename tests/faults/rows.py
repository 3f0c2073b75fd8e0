"""What a row of the tables of faults is, and how it is gone through."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulators.faults import Fault

if TYPE_CHECKING:
    from simulators.card import JpkiCardSimulator
    from tests.faults.conftest import Stand

__all__ = ["ASKED", "RIGHT", "STEPS", "VERIFY", "WRONG", "Act", "Row", "check", "with_faults"]

Act = Callable[["Stand", int], "JpkiCardSimulator | None"]
"""Bring the fault about; ``since`` is the number of the view before it. Returns the card whose tries are looked at."""

STEPS = ("select", "read", "read-on", "ask-tries", "select-again", "verify", "sign")
"""The commands of a visit, from 1; the last three come after the 暗証番号 was entered."""
ASKED = 4
VERIFY = 6
RIGHT, WRONG = "1234", "9999"


@dataclass(frozen=True)
class Row:
    """One fault: the screen and the codes that it may show, and the seconds until the kiosk serves again.

    ``ends_worker`` says that nothing else ends the fault.
    """

    id: str
    act: Act = field(repr=False)
    screen: str
    codes: tuple[str, ...] = ()
    stack: str = "real"
    within: float = 10.0
    tries: int = 3
    mend: Callable[[Stand], None] = field(default=lambda stand: None, repr=False)
    next_card: bool = True
    ends_worker: bool = False


def with_faults(*faults: Fault, at: int) -> Act:
    """Make a visit with such a card, as far as its step ``at``.

    For a fault at VERIFY the number is a wrong one: sent again, it would cost a try.
    """

    def act(stand: Stand, since: int) -> JpkiCardSimulator:
        card = stand.put(*faults)
        if at > ASKED:
            stand.enter(since, WRONG if at == VERIFY else RIGHT)
        return card

    return act


def check(row: Row, stand: Stand) -> None:
    """Bring one fault about, see what is shown, and see the kiosk serve the next card."""
    since, stand.witness = stand.visitor.sequence, None
    worker = stand.worker() if row.ends_worker else 0
    card = row.act(stand, since)
    stand.until(row.screen, *row.codes, since=since)
    if worker:
        stand.worker(after=worker)
    begun = time.monotonic()
    row.mend(stand)
    stand.settle()
    assert time.monotonic() - begun < row.within
    assert card is None or card.pin_tries_left == row.tries
    assert stand.witness is None or stand.witness.numbers <= 1
    if row.next_card:
        stand.good_visit()
