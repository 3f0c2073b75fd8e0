"""Whether a register can serve now, and which file it has imported last: one statement for both."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Engine, bindparam, select, true

from kiosk.store.errors import RegistryError, RegistrySilent
from kiosk.store.look_up import LookUp
from kiosk.store.revision import SCHEMA, fits, require_current, require_present
from kiosk.store.schema import UNDO, import_batch

_ANY_INSTANT = datetime.min.replace(tzinfo=UTC)

_IS_BELIEVED = (import_batch.c.id > bindparam("through")) | (import_batch.c.recorded_at <= bindparam("after"))
_NEWEST = (
    select(import_batch.c.id, import_batch.c.recorded_at)
    .where(import_batch.c.kind != UNDO, import_batch.c.undone_by_id.is_(None), _IS_BELIEVED)
    .order_by(import_batch.c.recorded_at.desc())
    .limit(1)
    .subquery()
)
_STATE = LookUp(SCHEMA.add_columns(_NEWEST.c.id, _NEWEST.c.recorded_at).outerjoin(_NEWEST, true()))


def newest_file(engine: Engine, through: int, after: datetime | None) -> tuple[int, datetime] | None:
    """Return the number and the instant (UTC) of the newest file; None if no file was ever imported.

    Args:
        engine: the database.
        through: files up to this number count only if they say no time later than `after`.
        after: an instant (UTC); None: every file counts.

    Raises:
        RegistryError: the database is gone, cannot be reached, or is at a schema that this program cannot use.

    """
    require_present(engine)
    believed = {"through": 0 if after is None else through, "after": after or _ANY_INSTANT}
    found = _rows(engine, believed)
    if not any(fits(revision, oldest) for revision, oldest, _, _ in found):
        require_current(engine)  # it looks closer: at a schema that is too new or too old, or at none
    return next(((number, at) for _, _, number, at in found if number is not None), None)


def _rows(engine: Engine, believed: Mapping[str, object]) -> list[tuple[str, str | None, int | None, datetime]]:
    try:
        return _STATE(engine, believed)
    except RegistrySilent:
        raise
    except RegistryError:
        require_current(engine)  # it says more of a database that is not a register
        raise
