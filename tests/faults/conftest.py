"""One kiosk and one pcscd for all rows of the table, with the hands of visitors, programs and accidents."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from smartcard import scard

from drivers.connection import Snapshot
from drivers.pcsc import PcscPlugin
from drivers.worker.client import Limits, ReaderPlugin
from kiosk import reader_plugins
from kiosk.reader_plugins import plugin_named
from simulators.card import JpkiCardSimulator
from simulators.cards import Card
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.demo.visitor import View, Visitor
from simulators.faults import Fault, FaultyCard, Latency, SlowCard
from simulators.nfc_target import Air, NfcTarget
from simulators.pcscd import PrivatePcscd
from simulators.people import make_card
from simulators.picc import TargetAtqb
from simulators.readers import plugin
from simulators.virtual import VirtualReaders
from tests.faults.rows import RIGHT

# The rows follow each other faster than workers die in life: the pauses must not grow.
# What is silent must be so for longer than a dialogue waits for another program.
LIMITS = Limits(read=1.6, prove=1.8, release=1.8, probe=8.0, ping_every=0.3, ping=2.0, first_pause=0.05, last_pause=0.4)
# What is lost in the air is asked for again, for as long as it takes; and nfcpy takes its time to be loaded.
LIMITS_IN_THE_AIR = Limits(first_pause=0.05, last_pause=0.4)
PATIENCE = 20.0

BRISK = """
import sys
from drivers.pcsc import connection
from drivers.worker.__main__ import main
connection._BUSY_SECONDS = 1.0
main(sys.argv[1:])
"""
"""The worker, but it waits for another program for 1 second instead of 3."""


class Witness(FaultyCard):
    """Counts the numbers that are sent to a card, whatever becomes of them."""

    def __init__(self, card: Card) -> None:
        super().__init__(card, ())
        self.numbers = 0

    def transmit(self, apdu: bytes) -> bytes:
        self.numbers += apdu[1] == 0x20 and len(apdu) > 5
        return super().transmit(apdu)


class Stand:
    """A running kiosk. ``daemon`` is its pcscd; without one its reader is in this process.

    ``witness`` sees what the card that was put down last is sent.
    """

    def __init__(self, kiosk: RunningKiosk, visitor: Visitor, daemon: PrivatePcscd | None) -> None:
        self.kiosk, self.visitor, self._daemon = kiosk, visitor, daemon
        self.witness: Witness | None = None
        self._atrs = itertools.count(1)

    @property
    def daemon(self) -> PrivatePcscd:
        assert self._daemon is not None
        return self._daemon

    def card(self) -> JpkiCardSimulator:
        """A healthy card of somebody known, with an ATR of its own: what is learnt of it concerns no other row."""
        card = make_card(self.kiosk.persona("card-works"), self.kiosk.stage.authority, self.kiosk.stage.now)
        assert isinstance(card, JpkiCardSimulator)
        body = bytes.fromhex("888001") + next(self._atrs).to_bytes(4, "big") + bytes.fromhex("B381A100")
        check = 0
        for byte in body:
            check ^= byte
        card.atr = b"\x3b" + body + bytes([check])
        return card

    def put(self, *faults: Fault, slow: float = 0.0) -> JpkiCardSimulator:
        """Put a card on the reader that has these faults, or takes so many seconds for each command."""
        card = self.card()
        lying: Card = FaultyCard(card, faults)
        self.witness = Witness(SlowCard(lying, Latency(slow, 0.0, 0.0)) if slow else lying)
        self.kiosk.put(self.witness)
        return card

    def until(self, screen: str, *codes: str, since: int = -1) -> View:
        return self.visitor.until(lambda view: view["screen"] == screen and code_in(view, codes), since)

    def enter(self, since: int, pin: str = RIGHT) -> None:
        """Wait for the key pad and type a number."""
        self.until("pin", since=since)
        self.visitor.press(action="pin", pin=pin)

    def good_visit(self) -> None:
        since = self.visitor.sequence
        self.put()
        self.enter(since)
        self.until("result_card", since=since)
        self.settle()

    def settle(self) -> None:
        """Clear the reader, and wait until the kiosk stands idle and nothing is wrong any more.

        A card that goes while its reader does too shows the idle screen for a moment before that is known.
        """
        since = self.visitor.sequence - 1
        self.kiosk.take()
        self.visitor.until(lambda view: view["screen"] == "idle" and self.visitor.now["screen"] == "idle", since)
        deadline = time.monotonic() + PATIENCE
        while (wrong := self.visitor.health()) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert wrong == []
        self.visitor.until(lambda view: view["screen"] == "idle" and self.visitor.now["screen"] == "idle", since)

    def worker(self, after: int = 0) -> int:
        """The process that runs the driver now; ``after`` another one, when that is gone."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = workers_of(os.getpid())
            if found and after not in found:
                return found[-1]
            time.sleep(0.02)
        raise TimeoutError("there is no worker, or still the one that should be gone")

    def hurt_worker(self, number: int) -> None:
        os.kill(self.worker(), number)

    def freeze(self) -> None:
        """Let pcscd hang, with whoever asks it."""
        assert self.daemon.pid is not None
        os.kill(self.daemon.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let pcscd go on."""
        assert self.daemon.pid is not None
        os.kill(self.daemon.pid, signal.SIGCONT)

    @contextmanager
    def another_program(self, share: int = scard.SCARD_SHARE_SHARED) -> Iterator[Any]:
        """A connection of somebody else to the card: handle and protocol."""
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        result, handle, protocol = scard.SCardConnect(context, self.daemon.reader, share, 3)
        assert result == scard.SCARD_S_SUCCESS
        try:
            yield handle, protocol
        finally:
            scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
            scard.SCardReleaseContext(context)


def code_in(view: View, codes: tuple[str, ...]) -> bool:
    return not codes or (view["failure"] or {}).get("code") in codes


def workers_of(service: int) -> list[int]:
    """The processes that run drivers for a service, by number."""
    tasks = Path(f"/proc/{service}/task").glob("*/children")
    children = {int(pid) for task in tasks for pid in task.read_text("ascii").split()}
    return sorted(pid for pid in children if b"drivers.worker" in _command(pid))


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _brisk(name: str) -> ReaderPlugin:
    return PcscPlugin(program=("-c", BRISK)) if name == "pcsc" else plugin_named(name)


class Field:
    """The field of an nfcpy reader, where each card is of a kind of its own; ``air`` is what the next one meets."""

    def __init__(self, target: NfcTarget) -> None:
        self.target, self.air = target, Air()
        self._kinds = itertools.count(1)

    @property
    def names(self) -> list[str]:
        return self.target.names

    def put(self, card: Card, reader: str | None = None) -> None:
        kind = TargetAtqb(next(self._kinds).to_bytes(4, "big")).with_sizes(fwi=4)
        air, self.air = self.air, Air()
        self.target.put(card, reader, atqb=kind, air=air)

    def take(self, reader: str | None = None) -> None:
        self.target.take(reader)

    def snapshot(self) -> Snapshot:
        return self.target.snapshot()


@contextmanager
def open_stand(folder: Path, daemon: PrivatePcscd | None = None, target: NfcTarget | None = None) -> Iterator[Stand]:
    """A kiosk of its own: on pcscd with a daemon that runs, on nfcpy with a target, else on the simulated reader."""
    stage = set_stage(
        folder / "stage",
        datetime.now(UTC),
        reader="pcsc" if daemon else "nfc" if target else "simulator",
        listen=f"127.0.0.1:{free_port()}",
        **{"visit.farewell": 0.2},
        **({"nfc.devices": [target.path]} if target else {}),
    )
    readers = VirtualReaders(daemon) if daemon else Field(target) if target else plugin.readers
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader_plugins, "plugin_named", _brisk)
        running = RunningKiosk(stage, readers, LIMITS_IN_THE_AIR if target else LIMITS)
    with running as kiosk, Visitor(kiosk.url, patience=PATIENCE) as visitor:
        stand = Stand(kiosk, visitor, daemon)
        stand.until("idle")
        yield stand


@pytest.fixture(scope="module")
def daemon(_private_pcscd: PrivatePcscd) -> Iterator[PrivatePcscd]:
    """The private pcscd of this session, in the environment of every worker that this module starts."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in _private_pcscd.environment.items():
            environment.setenv(name, value)
        if _private_pcscd.pid is None:
            _private_pcscd.start()
        yield _private_pcscd
        _private_pcscd.take()


@pytest.fixture(scope="module")
def stands(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Stand]]:
    """The stand of a stack, ``real``, ``nfc`` or ``simulated``; each is opened once."""
    with ExitStack() as stack:
        opened: dict[str, Stand] = {}

        def stand(name: str) -> Stand:
            if name not in opened:
                daemon = request.getfixturevalue("daemon") if name == "real" else None
                target = stack.enter_context(NfcTarget()) if name == "nfc" else None
                opened[name] = stack.enter_context(open_stand(tmp_path_factory.mktemp(name), daemon, target))
            return opened[name]

        yield stand
