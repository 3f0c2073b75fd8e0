"""Migrating a database to the schema of this program."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from kiosk.store.errors import RegistryError
from kiosk.store.limits import StatementLimit
from kiosk.store.revision import refuse_foreign, revision_of, serves
from kiosk.store.transaction import writing

_SCRIPTS = Path(__file__).with_name("migrations")


def migrate(engine: Engine) -> bool:
    """Run the missing migrations in one transaction.

    Returns:
        Whether any migration was missing.

    Raises:
        RegistryError: the database is at a revision that this program does not know, or is not a register.

    """
    with writing(engine, StatementLimit.LONG) as connection:
        before = revision_of(connection)
        if serves(connection, before):
            return False
        refuse_foreign(connection, before)
        upgrade(connection)
        return True


def upgrade(connection: Connection, revision: str = "head", scripts: Path = _SCRIPTS) -> None:
    """Run the missing migrations of a folder up to a revision.

    Raises:
        RegistryError: the migrations of this program are incomplete.

    """
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise RegistryError(f"the schema cannot be updated: {error}") from None
