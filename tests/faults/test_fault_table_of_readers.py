"""Faults of readers, of pcscd and of the worker: what is shown, with which code, how soon all is well again.

As in ``test_fault_table.py``, of which this is the other half: here somebody waits until a limit is past.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from simulators.faults import Fault
from tests.faults.rows import ASKED, STEPS, Act, Row, check, with_faults

if TYPE_CHECKING:
    from conftest import Stand

    from simulators.card import JpkiCardSimulator


# -- a card that goes silent


def silence() -> Iterator[Row]:
    for at, step in enumerate(STEPS, start=1):
        shown = ("card_unreadable", ("P-05",)) if at > ASKED else ("reader_trouble", ("R-05",))
        yield Row(f"silent-at-{step}", with_faults(Fault.silent(at), at=at), *shown, ends_worker=True)


def stuck(stand: Stand, since: int) -> JpkiCardSimulator:
    card = stand.put(Fault.silent(2))
    stand.until("reader_trouble", "R-05", since=since)
    return card


def restart(stand: Stand) -> None:
    stand.daemon.stop()
    stand.until("reader_trouble", "R-01", since=stand.visitor.sequence - 2)
    stand.daemon.start()


# -- pcscd and its readers


def service_stops(stand: Stand, since: int) -> None:
    stand.daemon.stop()


def service_stops_at(at: int) -> Act:
    def act(stand: Stand, since: int) -> JpkiCardSimulator:
        card = stand.put(Fault.silent(at))
        if at > ASKED:
            stand.enter(since)
        stand.until("checking" if at > ASKED else "reading", since=since)
        while len(card.apdu_log) < at - 1:
            time.sleep(0.01)
        stand.daemon.stop()
        return card

    return act


def service_freezes(stand: Stand, since: int) -> JpkiCardSimulator:
    card = stand.put(slow=0.2)
    stand.until("reading", since=since)
    stand.freeze()
    return card


def start(stand: Stand) -> None:
    stand.daemon.start()


def start_on_demand(stand: Stand) -> None:
    """What systemd does for a pcscd that has ended by itself: the next who asks, which is the kiosk, starts it."""
    stand.daemon.start(on_demand=True)


def start_under_another_name(stand: Stand) -> None:
    stand.daemon.rename("Virtual PCD B")
    stand.daemon.start()
    stand.good_visit()
    since = stand.visitor.sequence
    stand.daemon.stop()
    # Started again before that was noticed, it would be noticed later: between two rows.
    stand.until("reader_trouble", "R-01", since=since)
    stand.daemon.rename("Virtual PCD")
    stand.daemon.start()


def last_reader_goes(stand: Stand, since: int) -> None:
    readers: Any = stand.kiosk.readers
    readers.remove(readers.names[0])


def reader_comes_back_otherwise(stand: Stand) -> None:
    readers: Any = stand.kiosk.readers
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("dialogues ")]
    readers.add("Another port")
    stand.good_visit()
    # First the one that comes: a moment without any reader would be told, and rightly.
    readers.add("Simulated reader")
    readers.remove("Another port")


# -- the worker


def hurt(state: str, number: int) -> Act:
    def act(stand: Stand, since: int) -> JpkiCardSimulator | None:
        card = _brought_to(stand, state, since)
        stand.hurt_worker(number)
        return card

    return act


def _brought_to(stand: Stand, state: str, since: int) -> JpkiCardSimulator | None:
    match state:
        case "idle":
            return None
        case "reading":
            card = stand.put(slow=0.2)
            stand.until("reading", since=since)
        case "pin":
            card = stand.put()
            stand.until("pin", since=since)
        case "checking":
            card = stand.put(slow=0.2)
            stand.enter(since)
            stand.until("checking", since=since)
        case "result":
            card = stand.put()
            stand.enter(since)
            stand.until("result_card", since=since)
        case _:
            card = stand.put(Fault.status(0x6A82))
            stand.until("not_my_number_card", since=since)
    return card


def hurts() -> Iterator[Row]:
    for state in ("idle", "reading", "pin", "checking", "result", "failure"):
        for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP):
            shown = ("card_unreadable", ("P-05",)) if state == "checking" else ("reader_trouble", ("R-05", "R-06"))
            # Whatever ended it, its successor is the same: the next card is tried once a state.
            again = number is signal.SIGKILL
            yield Row(
                f"worker-{number.name}-in-{state}", hurt(state, number), *shown, next_card=again, ends_worker=True
            )


TABLE = [
    *silence(),
    Row("pcscd-stuck-card-taken", stuck, "reader_trouble", ("R-08",)),
    Row("pcscd-stuck-restarted", stuck, "reader_trouble", ("R-08",), mend=restart),
    Row("pcscd-stops", service_stops, "reader_trouble", ("R-01",), mend=start),
    Row("pcscd-on-demand", service_stops, "reader_trouble", ("R-01",), mend=start_on_demand),
    Row("pcscd-freezes-mid-read", service_freezes, "reader_trouble", ("R-05", "R-08"), mend=lambda stand: stand.thaw()),
    Row("pcscd-stops-mid-read", service_stops_at(2), "reader_trouble", ("R-01",), mend=start),
    Row("pcscd-stops-after-verify", service_stops_at(6), "card_unreadable", ("P-05",), mend=start),
    Row("reader-under-another-name", service_stops, "reader_trouble", ("R-01",), mend=start_under_another_name),
    Row("last-reader-unplugged", last_reader_goes, "reader_trouble", ("R-02",), "simulated",
        mend=reader_comes_back_otherwise),
    *hurts(),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_a_fault_of_a_reader(row: Row, stands: Callable[[str], Stand]) -> None:
    check(row, stands(row.stack))
