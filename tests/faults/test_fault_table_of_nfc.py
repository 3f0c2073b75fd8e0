"""Faults that the way through the air brings: what is shown, with which code, how soon all is well again.

As in ``test_fault_table.py``, on nfcpy itself over its udp device, in the worker's own process. To such a reader a
card that is silent is one that left.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from simulators.faults import Fault
from simulators.nfc_target import Air
from tests.faults.rows import ASKED, STEPS, Act, Row, check, with_faults

if TYPE_CHECKING:
    from conftest import Stand

    from simulators.card import JpkiCardSimulator

# Not more: what is sent anew after a question would be lost again and again, and a card must be found present in time.
EVERY_FIFTH = frozenset(range(1, 300, 5))


def silence() -> Iterator[Row]:
    """No frame is answered any more, from one of the commands on."""
    for at, step in enumerate(STEPS, start=1):
        code = "P-05" if at > ASKED else "C-01"
        act = with_faults(Fault.silent(at), at=at)
        yield Row(f"silent-at-{step}-nfc", act, "card_unreadable", (code,), "nfc", next_card=step == "sign")


def bad_air(**lost: Collection[int]) -> Act:
    """A visit where every fifth frame is lost: what is repeated changes nothing."""

    def act(stand: Stand, since: int) -> JpkiCardSimulator:
        field(stand).air = Air(**lost)
        card = stand.put()
        stand.enter(since)
        stand.until("result_card", since=since)
        return card

    return act


def second_joins(stand: Stand, since: int) -> JpkiCardSimulator:
    """A second card comes into the field beside the one that was read: nothing is said to it.

    The first one proves itself. Powered off after that, it cannot be told from the other any more: the visit is over.
    """
    card, second = stand.put(), stand.card()
    stand.until("pin", since=since)
    field(stand).target.add(second)
    stand.enter(since)
    stand.until("idle", since=since)
    assert second.apdu_log == []
    return card


def hurt(number: int) -> Act:
    def act(stand: Stand, since: int) -> JpkiCardSimulator:
        card = stand.put()
        stand.until("pin", since=since)
        stand.hurt_worker(number)
        return card

    return act


def field(stand: Stand) -> Any:
    return stand.kiosk.readers


TABLE = [
    *silence(),
    Row("frames-to-the-card-lost", bad_air(lost_to_card=EVERY_FIFTH), "result_card", stack="nfc", next_card=False),
    Row("frames-of-the-card-lost", bad_air(lost_to_reader=EVERY_FIFTH), "result_card", stack="nfc", next_card=False),
    Row("frames-garbled", bad_air(garbled_to_reader=EVERY_FIFTH), "result_card", stack="nfc", next_card=False),
    Row("two-cards-in-the-field", second_joins, "idle", stack="nfc", next_card=False),
    Row("worker-SIGKILL-in-pin-nfc", hurt(signal.SIGKILL), "reader_trouble", ("R-05", "R-06"), "nfc"),
    Row("worker-SIGSEGV-in-pin-nfc", hurt(signal.SIGSEGV), "reader_trouble", ("R-05", "R-06"), "nfc"),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_a_fault_in_the_air(row: Row, stands: Callable[[str], Stand]) -> None:
    check(row, stands(row.stack))
