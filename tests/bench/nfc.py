"""The whole check of a card through nfcpy, beside a bare loop of nfcpy's own calls.

No radio: nfcpy's ``udp`` device and the simulated card on loopback, so that what is compared is software. The bare
loop senses, activates and sends the theoretical minimum of commands through nfcpy's Type 4 tag, and lets the card go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import nfc
import nfc.clf
import nfc.tag

from drivers.jpki import CardMemory
from drivers.nfc import plugin
from drivers.nfc.driver import create
from simulators.cards import Card
from simulators.faults import Latency, SlowCard
from simulators.nfc_target import NfcTarget
from tests.bench.card import HEADINGS, LATENCY, MINIMUM, BenchCard, bench_card, check_with, compare, through_worker
from tests.bench.figures import row, series, show

__all__ = ["run"]

RUNS, SLOW_RUNS = 100, 8
_DESELECT = b"\xc2"


def _bare(target: NfcTarget, runs: int) -> list[float]:
    commands = [bytes.fromhex(text) for text in MINIMUM]
    with nfc.ContactlessFrontend(target.path) as frontend:

        def check() -> None:
            found = frontend.sense(nfc.clf.RemoteTarget("106B"))
            tag = nfc.tag.activate(frontend, found)
            for command in commands:
                assert tag.transceive(command)[-2:] in (b"\x90\x00", b"\x63\xc3")
            frontend.exchange(_DESELECT, 0.3)
            frontend.device.mute()

        return series(check, runs)


def _in_process(target: NfcTarget, runs: int) -> list[float]:
    driver, memory = create(target.options), CardMemory()
    known = driver.watch(None, 5.0)
    while not known.get(target.path) or not known[target.path].card_present:
        known = driver.watch(known, 5.0)
    return series(_checking(driver.reader(target.path), memory), runs)


def _checking(place: object, memory: CardMemory) -> Callable[[], None]:
    def check() -> None:
        with place.connect() as connection:  # type: ignore[attr-defined]
            check_with(connection, memory)
        place.release()  # type: ignore[attr-defined]

    return check


def _table(target: NfcTarget, bench: BenchCard, card: Card, *, slow: bool) -> None:
    runs = SLOW_RUNS if slow else RUNS
    target.put(card)
    bare = _bare(target, runs)
    ours = _in_process(target, runs)
    walls, apdus = asyncio.run(through_worker(plugin, target.options, target.path, bench, runs))
    rows = [
        row("bare loop of nfcpy, the minimum of APDUs", bare, str(len(MINIMUM))),
        row("our driver, in process", ours, str(apdus)),
        row("through the worker, chain and CRL and signature checked", walls, str(apdus)),
    ]
    show(f"nfc: whole check through nfcpy over udp, {LATENCY[slow]}, ms", HEADINGS, rows)
    compare(walls, bare)
    target.take()


def run() -> None:
    """Print the tables without and with the latency of a real card."""
    bench = bench_card()
    with NfcTarget() as target:
        _table(target, bench, bench.card, slow=False)
        _table(target, bench, SlowCard(bench.card, Latency()), slow=True)
