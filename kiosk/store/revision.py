"""The schema revision of a database, read without Alembic, which the service does not need to load.

Schemas expand first and contract later. A migration that only adds (a table, an index, a column that may be left out)
has a row in `schema_reach` with the oldest revision whose programs can go on. One that takes something away, or needs
what older programs do not write, has no row, and they are refused.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table

from kiosk.store.errors import RegistryError, RegistryMismatch, RegistrySilent
from kiosk.store.look_up import LookUp
from kiosk.store.schema import schema_reach
from kiosk.store.transaction import reading

HEAD = "0017"
"""The revision that this program reads and writes: the newest of `migrations/versions`."""

_VERSIONS = table("alembic_version", column("version_num"))
_ALLOWED = schema_reach.c.revision == _VERSIONS.c.version_num
SCHEMA = select(_VERSIONS.c.version_num, schema_reach.c.oldest).outerjoin_from(_VERSIONS, schema_reach, _ALLOWED)
"""Selects the revision of a database and the oldest one that may go on with it, for `fits`."""

_REVISION = LookUp(SCHEMA)


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database; None if no migration was ever run."""
    if not inspect(connection).has_table(_VERSIONS.name):
        return None
    return connection.execute(select(_VERSIONS.c.version_num)).scalar()


def serves(connection: Connection, revision: str | None) -> bool:
    """Return whether this program can use a database at a revision: its own, or a later one that still allows it."""
    if revision is None or revision <= HEAD or not inspect(connection).has_table(schema_reach.name):
        return revision == HEAD
    return any(fits(*found) for found in connection.execute(SCHEMA))


def fits(revision: str, oldest: str | None) -> bool:
    """Return whether this program can use a schema of that revision, if `oldest` is the oldest that may go on."""
    return revision == HEAD or (oldest is not None and oldest <= HEAD < revision)


def require_current(engine: Engine) -> None:
    """Raise RegistryMismatch unless this program can use the schema of the database."""
    if _is_well(engine):
        return
    with reading(engine) as connection:
        revision = revision_of(connection)
        if serves(connection, revision):
            return
        refuse_foreign(connection, revision)
    raise RegistryMismatch(
        "the schema of the register is not the one of this program; update it with `kiosk registry init`"
    )


def _is_well(engine: Engine) -> bool:
    """Return whether one look-up shows that the schema can be used; what else it may be needs a closer look."""
    try:
        found = _REVISION(engine, {})
    except RegistrySilent:
        raise
    except RegistryError:
        return False
    return any(fits(*one) for one in found)


def require_present(engine: Engine) -> None:
    """Raise RegistryError if the file of an open SQLite register does not exist any more."""
    path = engine.url.database
    if engine.dialect.name == "sqlite" and path and not Path(path).is_file():
        raise RegistryError(f"the register at {path} has been removed")


def refuse_foreign(connection: Connection, revision: str | None) -> None:
    """Raise RegistryMismatch for a database that is not a register, or that a newer program has migrated."""
    if revision is None and inspect(connection).get_table_names():
        raise RegistryMismatch("the database is not a register")
    if revision is not None and revision > HEAD and not serves(connection, revision):
        raise RegistryMismatch(f"the register is at revision {revision}, and this program is too old for it")
