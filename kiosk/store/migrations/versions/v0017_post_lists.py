"""Indexes for the queue to post at full size: one for each order of its list, and one for the batches' counts.

Each has every column that a filter of the list asks for, so a page is found and counted without the table. Programs of
schema 0011 and later go on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_FILTERED = ("document", "requested_at", "post_batch_number", "member_id")
_LISTS = {
    "order_list_number": "number",
    "order_list_document": "document",
    "order_list_asked": "requested_at",
    "order_list_by": "requested_by",
    "order_list_batch": "post_batch_number",
}


def upgrade() -> None:
    """Add the indexes."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, key in _LISTS.items():
        columns = dict.fromkeys([key, "number", *_FILTERED])
        first = sa.text(f"{key} NULLS FIRST") if postgresql and key == "post_batch_number" else key
        _add(name, "issuance_order", [first, *[one for one in columns if one != key]], "ended_at IS NULL")
    _add("order_batch_state", "issuance_order", ["post_batch_number", "ended_at"], "post_batch_number IS NOT NULL")
    withheld = "information_withheld" if postgresql else "information_withheld = 1"
    _add("version_withheld", "member_version", ["member_id", "version"], withheld)
    op.execute("INSERT INTO schema_reach (revision, oldest) VALUES ('0017', '0011')")


def _add(name: str, table: str, columns: list[str | sa.TextClause], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
