"""Which files named a member last is said once for all members whom the same files named.

Programs of an earlier schema would read it in the members' own rows, so they are refused afterwards.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_FILES = ("confirmed_batch_id", "confirmed_before_id", "named_batch_id")
_COLUMNS = "id, reference, insurer_number, symbol, number, branch, {}, canonical_key"
_SAME = " AND ".join(f"COALESCE(freshness.{name}, 0) = COALESCE(member.{name}, 0)" for name in _FILES)
_EACH_OR_0 = ", ".join(f"COALESCE({name}, 0)" for name in _FILES)
_GROUP = f"(SELECT freshness.id FROM freshness WHERE {_SAME})"  # noqa: S608 - no value of anybody's is in it


def upgrade() -> None:
    """Add the table, and let each member refer to the row with its files."""
    op.create_table(
        "freshness",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("confirmed_batch_id", sa.Integer, sa.ForeignKey("import_batch.id"), nullable=False),
        sa.Column("confirmed_before_id", sa.Integer),
        sa.Column("named_batch_id", sa.Integer),
    )
    files = ", ".join(_FILES)
    op.execute(f"INSERT INTO freshness ({files}) SELECT DISTINCT {files} FROM member")  # noqa: S608
    op.execute(f"CREATE INDEX freshness_of_files ON freshness ({_EACH_OR_0})")  # else each member reads every group
    if op.get_context().dialect.name == "sqlite":
        _refer_by_copying()
    else:
        _refer()
    op.execute("DROP INDEX freshness_of_files")


def _refer() -> None:
    op.add_column("member", sa.Column("freshness_id", sa.Integer))
    op.execute(f"UPDATE member SET freshness_id = {_GROUP}")  # noqa: S608
    op.alter_column("member", "freshness_id", nullable=False)
    op.create_foreign_key("member_freshness", "member", "freshness", ["freshness_id"], ["id"])
    for name in _FILES:
        op.drop_column("member", name)


def _refer_by_copying() -> None:
    """Make the table anew, since SQLite drops no column that refers to another table."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TEMPORARY TABLE kept_member AS SELECT {_COLUMNS.format(_GROUP)} FROM member")  # noqa: S608
    op.drop_table("member")
    op.create_table(
        "member",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.Column("insurer_number", sa.String(8), nullable=False),
        sa.Column("symbol", sa.String(20), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("branch", sa.String(2), nullable=False),
        sa.Column("freshness_id", sa.Integer, sa.ForeignKey("freshness.id"), nullable=False),
        sa.Column("canonical_key", sa.String(800)),
        sa.UniqueConstraint("insurer_number", "symbol", "number", "branch", name="member_key"),
        sa.UniqueConstraint("reference", name="member_reference"),
    )
    op.execute(f"INSERT INTO member ({_COLUMNS.format('freshness_id')}) SELECT * FROM kept_member")  # noqa: S608
    op.execute("DROP TABLE kept_member")
    op.create_index("member_canonical_key", "member", ["canonical_key"], unique=True)
