"""Every fault of readers and cards in one table: what is shown, with which code, how soon all is well again.

The id of a row is the name under which the list of faults refers to it. ``real`` is pcscd with vpcd, pyscard and the
worker's own process; ``simulated`` the reader in this process, where the real stack cannot show the fault (vpcd's
frames end at 65,535 bytes, and one of no bytes ends its reader) or is too slow to show all of them.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from smartcard import scard

from simulators.faults import Fault
from simulators.vpcd import VpcdSlot

if TYPE_CHECKING:
    from conftest import Stand

    from simulators.card import JpkiCardSimulator

Act = Callable[["Stand", int], "JpkiCardSimulator | None"]
"""Bring the fault about; ``since`` is the number of the view before it. Returns the card whose tries are looked at."""

STEPS = ("select", "read", "read-on", "ask-tries", "select-again", "verify", "sign")
"""The commands of a visit, from 1; the last three come after the 暗証番号 was entered."""
ASKED = 4


@dataclass(frozen=True)
class Row:
    """One fault: the screen and the codes that it may show, and the seconds until the kiosk serves again."""

    id: str
    act: Act = field(repr=False)
    screen: str
    codes: tuple[str, ...] = ()
    stack: str = "real"
    within: float = 10.0
    tries: int = 3
    mend: Callable[[Stand], None] = field(default=lambda stand: None, repr=False)
    next_card: bool = True


def with_faults(*faults: Fault, at: int) -> Act:
    """Make a visit with such a card, as far as its step ``at``."""

    def act(stand: Stand, since: int) -> JpkiCardSimulator:
        card = stand.put(*faults)
        if at > ASKED:
            stand.enter(since)
        return card

    return act


# -- what a card can answer


def statuses() -> Iterator[Row]:
    """Each at each command; on the real stack once, in turn at the READ and at the VERIFY: above it all is the same."""
    words = (0x6C10, 0x61FF, 0x6283, 0x6284, 0x6982, 0x6983, 0x6A82, 0x6D00, 0x6E00, 0x6F00)
    for at, step in enumerate(STEPS, start=1):
        for number, sw in enumerate(words):
            screen, code = _shown(sw, step)
            act = with_faults(Fault.status(sw, at, lasting=True), at=at)
            stack = "real" if step == ("read", "verify")[number % 2] else "simulated"
            yield Row(f"sw-{sw:04X}-at-{step}", act, screen, (code,), stack, next_card=False)


def _shown(sw: int, step: str) -> tuple[str, str]:
    """A card that is none, whose PIN is blocked, that hides its certificate, has no PIN, talks on, or refuses."""
    if step.startswith("select") and sw in {0x6982, 0x6983, 0x6A82, 0x6D00, 0x6E00}:
        return "not_my_number_card", "C-03"
    if sw == 0x6983 and step in {"ask-tries", "verify"}:
        return "pin_blocked", "P-03"
    if sw == 0x6982 and step == "read":
        return "card_unreadable", "C-15"
    if sw == 0x6A82 and step == "ask-tries":
        return "staff_check", "C-14"
    if sw == 0x61FF and step not in {"ask-tries", "verify"}:
        return "card_unreadable", "C-04"
    return "card_unreadable", "C-05"


def lengths() -> Iterator[Row]:
    for at, step in enumerate(STEPS, start=1):
        for length in (0, 1, 2, 257, 65_538):
            screen, code = _shown_of(length, step)
            act = with_faults(Fault.answers(_bytes(length), at), at=at)
            codes = (code,) if code else ()
            yield Row(f"length-{length}-at-{step}", act, screen, codes, "simulated", next_card=False)
    for at, step in ((2, "read"), (6, "verify")):
        for length, screen, code in (
            (1, *(("result_card", "") if step == "read" else ("card_unreadable", "P-05"))),
            (2, *_shown_of(2, step)),
            (257, *_shown_of(257, step)),
        ):
            act = with_faults(Fault.answers(_bytes(length), at), at=5 if screen == "result_card" else at)
            yield Row(f"length-{length}-at-{step}-pcscd", act, screen, (code,) if code else (), next_card=False)


def _bytes(length: int) -> bytes:
    return bytes(length - 2) + b"\x90\x00" if length >= 2 else b"\x90"[:length]


def _shown_of(length: int, step: str) -> tuple[str, str]:
    """What does not hurt is 9000 without the data that nobody needs; a certificate or signature made of zeros does."""
    if length < 2:
        # No answer to VERIFY leaves open whether a try was spent.
        return "card_unreadable", "P-05" if step == "verify" else "C-04"
    match step:
        case "select":
            # Nothing was selected, whatever the card says.
            return "card_unreadable", "C-04" if length > 4096 else "C-05"
        case "read" | "read-on" if length == 2:
            return "pin", ""
        case "read-on" if length == 257:
            return "not_genuine", "C-06"
        case "ask-tries":
            return "pin", ""
        case "select-again" if length <= 257:
            return "result_card", ""
        case "verify":
            return "card_unreadable", "C-05"
        case "sign" if length == 257:
            return "not_genuine", "C-11"
        case _:
            return "card_unreadable", "C-04"


# -- a card that goes silent, or goes


def silence() -> Iterator[Row]:
    for at, step in enumerate(STEPS, start=1):
        shown = ("card_unreadable", ("P-05",)) if at > ASKED else ("reader_trouble", ("R-05",))
        yield Row(f"silent-at-{step}", with_faults(Fault.silent(at), at=at), *shown)


def removal() -> Iterator[Row]:
    for at, step in enumerate(STEPS, start=1):
        code = "P-05" if at > ASKED else "C-01"
        act = with_faults(Fault.leaves(at), at=at)
        yield Row(f"leaves-at-{step}", act, "card_unreadable", (code,), next_card=step == "sign")


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
    stand.daemon.stop()
    stand.daemon.rename("Virtual PCD")
    stand.daemon.start()


def last_reader_goes(stand: Stand, since: int) -> None:
    readers: Any = stand.kiosk.readers
    readers.remove(readers.names[0])


def reader_comes_back_otherwise(stand: Stand) -> None:
    readers: Any = stand.kiosk.readers
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("desk ")]
    readers.add("Another port")
    stand.good_visit()
    # First the one that comes: a moment without any reader would be told, and rightly.
    readers.add("Simulated reader")
    readers.remove("Another port")


# -- other programs


def held_exclusively(stand: Stand, since: int) -> JpkiCardSimulator:
    """Another program takes the card that the kiosk let go of, before the kiosk looks at it again."""
    card = stand.put()
    stand.enter(since)
    stand.until("result_card", since=since)
    with stand.another_program(scard.SCARD_SHARE_EXCLUSIVE):
        stand.hurt_worker(signal.SIGKILL)
        is_named(stand.until("reader_trouble", "R-04", since=since))
    return card


def held_in_a_transaction(stand: Stand, since: int) -> JpkiCardSimulator:
    card = stand.put()
    stand.until("pin", since=since)
    with stand.another_program() as (handle, _):
        scard.SCardBeginTransaction(handle)
        stand.visitor.press(action="pin", pin="1234")
        is_named(stand.until("reader_trouble", "R-04", since=since))
        scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)
    return card


def is_named(view: dict[str, Any]) -> None:
    reason = view["failure"]["reason"]
    assert reason.startswith("another program holds the card: ") and reason.endswith(f"({os.getpid()})")


def between_the_dialogues(interfere: Callable[[Any, Any], None]) -> Act:
    def act(stand: Stand, since: int) -> JpkiCardSimulator:
        card = stand.put()
        stand.until("pin", since=since)
        with stand.another_program() as (handle, protocol):
            interfere(handle, protocol)
        stand.enter(since)
        return card

    return act


def reset(handle: Any, _protocol: Any) -> None:
    scard.SCardReconnect(handle, scard.SCARD_SHARE_SHARED, 3, scard.SCARD_RESET_CARD)


def select_another(handle: Any, protocol: Any) -> None:
    scard.SCardTransmit(handle, protocol, list(bytes.fromhex("00A4040C07A0000001510000")))


# -- several cards


def swapped(stand: Stand, since: int) -> JpkiCardSimulator:
    """Another person's card with the same ATR, in less time than pcscd takes to look."""
    first = stand.put()
    stand.until("pin", since=since)
    second = stand.card()
    second.atr = first.atr
    second.power_on()
    stand.daemon.swap(second)
    stand.visitor.press(action="pin", pin="1234")
    return second


