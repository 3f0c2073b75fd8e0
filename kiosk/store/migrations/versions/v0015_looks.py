"""A row for each look at a member, copied from the journals of the kiosks, so that the member reads it at any of them.

Programs of schema 0011 to 0014 write and read no such row, and go on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and its indexes."""
    op.create_table(
        "member_look",
        sa.Column("kiosk", sa.String(64), primary_key=True),
        sa.Column("sequence", sa.BigInteger, primary_key=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
    )
    op.create_index("look_of_member", "member_look", ["member", "looked_at"])
    op.create_index("look_age", "member_look", ["looked_at"])
    op.execute("INSERT INTO schema_reach (revision, oldest) VALUES ('0015', '0011')")
