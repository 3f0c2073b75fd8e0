"""Bringing a database to the schema of this program, and telling whether it is there."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, inspect

from kiosk.eligibility.database import reading, writing
from kiosk.eligibility.errors import RegistryError

_SCRIPTS = Path(__file__).with_name("migrations")
_HINT = "`kiosk registry init`"


def migrate(engine: Engine) -> bool:
    """Run the missing steps in one transaction; returns whether there were any.

    Raises:
        RegistryError: the database is at a revision that this program does not know, or is not a register.

    """
    with writing(engine) as connection:
        before = _revision(connection)
        if before == head():
            return False
        _refuse_foreign(connection, before)
        _upgrade(connection)
        return True


def require_current(engine: Engine) -> None:
    """Raise RegistryError unless the database is at the very schema of this program."""
    with reading(engine) as connection:
        revision = _revision(connection)
        if revision != head():
            _refuse_foreign(connection, revision)
            raise RegistryError(f"the register is not at the schema of this program; bring it there with {_HINT}")


@cache
def head() -> str:
    """The revision that this program reads and writes."""
    return str(ScriptDirectory(str(_SCRIPTS)).get_current_head())


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_foreign(connection: Connection, revision: str | None) -> None:
    if revision is None and inspect(connection).get_table_names():
        raise RegistryError("the database holds something else than a register")
    known = {script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions()}
    if revision is not None and revision not in known:
        raise RegistryError(f"the register is at revision {revision}, which this program is too old for")


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise RegistryError(f"the steps of the schema cannot be run: {error}") from None
