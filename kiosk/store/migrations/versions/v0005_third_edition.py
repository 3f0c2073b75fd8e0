"""Columns of the decision's third edition, and the 利用登録 of which the state's data have not yet said anything.

The versions that the register has get the values of a file that leaves the new columns out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_FLAGS = ("information_withheld", "special_consideration", "pays_in_full", "card_without_pin")
_BEFORE = "registration IN ('registered', 'unregistered', 'cancelled')"
_AFTER = "registration IN ('registered', 'unregistered', 'cancelled', 'unknown')"


def upgrade() -> None:
    """Take the code `unknown`, and add the columns."""
    if op.get_context().dialect.name == "sqlite":
        _take_unknown_by_copying()
    else:
        op.drop_constraint("registration_code", "member_version", type_="check")
        op.create_check_constraint("registration_code", "member_version", _AFTER)
    for name in _FLAGS:
        op.add_column("member_version", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("member_version", sa.Column("stay_until", sa.Date))


def _take_unknown_by_copying() -> None:
    """Make the table anew, since SQLite cannot change a check. Orders refer to its rows, so they are looked at last."""
    made = op.get_bind().execute(sa.text("SELECT sql FROM sqlite_master WHERE name = 'member_version'")).scalar_one()
    if made.count(_BEFORE) != 1:
        raise RuntimeError("the table member_version was changed by something else than these migrations")
    for statement in (
        "PRAGMA defer_foreign_keys = ON",
        "CREATE TEMPORARY TABLE kept_version AS SELECT * FROM member_version",
        "DROP TABLE member_version",
        made.replace(_BEFORE, _AFTER),
        "INSERT INTO member_version SELECT * FROM kept_version",
        "DROP TABLE kept_version",
    ):
        op.execute(statement)
    op.create_index("version_birth_date", "member_version", ["birth_date"])
