"""Engines for SQLite and PostgreSQL, and how their connections are set up."""

import os
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from kiosk.store.address import parsed_address
from kiosk.store.errors import RegistryError
from kiosk.store.limits import BUSY_SECONDS, StatementLimit

WRITES = "kiosk_writes"
"""The execution option of a connection whose transaction writes."""

ALONE = "kiosk_alone"
"""The execution option of a connection whose statements each commit themselves: it begins no transaction."""

CONNECTIONS = 3
"""The most connections that one engine holds to PostgreSQL; one of them is closed as soon as it is not needed."""

_CACHE_KIBIBYTES = 65_536
_CONNECT_SECONDS = 2
"""The shortest time that psycopg accepts."""

# Without these the client waits for a network that has gone away as long as TCP does: a quarter of an hour.
_NETWORK = {
    "connect_timeout": _CONNECT_SECONDS,
    "keepalives_idle": BUSY_SECONDS,
    "keepalives_interval": BUSY_SECONDS,
    "keepalives_count": 2,
    "tcp_user_timeout": 3 * BUSY_SECONDS * 1000,
}


def engine_for(url: str, *, create: bool = False) -> Engine:
    """Return an engine. It connects later, so a missing register raises at the first transaction.

    Args:
        url: `sqlite:///PATH` or `postgresql+psycopg://...`.
        create: make the SQLite file (mode 0600) and its folder (mode 0700) if they are missing.

    Raises:
        RegistryError: the address is of another kind, the file cannot be made, or the driver for PostgreSQL is not
            installed. The message does not repeat a password in the address.

    """
    parsed = parsed_address(url)
    if parsed.drivername == "sqlite":
        if create:
            _make_file(Path(str(parsed.database)))
        return _sqlite(parsed)
    return _postgresql(parsed)


def _make_file(path: Path) -> None:
    if path.is_file():
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise RegistryError(f"cannot make {path}: {error.strerror}") from None


def _postgresql(url: URL) -> Engine:
    try:
        from kiosk.store.postgresql import bound

        engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=CONNECTIONS - 1,
            max_overflow=1,
            pool_use_lifo=True,
            pool_timeout=StatementLimit.READ,
            connect_args=_NETWORK,
        )
    except ImportError:
        raise RegistryError("PostgreSQL needs psycopg; install it with script/install --postgresql") from None
    bound(engine, StatementLimit.READ)
    event.listen(engine, "begin", _begin)
    return engine


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    path = Path(str(url.database))
    event.listen(engine, "do_connect", lambda *_: _require_file(path))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _require_file(path: Path) -> None:
    """Raise RegistryError if there is no file: SQLite would make an empty database."""
    if not path.is_file():
        raise RegistryError(f"there is no register at {path}; make it with `kiosk registry init`")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Set up a connection: WAL lets visits read while an import writes, and FULL lets writes survive a power cut.

    In WAL mode NORMAL could lose the last bindings and imports. Writes are rare: the additional fsync does not matter.
    """
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Begin a transaction, since both drivers are set to begin none themselves.

    In SQLite a writer takes the write lock at once, since waiting for it after a read could deadlock.
    """
    options = connection.get_execution_options()
    if options.get(ALONE, False):
        return
    at_once = connection.dialect.name == "sqlite" and options.get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if at_once else "BEGIN")
