"""What is wrong with a kiosk, and who calls there, beside its heartbeat.

Programs of schema 0013 to 0015 renew the heartbeat without these columns, and go on. `told_at` is the beat with which
they were written: where it is not the last one, an older program has beaten since, and they do not hold any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("kiosk_heartbeat", sa.Column("told_at", sa.DateTime(timezone=True)))
    op.add_column("kiosk_heartbeat", sa.Column("reasons", sa.String(400)))
    op.add_column("kiosk_heartbeat", sa.Column("troubles", sa.String(400)))
    op.add_column("kiosk_heartbeat", sa.Column("call_kind", sa.String(16)))
    op.execute("INSERT INTO schema_reach (revision, oldest) VALUES ('0016', '0011')")
