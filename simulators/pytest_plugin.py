"""Make what the fixtures of ``kiosk.pytest_plugin`` return: authorities, cards, readers, kiosks, and visits to them.

Each fixture imports its heavy parts when it is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from simulators.card import JpkiCardSimulator
    from simulators.demo import RunningKiosk, Stage
    from simulators.demo.visitor import View
    from simulators.driver import SimulatorDriver
    from simulators.nfc_target import NfcTarget
    from simulators.pcscd import PrivatePcscd
    from simulators.pki import Authority
    from simulators.terminal import SimulatedTerminal

__all__ = [
    "Authorities",
    "authorities",
    "card",
    "kiosk",
    "need",
    "nfc_kiosk",
    "nfc_target",
    "pcsc_kiosk",
    "pcscd",
    "private_pcscd",
    "reader",
    "terminal",
    "token",
    "visit",
]


def need(lacking: Sequence[str]) -> None:
    """Skip the test if this machine lacks something; fail it if ``CI`` is set, because nothing may be missing there."""
    if lacking:
        end = pytest.fail if os.environ.get("CI") else pytest.skip
        end("this machine lacks " + " and ".join(lacking))


@dataclass(frozen=True)
class Authorities:
    """The simulated certificate authorities, all made for the time ``now``."""

    now: datetime
    user: Authority
    generations: list[Authority]
    signing: Authority
    test: Authority
    lookalike: Authority


def authorities() -> Authorities:
    """Return authorities of the present time; ``user`` issues the certificates that are trusted."""
    from simulators import pki

    now = datetime.now(UTC)
    user = pki.user_authority(now)
    generations = pki.jpki_generations(now)
    return Authorities(now, user, generations, pki.signing_authority(now), pki.test_hierarchy(now), pki.lookalike(user))


def card(authorities: Authorities) -> Callable[..., JpkiCardSimulator]:
    """Return a function that makes genuine cards."""
    from simulators.issuing import genuine_card

    def make(**options: Any) -> JpkiCardSimulator:
        return genuine_card(authorities.user, authorities.now, **options)

    return make


def reader() -> SimulatorDriver:
    """Return an empty simulated reader."""
    from simulators.driver import SimulatorDriver

    return SimulatorDriver()


@contextmanager
def private_pcscd() -> Iterator[PrivatePcscd]:
    """Run a private pcscd; skip the test if this machine cannot."""
    from simulators.pcscd import PrivatePcscd, missing_parts

    need(missing_parts())
    with PrivatePcscd() as running:
        yield running


@contextmanager
def pcscd(running: PrivatePcscd, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivatePcscd]:
    """Point the clients of one test at ``running``, and leave its reader empty."""
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    if running.pid is None:
        running.start()
    yield running
    running.take()


@contextmanager
def kiosk(folder: Path) -> Iterator[RunningKiosk]:
    """Serve with a simulated reader."""
    from simulators.demo import RunningKiosk
    from simulators.readers import plugin

    with RunningKiosk(_stage(folder, "simulator"), plugin.readers) as running:
        yield running


@contextmanager
def pcsc_kiosk(pcscd: PrivatePcscd, folder: Path) -> Iterator[RunningKiosk]:
    """Serve with the reader of a private pcscd."""
    from simulators.demo import RunningKiosk
    from simulators.virtual import VirtualReaders

    with RunningKiosk(_stage(folder, "pcsc"), VirtualReaders(pcscd)) as running:
        yield running


@contextmanager
def nfc_target() -> Iterator[NfcTarget]:
    """Open the empty place in front of an nfcpy udp reader."""
    from simulators.nfc_target import NfcTarget

    with NfcTarget() as target:
        yield target


@contextmanager
def nfc_kiosk(target: NfcTarget, folder: Path) -> Iterator[RunningKiosk]:
    """Serve with nfcpy in front of ``target``."""
    from simulators.demo import RunningKiosk

    with RunningKiosk(_stage(folder, "nfc", **{"nfc.devices": [target.path]}), target) as running:
        yield running


@contextmanager
def terminal(folder: Path) -> Iterator[SimulatedTerminal]:
    """Run a simulated 資格確認端末 that knows the invented people of today, here and of other insurers."""
    from simulators.people import terminal_csv
    from simulators.people.town import JAPAN
    from simulators.terminal import SimulatedTerminal, TerminalFolders, read_members

    members = folder / "terminal.csv"
    members.write_text(terminal_csv(datetime.now(UTC).astimezone(JAPAN).date()), encoding="utf-8")
    with SimulatedTerminal(TerminalFolders.made_in(folder / "terminal"), read_members(members), delay=0) as running:
        yield running


def token(kiosk: RunningKiosk) -> str:
    """Return the token that the service has written for the callers of its API."""
    return (kiosk.stage.settings.data_dir / "api-token").read_text("ascii").strip()


def visit(kiosk: RunningKiosk) -> Callable[[str, str], View]:
    """Return a function that makes a whole visit of a persona with a 暗証番号."""
    from simulators.demo.visiting import make_visit

    return lambda persona, pin: make_visit(kiosk, persona, pin)


def _stage(folder: Path, reader: str, **keys: object) -> Stage:
    from simulators.demo import set_stage
    from simulators.demo.command import free_port

    return set_stage(folder / "stage", datetime.now(UTC), reader=reader, listen=f"127.0.0.1:{free_port()}", **keys)