def two_readers(stand: Stand, since: int) -> JpkiCardSimulator:
    first = stand.put()
    stand.until("pin", since=since)
    between = stand.visitor.sequence
    with VpcdSlot(stand.daemon.port + 1) as slot:
        second = stand.card()
        slot.put(second)
        stand.enter(between)
        stand.until("result_card", since=between)
        assert first.pin_tries_left == 3
        assert not [exchange for exchange in first.apdu_log if exchange.ins == 0x2A]
    return second


def fifty_times(stand: Stand, since: int) -> JpkiCardSimulator:
    for _ in range(50):
        stand.put()
        stand.kiosk.take()
    return stand.put()


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
            yield Row(f"worker-{number.name}-in-{state}", hurt(state, number), *shown, next_card=again)


TABLE = [
    *statuses(),
    *lengths(),
    *silence(),
    Row("pcscd-stuck-card-taken", stuck, "reader_trouble", ("R-08",)),
    Row("pcscd-stuck-restarted", stuck, "reader_trouble", ("R-08",), mend=restart),
    *removal(),
    Row("pcscd-stops", service_stops, "reader_trouble", ("R-01",), mend=start),
    Row("pcscd-on-demand", service_stops, "reader_trouble", ("R-01",), mend=start_on_demand),
    Row("pcscd-freezes-mid-read", service_freezes, "reader_trouble", ("R-05", "R-08"), mend=lambda stand: stand.thaw()),
    Row("pcscd-stops-mid-read", service_stops_at(2), "reader_trouble", ("R-01",), mend=start),
    Row("pcscd-stops-after-verify", service_stops_at(6), "card_unreadable", ("P-05",), mend=start),
    Row("reader-under-another-name", service_stops, "reader_trouble", ("R-01",), mend=start_under_another_name),
    Row("last-reader-unplugged", last_reader_goes, "reader_trouble", ("R-02",), "simulated",
        mend=reader_comes_back_otherwise),
    Row("sharing-violation", held_exclusively, "reader_trouble", ("R-04",)),
    Row("others-transaction", held_in_a_transaction, "reader_trouble", ("R-04",)),
    Row("reset-between-commands", between_the_dialogues(reset), "result_card", next_card=False),
    Row("others-select-between-commands", between_the_dialogues(select_another), "result_card", next_card=False),
    Row("swapped-same-atr", swapped, "card_unreadable", ("P-05",)),
    Row("two-readers-two-cards", two_readers, "result_card", next_card=False),
    Row("fifty-times", fifty_times, "pin", stack="simulated"),
    *hurts(),
]  # fmt: skip


def check(row: Row, stand: Stand) -> None:
    """Bring one fault about, see what is shown, and see the kiosk serve the next card."""
    since = stand.visitor.sequence
    card = row.act(stand, since)
    stand.until(row.screen, *row.codes, since=since)
    assert card is None or card.pin_tries_left == row.tries
    begun = time.monotonic()
    row.mend(stand)
    stand.settle()
    assert time.monotonic() - begun < row.within
    if row.next_card:
        stand.good_visit()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_a_fault(row: Row, stands: Callable[[str], Stand]) -> None:
    check(row, stands(row.stack))
