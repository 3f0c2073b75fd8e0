"""Where the registers of the tests are: SQLite, or with ``--database postgresql`` a private PostgreSQL cluster.

It is a plug-in of pytest. Every stage of invented people and every fixture of ``tests/kiosk/conftest.py`` asks it for
a database. Two marks say more: ``sqlite`` is for tests of SQLite's own file, ``both_databases`` for those that are run
on both each time.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from simulators.demo import stage
from tests.postgresql import Cluster

__all__ = ["Registers"]

KINDS = ["sqlite", "postgresql"]
_ASKING = frozenset({"registers", "register_kind", "register_url", "database", "postgresql_url", "own_cluster"})
_MAKING = frozenset({"set_stage", "RunningKiosk"})
_PLUGIN = "kiosk.pytest_plugin"
_KIOSKS = frozenset({"kiosk", "pcsc_kiosk", "nfc_kiosk"})


class Registers:
    """The databases of one session. ``kind`` is that of the test that runs."""

    def __init__(self, chosen: str) -> None:
        self.chosen = self.kind = chosen
        self._cluster: Cluster | None = None
        self._numbers = itertools.count(1)
        self._made: list[tuple[Path, str]] = []

    @property
    def cluster(self) -> Cluster:
        """The cluster of this session; it is started for the first who asks."""
        if self._cluster is None:
            self._cluster = Cluster()
            self._cluster.start()
        return self._cluster

    def url(self, folder: Path, kind: str = "") -> str:
        """Return the URL of a fresh database of this kind (of the running test's, if none is given).

        A PostgreSQL database goes with the test whose folder it was made for.
        """
        if (kind or self.kind) == "sqlite":
            return f"sqlite:///{folder / 'registry.sqlite'}"
        name = f"register_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        self._made.append((folder, name))
        return self.cluster.url(name)

    def drop(self, below: Path) -> None:
        """Drop the databases that were made for folders below this one, whoever is connected."""
        for folder, name in self._made.copy():
            if folder.is_relative_to(below):
                self._run(f"DROP DATABASE {name} WITH (FORCE)")
                self._made.remove((folder, name))

    def close(self) -> None:
        """End the cluster, if anybody asked for it."""
        if self._cluster is not None:
            self._cluster.remove()

    def _run(self, statement: str) -> None:
        admin = self.cluster.url("postgres").replace("+psycopg", "")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(statement.encode())


_KEY = pytest.StashKey[Registers]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--database``."""
    says = "where the tests keep their registers; postgresql: a private cluster, and only tests that touch a register"
    parser.addoption("--database", choices=KINDS, default="sqlite", help=says)


def pytest_configure(config: pytest.Config) -> None:
    """Make the registers of this session, and let every stage ask for one."""
    config.addinivalue_line("markers", "sqlite: is about SQLite's own file, whatever --database says")
    config.addinivalue_line("markers", "both_databases: its stage is made once in SQLite and once in PostgreSQL")
    config.stash[_KEY] = registers = Registers(config.getoption("--database"))
    patch = pytest.MonkeyPatch()
    patch.setattr(stage, "register_url", registers.url)
    config.add_cleanup(patch.undo)
    config.add_cleanup(registers.close)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks for both databases on both, or with ``--database postgresql`` on PostgreSQL alone."""
    chosen = KINDS if metafunc.config.stash[_KEY].chosen == "sqlite" else ["postgresql"]
    if "database" in metafunc.fixturenames:
        metafunc.parametrize("database", chosen, indirect=True)
    if metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("register_kind", chosen, indirect=True, scope="module")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With ``--database postgresql``, leave out what touches no register."""
    if config.stash[_KEY].chosen == "sqlite":
        return
    kept = [item for item in items if isinstance(item, pytest.Function) and _touches_a_register(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _touches_a_register(item: pytest.Function) -> bool:
    """Tell whether the test, or a fixture that it uses, can make a register."""
    if not _ASKING.isdisjoint(item.fixturenames) or _MAKING & vars(item.module).keys():
        return True
    found = item._fixtureinfo.name2fixturedefs
    homes = {(name, each.func.__module__) for name in item.fixturenames for each in found.get(name, ())[-1:]}
    return any(name in _KIOSKS if home == _PLUGIN else _makes(home) for name, home in homes)


def _makes(module: str) -> bool:
    return bool(_MAKING & vars(sys.modules[module]).keys()) if module in sys.modules else False


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say which database the test has, before its first fixture."""
    registers = item.config.stash[_KEY]
    registers.kind = registers.chosen
    if item.get_closest_marker("sqlite"):
        registers.kind = "sqlite"
    if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
        registers.kind = str(item.callspec.params.get("register_kind", registers.kind))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Drop the databases of the test's own folder, after its last fixture."""
    if isinstance(item, pytest.Function) and (folder := item.funcargs.get("tmp_path")):
        item.config.stash[_KEY].drop(folder)


@pytest.fixture(scope="session")
def registers(pytestconfig: pytest.Config) -> Registers:
    """The databases of this session."""
    return pytestconfig.stash[_KEY]


@pytest.fixture(scope="module")
def register_kind(registers: Registers, request: pytest.FixtureRequest) -> str:
    """``sqlite`` or ``postgresql``: fixtures of a wide scope ask for it, so that each kind has its own."""
    return str(request.param) if hasattr(request, "param") else registers.chosen


@pytest.fixture
def register_url(registers: Registers, register_kind: str, tmp_path: Path) -> str:
    """The URL of one empty database, for what does not depend on its kind."""
    return registers.url(tmp_path)


@pytest.fixture
def postgresql_url(registers: Registers, tmp_path: Path) -> str:
    """The URL of a fresh, empty PostgreSQL database."""
    return registers.url(tmp_path, "postgresql")


@pytest.fixture
def database(registers: Registers, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once in SQLite and once in PostgreSQL."""
    return registers.url(tmp_path, str(request.param))


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A running cluster of one test's own, for tests that stop, freeze or restart it."""
    cluster = Cluster()
    cluster.start()
    yield cluster
    cluster.remove()
