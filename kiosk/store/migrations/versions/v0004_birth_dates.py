"""An index of the members' days of birth, for a look-up by フリガナ and day."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("version_birth_date", "member_version", ["birth_date"])
