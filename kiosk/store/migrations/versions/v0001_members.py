"""Members with their versions, import batches, certificate bindings, the site key's fingerprint.

The lists of codes are written out here, because a migration must not change when the program's lists do.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SEX = ("male", "female", "unset")
_RELATIONSHIP = ("self", "family")
_CARD = ("held", "never_issued", "returned", "lost")
_CERTIFICATE = ("valid", "expired", "revoked", "unknown")
_REGISTRATION = ("registered", "unregistered", "cancelled")


def upgrade() -> None:
    """Make the five tables in an empty database."""
    _import_batch()
    _member()
    _member_version()
    _certificate_binding()
    _site()


def _import_batch() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer, primary_key=True),
        _instant("recorded_at"),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("file_name_sha256", sa.String(64), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("inserted", "updated", "unchanged", "refused")),
    )


def _member() -> None:
    op.create_table(
        "member",
        sa.Column("id", sa.Integer, primary_key=True),
        _key("reference", 64),
        _key("insurer_number", 8),
        _key("symbol", 20),
        _key("number", 20),
        _key("branch", 2),
        sa.Column("confirmed_batch_id", sa.Integer, sa.ForeignKey("import_batch.id"), nullable=False),
        sa.UniqueConstraint("insurer_number", "symbol", "number", "branch", name="member_key"),
        sa.UniqueConstraint("reference", name="member_reference"),
    )


def _member_version() -> None:
    op.create_table(
        "member_version",
        sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("batch_id", sa.Integer, sa.ForeignKey("import_batch.id"), nullable=False),
        *_person(),
        *_membership(),
        *_documents(),
        _instant("recorded_at"),
        sa.Column("valid_from", sa.Date, nullable=False),
        *_possible_combinations(),
    )


def _person() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kana", sa.String(100), nullable=False),
        sa.Column("birth_date", sa.Date, nullable=False),
        _code("sex", _SEX, nullable=True),
        _code("relationship", _RELATIONSHIP, nullable=True),
        sa.Column("household_head", sa.String(100), nullable=False),
        sa.Column("postal_code", sa.String(8), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("employer", sa.String(200), nullable=False),
    )


def _membership() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("acquired_on", sa.Date, nullable=False),
        sa.Column("lost_on", sa.Date),
        sa.Column("copay_percent", sa.Integer, sa.CheckConstraint("copay_percent BETWEEN 0 AND 30")),
        sa.Column("limit_class", sa.String(20), nullable=False),
        sa.Column("filed_on", sa.Date),
        sa.Column("my_number_reported", sa.Boolean),
        sa.Column("linked_on", sa.Date),
    )


def _documents() -> tuple[sa.Column[object], ...]:
    return (
        _code("card", _CARD),
        _code("certificate", _CERTIFICATE, nullable=True),
        sa.Column("certificate_valid_until", sa.Date),
        _code("registration", _REGISTRATION),
        sa.Column("registration_ends_on", sa.Date),
        sa.Column("confirmation_requested", sa.Boolean),
        sa.Column("notice_issued_on", sa.Date),
        sa.Column("confirmation_valid_from", sa.Date),
        sa.Column("confirmation_valid_until", sa.Date),
        sa.Column("legacy_card_until", sa.Date),
    )


def _possible_combinations() -> tuple[sa.CheckConstraint, ...]:
    """Return the checks that exclude every row from which no facts could be made."""
    return (
        sa.CheckConstraint("acquired_on >= birth_date", name="acquired_after_birth"),
        sa.CheckConstraint("lost_on >= acquired_on", name="lost_after_acquired"),
        sa.CheckConstraint(
            "certificate <> 'expired' OR certificate_valid_until IS NOT NULL", name="expired_has_last_day"
        ),
        sa.CheckConstraint(
            "(confirmation_valid_from IS NULL) = (confirmation_valid_until IS NULL)", name="confirmation_has_both"
        ),
        sa.CheckConstraint("confirmation_valid_until >= confirmation_valid_from", name="confirmation_in_order"),
    )


def _certificate_binding() -> None:
    op.create_table(
        "certificate_binding",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("binding_key", sa.String(64), nullable=False),
        sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id"), nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        _instant("bound_at"),
        sa.Column("bound_by", sa.String(64), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String(64)),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
    )
    live = sa.text("ended_at IS NULL")
    for name, column in (("one_member_a_live_key", "binding_key"), ("one_live_key_a_member", "member_id")):
        op.create_index(name, "certificate_binding", [column], unique=True, sqlite_where=live, postgresql_where=live)
    op.create_index("binding_member", "certificate_binding", ["member_id"])


def _site() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1", name="one_site"), primary_key=True),
        sa.Column("key_fingerprint", sa.String(64), nullable=False),
    )


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _key(name: str, length: int) -> sa.Column[object]:
    by_bytes = sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
    return sa.Column(name, by_bytes, nullable=False)


def _code(name: str, codes: tuple[str, ...], *, nullable: bool = False) -> sa.Column[object]:
    listed = ", ".join(f"'{code}'" for code in codes)
    check = sa.CheckConstraint(f"{name} IN ({listed})", name=f"{name}_code")
    return sa.Column(name, sa.String(16), check, nullable=nullable)
