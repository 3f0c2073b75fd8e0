"""The versions that a file has written, found without reading all versions: to take it back.

The index has no further column: while an import fills the tables PostgreSQL has no statistics, and would look for the
versions of one member in it, through all versions of the file.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; programs of schema 0008 need not know it."""
    op.create_index("version_batch", "member_version", ["batch_id"])
    op.execute("INSERT INTO schema_reach (revision, oldest) VALUES ('0009', '0008')")
