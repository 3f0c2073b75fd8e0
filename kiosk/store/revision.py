"""The schema revision of a database, read without Alembic, which the service does not need to load."""

from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table

from kiosk.store.errors import RegistryError, RegistryMismatch
from kiosk.store.transaction import reading

HEAD = "0007"
"""The revision that this program reads and writes: the newest of `migrations/versions`."""

_VERSIONS = table("alembic_version", column("version_num"))


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database; None if no migration was ever run."""
    if not inspect(connection).has_table(_VERSIONS.name):
        return None
    return connection.execute(select(_VERSIONS.c.version_num)).scalar()


def require_current(engine: Engine) -> None:
    """Raise RegistryMismatch unless the database is at exactly the schema of this program."""
    with reading(engine) as connection:
        revision = revision_of(connection)
        if revision == HEAD:
            return
        refuse_foreign(connection, revision)
    raise RegistryMismatch(
        "the schema of the register is not the one of this program; update it with `kiosk registry init`"
    )


def require_present(engine: Engine) -> None:
    """Raise RegistryError if the file of an open SQLite register does not exist any more."""
    path = engine.url.database
    if engine.dialect.name == "sqlite" and path and not Path(path).is_file():
        raise RegistryError(f"the register at {path} has been removed")


def refuse_foreign(connection: Connection, revision: str | None) -> None:
    """Raise RegistryMismatch for a database that is not a register, or that a newer program has migrated."""
    if revision is None and inspect(connection).get_table_names():
        raise RegistryMismatch("the database is not a register")
    if revision is not None and revision > HEAD:
        raise RegistryMismatch(f"the register is at revision {revision}, and this program is too old for it")
