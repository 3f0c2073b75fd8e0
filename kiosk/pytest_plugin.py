"""The pytest plug-in: the names of the fixtures, and nothing else until a test asks for one.

It is registered wherever this package is installed, so every run of pytest loads it, be it of a project that has
``simulators`` or ``drivers`` of its own. Those names would then be theirs: therefore it stands under ``kiosk``, and the
fixtures themselves (``simulators.pytest_plugin``) are brought in by name when a test needs them. No other module of
``kiosk`` imports this one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import pytest

__all__ = [
    "authorities",
    "card",
    "kiosk",
    "nfc_kiosk",
    "nfc_target",
    "pcsc_kiosk",
    "pcscd",
    "reader",
    "terminal",
    "token",
    "visit",
]

_PACKAGES = ("drivers", "simulators")
_ROOT = Path(__file__).resolve().parent.parent


class _Fixtures(Protocol):
    """What ``simulators.pytest_plugin`` has for each fixture here."""

    def authorities(self) -> object: ...
    def card(self, authorities: object) -> Callable[..., object]: ...
    def reader(self) -> object: ...
    def private_pcscd(self) -> AbstractContextManager[object]: ...
    def pcscd(self, running: object, monkeypatch: pytest.MonkeyPatch) -> AbstractContextManager[object]: ...
    def kiosk(self, folder: Path) -> AbstractContextManager[object]: ...
    def pcsc_kiosk(self, pcscd: object, folder: Path) -> AbstractContextManager[object]: ...
    def nfc_target(self) -> AbstractContextManager[object]: ...
    def nfc_kiosk(self, target: object, folder: Path) -> AbstractContextManager[object]: ...
    def terminal(self, folder: Path) -> AbstractContextManager[object]: ...
    def token(self, kiosk: object) -> str: ...
    def visit(self, kiosk: object) -> Callable[..., dict[str, object]]: ...


def _fixtures() -> _Fixtures:
    """Return what the fixtures are made of; the test ends with one sentence where another package hides it."""
    for name in _PACKAGES:
        found = _place_of(name)
        if found is None or not found.is_relative_to(_ROOT / name):
            pytest.fail(_sentence(name, found), pytrace=False)
    made: _Fixtures = import_module("simulators.pytest_plugin")
    return made


def _place_of(name: str) -> Path | None:
    """Return the file or folder that ``import name`` gives here; None where it gives nothing."""
    loaded = sys.modules.get(name)
    spec = loaded.__spec__ if loaded else find_spec(name)
    if spec is None:
        return None
    place = spec.origin or next(iter(spec.submodule_search_locations or ()), None)
    return Path(place).resolve() if place else None


def _sentence(name: str, found: Path | None) -> str:
    if found is None:
        return f"the fixtures of kiosk need its package {name!r}, which is not installed beside {_ROOT / 'kiosk'}"
    return (
        f"the fixtures of kiosk need its package {name!r}, but {found} comes first on sys.path and hides it:"
        " rename that one, or start pytest so that its folder is not on sys.path"
    )


@pytest.fixture(scope="session")
def authorities() -> object:
    """Return the authorities of this session; ``user`` issues the certificates that are trusted."""
    return _fixtures().authorities()


@pytest.fixture
def card(authorities: object) -> Callable[..., object]:
    """Return a function that makes genuine cards; it takes the keywords of ``simulators.issuing.genuine_card``."""
    return _fixtures().card(authorities)


@pytest.fixture
def reader() -> object:
    """Return a simulated reader in this process, empty: ``put_card`` and ``take_card``."""
    return _fixtures().reader()


@pytest.fixture(scope="session")
def _private_pcscd() -> Iterator[object]:
    with _fixtures().private_pcscd() as running:
        yield running


@pytest.fixture
def pcscd(_private_pcscd: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Return the private pcscd of this session with an empty reader: ``put``, ``take``, ``environment``, ``reader``.

    Clients that the test starts find it through the environment. In this process the PC/SC library keeps the first
    socket path that it has seen: that is this one, unless the test process was a client before.
    """
    with _fixtures().pcscd(_private_pcscd, monkeypatch) as running:
        yield running


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[object]:
    """Serve a kiosk on loopback with a simulated reader: ``url``, ``put(persona)``, ``take()``, ``stage``."""
    with _fixtures().kiosk(tmp_path) as running:
        yield running


@pytest.fixture
def token(kiosk: object) -> str:
    """Return the token for the API of ``kiosk``, to be sent as ``Authorization: Bearer``."""
    return _fixtures().token(kiosk)


@pytest.fixture
def visit(kiosk: object) -> Callable[..., dict[str, object]]:
    """``visit(persona, pin)`` makes a whole visit to ``kiosk`` and returns the last visit object of the API."""
    return _fixtures().visit(kiosk)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[object]:
    """Run a simulated 資格確認端末 that answers at once: ``folders`` (req, res, face), ``scenario``, ``write_face``."""
    with _fixtures().terminal(tmp_path) as running:
        yield running


@pytest.fixture
def pcsc_kiosk(pcscd: object, tmp_path: Path) -> Iterator[object]:
    """Serve it through the real PC/SC stack: a private pcscd, vpcd, pyscard and the worker's own process."""
    with _fixtures().pcsc_kiosk(pcscd, tmp_path) as running:
        yield running


@pytest.fixture
def nfc_target() -> Iterator[object]:
    """Open the empty place in front of an nfcpy udp reader: ``put``, ``take``, ``path`` (also the reader's name)."""
    with _fixtures().nfc_target() as target:
        yield target


@pytest.fixture
def nfc_kiosk(nfc_target: object, tmp_path: Path) -> Iterator[object]:
    """Serve the kiosk through nfcpy itself: a Type B card over loopback, the worker's own process."""
    with _fixtures().nfc_kiosk(nfc_target, tmp_path) as running:
        yield running
