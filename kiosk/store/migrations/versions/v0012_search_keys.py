"""フリガナ, 氏名 and 事業所名 by their beginning: an officer finds members by them, and no table is read whole.

The indexes are on expressions, so the tables stay as they are, and programs of schema 0011 go on.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_BLANKS = " \u3000"
_LEFT_OUT = {"name": _BLANKS, "kana": f"{_BLANKS}\u30fc\uff70\u30fb\uff65", "employer": _BLANKS}


def upgrade() -> None:
    """Add the indexes; programs of schema 0011 need not know them."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, left_out in _LEFT_OUT.items():
        key = name
        for character in left_out:
            key = f"replace({key}, '{character}', '')"
        key = f'({key} COLLATE "C")' if postgresql else key
        op.execute(f"CREATE INDEX version_{name}_key ON member_version ({key})")
    op.execute("INSERT INTO schema_reach (revision, oldest) VALUES ('0012', '0011')")
