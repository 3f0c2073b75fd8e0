"""Orders for documents: what was requested, by whom, and how the order ended."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DOCUMENT = ("notice", "confirmation")
_STATE = ("open", "done", "cancelled")


def upgrade() -> None:
    """Make the table of orders and its indexes."""
    op.create_table(
        "issuance_order",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id"), nullable=False),
        *_request(),
        *_end(),
        sa.ForeignKeyConstraint(
            ["member_id", "version"], ["member_version.member_id", "member_version.version"], name="version_written"
        ),
        *_possible_combinations(),
    )
    live = sa.text("ended_at IS NULL")
    op.create_index(
        "one_open_order",
        "issuance_order",
        ["member_id", "document"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index("order_member", "issuance_order", ["member_id"])


def _request() -> tuple[sa.Column[object], ...]:
    return (
        _code("document", _DOCUMENT),
        sa.Column("reasons", sa.String(1000), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.String(64), nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
    )


def _end() -> tuple[sa.Column[object], ...]:
    return (
        _code("state", _STATE),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String(64)),
        sa.Column("ended_why", sa.String(200)),
        sa.Column("issued_on", sa.Date),
        sa.Column("version", sa.Integer),
        sa.Column("file_batch_id", sa.Integer, sa.ForeignKey("import_batch.id")),
    )


def _possible_combinations() -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint("(document = 'confirmation') = (valid_from IS NOT NULL)", name="confirmation_is_valid"),
        sa.CheckConstraint("(valid_from IS NULL) = (valid_until IS NULL)", name="validity_has_both"),
        sa.CheckConstraint("valid_until >= valid_from", name="validity_in_order"),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_at_some_time"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="order_ended_by_somebody"),
        sa.CheckConstraint("(state = 'cancelled') = (ended_why IS NOT NULL)", name="cancelled_for_a_reason"),
        sa.CheckConstraint("(state = 'done') = (issued_on IS NOT NULL)", name="done_on_a_day"),
        sa.CheckConstraint("(state = 'done') = (version IS NOT NULL)", name="done_is_in_the_register"),
        sa.CheckConstraint("file_batch_id IS NULL OR state = 'done'", name="file_knows_what_is_done"),
    )


def _code(name: str, codes: tuple[str, ...]) -> sa.Column[object]:
    listed = ", ".join(f"'{code}'" for code in codes)
    check = sa.CheckConstraint(f"{name} IN ({listed})", name=f"order_{name}_code")
    return sa.Column(name, sa.String(16), check, nullable=False)
