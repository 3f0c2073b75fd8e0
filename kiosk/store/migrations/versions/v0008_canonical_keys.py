"""One form of each member's key, unique in the register; and what the undoing of a file needs.

Members whose keys differ only in their spelling get no canonical key: they are named by `kiosk registry init`, and the
officer says which of them is right. Nothing is merged.

It takes programs of schema 0007 out of service, though all columns may be left out: one that gives a member another
number would leave the former one in `canonical_key`, where this program would still find it.
"""

import unicodedata
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_HYPHENS = dict.fromkeys(
    map(ord, "\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\ufe58\ufe63\uff0d"), "-"
)
_AT_ONCE = 1_000
_LONGEST = 800
"""In the one form a character of a key from before its alphabet can be up to 18: 記号 and 番号 of 20 are then 720."""

_TWINS = """
    UPDATE member SET canonical_key = NULL WHERE canonical_key IN (
        SELECT canonical_key FROM member GROUP BY canonical_key HAVING COUNT(*) > 1
    )
"""


def upgrade() -> None:
    """Add the columns, and give every member a canonical key that no other one has."""
    key = sa.String(_LONGEST).with_variant(sa.String(_LONGEST, collation="C"), "postgresql")
    op.add_column("member", sa.Column("canonical_key", key))
    op.add_column("member", sa.Column("named_batch_id", sa.Integer))
    op.add_column("member", sa.Column("confirmed_before_id", sa.Integer))
    op.add_column("import_batch", sa.Column("kind", sa.String(16), nullable=False, server_default="members"))
    op.add_column("import_batch", sa.Column("encoding", sa.String(8)))
    op.add_column("import_batch", sa.Column("report", sa.Text))
    op.add_column("import_batch", sa.Column("undone_by_id", sa.Integer))
    op.execute("UPDATE member SET canonical_key = reference")
    for changed in _spelled_otherwise():
        op.get_bind().execute(sa.text("UPDATE member SET canonical_key = :key WHERE id = :id"), changed)
    op.execute(_TWINS)
    op.create_index("member_canonical_key", "member", ["canonical_key"], unique=True)


def _spelled_otherwise() -> Iterator[list[dict[str, object]]]:
    """Yield, a number at a time, the ids and canonical keys of members whose key has another spelling."""
    rows = sa.text("SELECT id, reference FROM member WHERE id > :last ORDER BY id LIMIT :most")
    last = 0
    while found := op.get_bind().execute(rows, {"last": last, "most": _AT_ONCE}).all():
        last = found[-1].id
        changed = [{"id": row.id, "key": _canonical(row.reference)} for row in found if not row.reference.isascii()]
        if changed:
            yield changed


def _canonical(reference: str) -> str:
    return unicodedata.normalize("NFKC", reference).translate(_HYPHENS)
