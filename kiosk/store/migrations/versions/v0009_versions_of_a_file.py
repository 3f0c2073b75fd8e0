"""The versions that a file has written, found without reading all versions: to take it back."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; programs of schema 0008 need not know it."""
    op.create_index("version_batch", "member_version", ["batch_id", "member_id", "version"])
    op.execute("INSERT INTO schema_reach (revision, oldest) VALUES ('0009', '0008')")
