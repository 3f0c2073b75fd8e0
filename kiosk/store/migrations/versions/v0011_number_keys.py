"""保険者番号, 記号 and 番号 without hyphens, by which members are looked up as people write their numbers.

Members whose keys differ only in their spelling have the key that they share in a column of its own. A program that
does not fill it must not go on, so there is no row in `schema_reach`.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_HYPHENS = dict.fromkeys(
    map(ord, "\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\ufe58\ufe63\uff0d"), "-"
)
_KEY = "coalesce(canonical_key, twin_key)"
_WITHOUT_BRANCH = f"substr({_KEY}, 1, length({_KEY}) - 3)"
_NUMBER_KEY = f"replace(replace(replace(replace({_WITHOUT_BRANCH}, '-', ''), ' ', ''), '\u30fc', ''), '\u30fb', '')"


def upgrade() -> None:
    """Add the columns, of which the database fills one, and the index."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    key = sa.String(800).with_variant(sa.String(800, collation="C"), "postgresql")
    op.add_column("member", sa.Column("twin_key", key))
    _name_twins()
    # SQLite cannot add a column that is stored; PostgreSQL before 18 has none that is not.
    op.add_column("member", sa.Column("number_key", key, sa.Computed(_NUMBER_KEY, persisted=postgresql)))
    op.create_index("member_number_key", "member", ["number_key"])


def _name_twins() -> None:
    rows = op.get_bind().execute(sa.text("SELECT id, reference FROM member WHERE canonical_key IS NULL"))
    named = [{"id": row.id, "key": _canonical(row.reference)} for row in rows.all()]
    if named:
        op.get_bind().execute(sa.text("UPDATE member SET twin_key = :key WHERE id = :id"), named)


def _canonical(reference: str) -> str:
    return unicodedata.normalize("NFKC", reference).translate(_HYPHENS)
