"""Faults of cards, of several of them, of other programs: what is shown, with which code, how soon all is well again.

The id of a row is the name under which the list of faults refers to it. ``real`` is pcscd with vpcd, pyscard and the
worker's own process; ``simulated`` the reader in this process, where the real stack cannot show the fault (vpcd's
frames end at 65,535 bytes, and one of no bytes ends its reader) or is too slow to show all of them.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from smartcard import scard

from simulators.faults import Fault, FaultyCard
from simulators.vpcd import VpcdSlot
from tests.faults.rows import ASKED, STEPS, VERIFY, WRONG, Act, Row, check, with_faults

if TYPE_CHECKING:
    from conftest import Stand

    from simulators.card import JpkiCardSimulator


# -- what a card can answer


def statuses() -> Iterator[Row]:
    """Each at each command; on the real stack once, in turn at the READ and at the VERIFY: above it all is the same."""
    words = (0x6C10, 0x61FF, 0x6283, 0x6284, 0x6982, 0x6983, 0x6A82, 0x6D00, 0x6E00, 0x6F00, 0x6984)
    for at, step in enumerate(STEPS, start=1):
        for number, sw in enumerate(words):
            screen, code = _shown(sw, step)
            act = with_faults(Fault.status(sw, at, lasting=True), at=at)
            stack = "real" if step == ("read", "verify")[number % 2] else "simulated"
            yield Row(f"sw-{sw:04X}-at-{step}", act, screen, (code,), stack, next_card=False)


def _shown(sw: int, step: str) -> tuple[str, str]:
    """A card that is none, whose PIN is blocked, that hides its certificate, has no PIN, talks on, or refuses."""
    if step.startswith("select") and sw in {0x6982, 0x6983, 0x6984, 0x6A82, 0x6D00, 0x6E00}:
        return "not_my_number_card", "C-03"
    if sw in {0x6983, 0x6984} and step in {"ask-tries", "verify"}:
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


# -- a card that goes


def removal() -> Iterator[Row]:
    for at, step in enumerate(STEPS, start=1):
        code = "P-05" if at > ASKED else "C-01"
        act = with_faults(Fault.leaves(at), at=at)
        yield Row(f"leaves-at-{step}", act, "card_unreadable", (code,), next_card=step == "sign")


def judged_but_unseen(stand: Stand, since: int) -> JpkiCardSimulator:
    """The card judges a wrong number and is gone before it says so; when it comes back, it is asked what is left."""
    card = stand.card()
    card.power_on()
    for spent in ("00A4040C0AD392F000260100000001", "002000980439393939"):
        card.transmit(bytes.fromhex(spent))
    card.apdu_log.clear()
    stand.kiosk.put(FaultyCard(card, [Fault.leaves_after(VERIFY)]))
    stand.enter(since, WRONG)
    unknown = stand.until("card_unreadable", "P-05", since=since)
    assert card.pin_tries_left == 1
    stand.kiosk.put(card)
    stand.until("pin_last_try", "P-02", since=unknown["sequence"])
    return card


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
    """Another person's card with the same ATR, in less time than pcscd takes to look: it is sent nothing of the first.

    A wrong number, for it would cost that card a try.
    """
    first = stand.put()
    stand.until("pin", since=since)
    second = stand.card()
    second.atr = first.atr
    second.power_on()
    stand.daemon.swap(second)
    stand.visitor.press(action="pin", pin=WRONG)
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


TABLE = [
    *statuses(),
    *lengths(),
    *removal(),
    Row("leaves-after-verify", judged_but_unseen, "pin_last_try", ("P-02",), tries=1, next_card=False),
    Row("sharing-violation", held_exclusively, "reader_trouble", ("R-04",)),
    Row("others-transaction", held_in_a_transaction, "reader_trouble", ("R-04",)),
    Row("reset-between-commands", between_the_dialogues(reset), "result_card", next_card=False),
    Row("others-select-between-commands", between_the_dialogues(select_another), "result_card", next_card=False),
    Row("swapped-same-atr", swapped, "card_unreadable", ("P-05",)),
    Row("two-readers-two-cards", two_readers, "result_card", next_card=False),
    Row("fifty-times", fifty_times, "pin", stack="simulated"),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_a_fault(row: Row, stands: Callable[[str], Stand]) -> None:
    check(row, stands(row.stack))
