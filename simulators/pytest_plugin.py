"""Fixtures for our tests and for those of whoever builds on the kiosk: authorities, card, readers, kiosks.

Registered as a pytest plug-in; whatever is heavy is imported by the fixture that needs it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from simulators.card import JpkiCardSimulator
    from simulators.demo import RunningKiosk, Stage
    from simulators.driver import SimulatorDriver
    from simulators.nfc_target import NfcTarget
    from simulators.pcscd import PrivatePcscd
    from simulators.pki import Authority

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
    "reader",
]


def need(lacking: Sequence[str]) -> None:
    """Skip the test where this machine lacks something; fail it where ``CI`` is set, for there nothing may lack."""
    if lacking:
        end = pytest.fail if os.environ.get("CI") else pytest.skip
        end("this machine lacks " + " and ".join(lacking))


@dataclass(frozen=True)
class Authorities:
    """The simulated certificate authorities, all made for the moment ``now``."""

    now: datetime
    user: Authority
    generations: list[Authority]
    signing: Authority
    test: Authority
    lookalike: Authority


@pytest.fixture(scope="session")
def authorities() -> Authorities:
    """The authorities of this session; ``user`` issues the certificates that are trusted."""
    from simulators import pki

    now = datetime.now(UTC)
    user = pki.user_authority(now)
    generations = pki.jpki_generations(now)
    return Authorities(now, user, generations, pki.signing_authority(now), pki.test_hierarchy(now), pki.lookalike(user))


@pytest.fixture
def card(authorities: Authorities) -> Callable[..., JpkiCardSimulator]:
    """A function that makes genuine cards; it takes the keywords of ``simulators.issuing.genuine_card``."""
    from simulators.issuing import genuine_card

    def make(**options: Any) -> JpkiCardSimulator:
        return genuine_card(authorities.user, authorities.now, **options)

    return make


@pytest.fixture
def reader() -> SimulatorDriver:
    """A simulated reader in this process, empty: ``put_card`` and ``take_card``."""
    from simulators.driver import SimulatorDriver

    return SimulatorDriver()


@pytest.fixture(scope="session")
def _private_pcscd() -> Iterator[PrivatePcscd]:
    from simulators.pcscd import PrivatePcscd, missing_parts

    need(missing_parts())
    with PrivatePcscd() as running:
        yield running


@pytest.fixture
def pcscd(_private_pcscd: PrivatePcscd, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivatePcscd]:
    """The private pcscd of this session with an empty reader: ``put``, ``take``, ``environment``, ``reader``.

    Clients that the test starts find it through the environment. In this process the PC/SC library keeps the first
    socket path it has seen: that is this one, unless the test process was a client before.
    """
    for name, value in _private_pcscd.environment.items():
        monkeypatch.setenv(name, value)
    if _private_pcscd.pid is None:
        _private_pcscd.start()
    yield _private_pcscd
    _private_pcscd.take()


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[RunningKiosk]:
    """A kiosk that serves on loopback with a simulated reader: ``url``, ``put(persona)``, ``take()``, ``stage``."""
    from simulators.demo import RunningKiosk
    from simulators.readers import plugin

    with RunningKiosk(_stage(tmp_path, "simulator"), plugin.readers) as running:
        yield running


@pytest.fixture
def pcsc_kiosk(pcscd: PrivatePcscd, tmp_path: Path) -> Iterator[RunningKiosk]:
    """The same through the true PC/SC stack: a private pcscd, vpcd, pyscard and the worker's own process."""
    from simulators.demo import RunningKiosk
    from simulators.virtual import VirtualReaders

    with RunningKiosk(_stage(tmp_path, "pcsc"), VirtualReaders(pcscd)) as running:
        yield running


@pytest.fixture
def nfc_target() -> Iterator[NfcTarget]:
    """The empty place before an nfcpy udp reader: ``put``, ``take``, ``path`` (which is the reader's name too)."""
    from simulators.nfc_target import NfcTarget

    with NfcTarget() as target:
        yield target


@pytest.fixture
def nfc_kiosk(nfc_target: NfcTarget, tmp_path: Path) -> Iterator[RunningKiosk]:
    """The kiosk through nfcpy itself: a Type B card over loopback, the worker's own process."""
    from simulators.demo import RunningKiosk

    with RunningKiosk(_stage(tmp_path, "nfc", **{"nfc.devices": [nfc_target.path]}), nfc_target) as running:
        yield running


def _stage(folder: Path, reader: str, **keys: object) -> Stage:
    from simulators.demo import set_stage
    from simulators.demo.command import free_port

    return set_stage(folder / "stage", datetime.now(UTC), reader=reader, listen=f"127.0.0.1:{free_port()}", **keys)
