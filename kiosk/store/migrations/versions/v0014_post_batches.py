"""Batches of papers for the post: which orders were made into papers together, by whom and when.

Programs of schema 0011 and later may go on: they make no batches, and an order without one is as it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_PILES = ("post", "aside")


def upgrade() -> None:
    """Add the table of batches, and to each order the one that it is in."""
    listed = ", ".join(f"'{pile}'" for pile in _PILES)
    op.create_table(
        "post_batch",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("pile", sa.String(16), sa.CheckConstraint(f"pile IN ({listed})", name="pile_code"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
    )
    # As text, since Alembic would add the reference by itself, which SQLite cannot.
    op.execute("ALTER TABLE issuance_order ADD COLUMN post_batch_number INTEGER REFERENCES post_batch (number)")
    taken = sa.text("post_batch_number IS NOT NULL")
    op.create_index(
        "order_post_batch", "issuance_order", ["post_batch_number"], sqlite_where=taken, postgresql_where=taken
    )
    op.execute("INSERT INTO schema_reach (revision, oldest) VALUES ('0014', '0011')")
