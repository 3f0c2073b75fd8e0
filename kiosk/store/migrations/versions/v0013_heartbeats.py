"""A row for each kiosk that shares the register, renewed while it lives, and an index of what waits to be issued.

Programs of schema 0012 and 0011 write no such row, and go on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the index."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "kiosk_heartbeat",
        sa.Column("kiosk", sa.String(64), primary_key=True),
        sa.Column("seen_at", instant, nullable=False),
        sa.Column("clock_offset", sa.Float, nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("failure", sa.String(8)),
        sa.Column("since", instant, nullable=False),
        sa.Column("called_at", instant),
        sa.Column("last_visit_at", instant),
        sa.Column("trust_as_of", instant),
    )
    waiting = sa.text("ended_at IS NULL")
    columns = ["document", "requested_at"]
    op.create_index("order_waiting", "issuance_order", columns, sqlite_where=waiting, postgresql_where=waiting)
    op.execute("INSERT INTO schema_reach (revision, oldest) VALUES ('0013', '0011')")
