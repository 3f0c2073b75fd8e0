"""The tables, as the program reads and writes them; `migrations` creates them.

A member's data are never changed: each change adds a row to `member_version`, and the current version is the one with
the highest number. A key that changes leaves a row in `former_key`. The serial number of a certificate is stored
nowhere, only its `binding_key`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Computed,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)

from kiosk.decision import CardStatus, Certificate, Document, Registration
from kiosk.store.codes import OrderState, Pile, Relationship, Sex
from kiosk.store.columns import Reasons, code, false_by_default, instant, key_text

LONGEST_ACTOR = 64
"""The most characters in the name of a person who acts (`bound_by`, `requested_by`, `ended_by`, `made_by`)."""

MEMBERS = "members"
"""The kind of a file that is a member file."""

UNDO = "undo"
"""The kind of a row of `import_batch` that took another one back."""

metadata = MetaData()

import_batch = Table(
    "import_batch",
    metadata,
    Column("id", Integer, primary_key=True),
    instant("recorded_at", nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("file_name_sha256", String(64), nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Column("inserted", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("kind", String(16), nullable=False, server_default=MEMBERS),
    Column("encoding", String(8)),
    Column("report", Text),
    Column("undone_by_id", Integer),
)
"""One imported file. Its name and content are stored as SHA-256, which is enough to recognize a given file.

`kind` is MEMBERS, UNDO or a kind of feed. `report` is what the import reported, as JSON; a file from before schema 0008
has none. `undone_by_id` is the row of kind UNDO that took this file back.
"""

freshness = Table(
    "freshness",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("confirmed_batch_id", ForeignKey("import_batch.id"), nullable=False),
    Column("confirmed_before_id", Integer),
    Column("named_batch_id", Integer),
)
"""The files that named a member last: one row for all members whom the same files named (`kiosk.store.freshness`).

`confirmed_batch_id` is the newest file that had the current version, and `confirmed_before_id` the one before;
`named_batch_id` is the newest file of any kind that named the members.
"""

_KEY = "coalesce(canonical_key, twin_key)"
_WITHOUT_BRANCH = f"substr({_KEY}, 1, length({_KEY}) - 3)"
_NUMBER_KEY = f"replace(replace(replace(replace({_WITHOUT_BRANCH}, '-', ''), ' ', ''), '\u30fc', ''), '\u30fb', '')"

member = Table(
    "member",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", key_text(64), nullable=False, unique=True),
    Column("insurer_number", key_text(8), nullable=False),
    Column("symbol", key_text(20), nullable=False),
    Column("number", key_text(20), nullable=False),
    Column("branch", key_text(2), nullable=False),
    Column("freshness_id", ForeignKey("freshness.id"), nullable=False),
    Column("canonical_key", key_text(800)),
    Column("twin_key", key_text(800)),
    Column("number_key", key_text(800), Computed(_NUMBER_KEY, persisted=True)),
    UniqueConstraint("insurer_number", "symbol", "number", "branch"),
)
"""The members.

`reference` is the MemberId as text, in one column because SQLite scans the whole index for a list of four-column keys.
Files are ordered by the four columns. `canonical_key` is the same in the one form that all its spellings have; it is
empty for members who would have the same one, who have it as `twin_key` (`kiosk.eligibility.twins`). The database makes
`number_key` of either: 保険者番号, 記号 and 番号 without 枝番, and without what people write, or leave out, between
their characters; a look-up goes by it.
"""

member_version = Table(
    "member_version",
    metadata,
    Column("member_id", ForeignKey("member.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("batch_id", ForeignKey("import_batch.id"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("kana", String(100), nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("sex", code(Sex)),
    Column("relationship", code(Relationship)),
    Column("household_head", String(100), nullable=False),
    Column("postal_code", String(8), nullable=False),
    Column("address", String(300), nullable=False),
    Column("employer", String(200), nullable=False),
    Column("acquired_on", Date, nullable=False),
    Column("lost_on", Date),
    Column("copay_percent", Integer),
    Column("limit_class", String(20), nullable=False),
    Column("filed_on", Date),
    Column("my_number_reported", Boolean),
    Column("linked_on", Date),
    Column("card", code(CardStatus), nullable=False),
    Column("certificate", code(Certificate)),
    Column("certificate_valid_until", Date),
    Column("registration", code(Registration), nullable=False),
    Column("registration_ends_on", Date),
    Column("confirmation_requested", Boolean),
    Column("notice_issued_on", Date),
    Column("confirmation_valid_from", Date),
    Column("confirmation_valid_until", Date),
    Column("legacy_card_until", Date),
    false_by_default("information_withheld"),
    false_by_default("special_consideration"),
    false_by_default("pays_in_full"),
    false_by_default("card_without_pin"),
    Column("stay_until", Date),
    instant("recorded_at", nullable=False),
    Column("valid_from", Date, nullable=False),
)

former_key = Table(
    "former_key",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("member_id", ForeignKey("member.id"), nullable=False),
    Column("insurer_number", String(8), nullable=False),
    Column("symbol", String(20), nullable=False),
    Column("number", String(20), nullable=False),
    Column("branch", String(2), nullable=False),
    instant("ended_at", nullable=False),
    Column("ended_by", String(LONGEST_ACTOR), nullable=False),
)
"""The keys that members had before: the number on papers that were issued then."""

certificate_binding = Table(
    "certificate_binding",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("binding_key", String(64), nullable=False),
    Column("member_id", ForeignKey("member.id"), nullable=False),
    Column("last_day", Date, nullable=False),
    instant("bound_at", nullable=False),
    Column("bound_by", String(LONGEST_ACTOR), nullable=False),
    instant("ended_at"),
    Column("ended_by", String(LONGEST_ACTOR)),
)
"""Which certificate belongs to whom. A row is ended, never removed."""

site = Table(
    "site",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key_fingerprint", String(64), nullable=False),
)
"""At most one row: the fingerprint of the site key under which the certificates are bound."""

schema_reach = Table(
    "schema_reach",
    metadata,
    Column("revision", String(32), primary_key=True),
    Column("oldest", String(32), nullable=False),
)
"""For each revision that only added something: the oldest revision whose programs can still use the database."""

post_batch = Table(
    "post_batch",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("pile", code(Pile), nullable=False),
    instant("made_at", nullable=False),
    Column("made_by", String(LONGEST_ACTOR), nullable=False),
    Column("issued_on", Date, nullable=False),
)
"""The batches of papers: orders whose papers were made together. `issued_on` is the 交付年月日 on them."""

issuance_order = Table(
    "issuance_order",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("member_id", ForeignKey("member.id"), nullable=False),
    Column("document", code(Document), nullable=False),
    Column("reasons", Reasons(), nullable=False),
    instant("requested_at", nullable=False),
    Column("requested_by", String(LONGEST_ACTOR), nullable=False),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("state", code(OrderState), nullable=False),
    instant("ended_at"),
    Column("ended_by", String(LONGEST_ACTOR)),
    Column("ended_why", String(200)),
    Column("issued_on", Date),
    Column("version", Integer),
    Column("file_batch_id", ForeignKey("import_batch.id")),
    Column("post_batch_number", ForeignKey("post_batch.number")),
)
"""Requested documents. A row is ended, never removed.

Only a confirmation has `valid_from` and `valid_until`. `version` is the member's version that the issue has written.
`file_batch_id` is the first file that has the document too; until then the register knows it from the order only.
`post_batch_number` is the batch whose papers have the one of this order; an order is in one batch at most.
"""

journal_anchor = Table(
    "journal_anchor",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    instant("at", nullable=False),
    instant("lost_at"),
    Column("seal", String(64), nullable=False),
)
"""The last known entry of each kiosk's journal (`kiosk.audit.Anchor`); a row is replaced as the journal grows."""

kiosk_heartbeat = Table(
    "kiosk_heartbeat",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    instant("seen_at", nullable=False),
    Column("clock_offset", Float, nullable=False),
    Column("version", String(32), nullable=False),
    Column("state", String(32), nullable=False),
    Column("failure", String(8)),
    instant("since", nullable=False),
    instant("called_at"),
    instant("last_visit_at"),
    instant("trust_as_of"),
    instant("told_at"),
    Column("reasons", String(400)),
    Column("troubles", String(400)),
    Column("call_kind", String(16)),
)
"""The kiosks that share this register; each renews a row while it lives (`kiosk.eligibility.heartbeats`).

`reasons`, `troubles` (codes, separated by spaces) and `call_kind` were written by the beat at `told_at`. An older
program renews the row without them, so they hold only where `told_at` is `seen_at`.
"""

member_look = Table(
    "member_look",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    instant("looked_at", primary_key=True),
    Column("member", String(64), nullable=False),
    Column("part", String(16), nullable=False),
    Column("purpose", String(16), nullable=False),
)
"""Who looked at members, by their pseudonym in the journals (`kiosk.eligibility.looks`)."""

_NOT_IN_A_FILE = ("member_id", "version", "batch_id", "recorded_at", "valid_from")

_LIVE = text("ended_at IS NULL")
Index(
    "one_member_a_live_key", certificate_binding.c.binding_key, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
)
Index("one_live_key_a_member", certificate_binding.c.member_id, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
Index("member_canonical_key", member.c.canonical_key, unique=True)
Index("member_number_key", member.c.number_key)
Index("version_birth_date", member_version.c.birth_date)
Index("version_batch", member_version.c.batch_id)
Index("former_key_member", former_key.c.member_id)
Index("look_of_member", member_look.c.member, member_look.c.looked_at)
Index("look_age", member_look.c.looked_at)
Index("binding_member", certificate_binding.c.member_id)
Index(
    "one_open_order",
    issuance_order.c.member_id,
    issuance_order.c.document,
    unique=True,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)
Index("order_member", issuance_order.c.member_id)
Index(
    "order_waiting",
    issuance_order.c.document,
    issuance_order.c.requested_at,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)

_IN_A_BATCH = text("post_batch_number IS NOT NULL")
Index(
    "order_post_batch",
    issuance_order.c.post_batch_number,
    sqlite_where=_IN_A_BATCH,
    postgresql_where=_IN_A_BATCH,
)

KEY_NAMES = ("insurer_number", "symbol", "number", "branch")
"""The four columns of a member file that make a MemberId. For an import another key is another member."""

KEY = tuple(member.c[name] for name in KEY_NAMES)

DETAILS = tuple(column for column in member_version.columns if column.name not in _NOT_IN_A_FILE)
"""Every other column of a member file, in the order in which files are written."""

DETAIL_NAMES = tuple(column.name for column in DETAILS)

_later = member_version.alias("later")


def is_current(member_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that joins a member of this id to their current version, at any depth of a statement."""
    newest = select(func.max(_later.c.version)).where(_later.c.member_id == member_id).correlate_except(_later)
    return (member_version.c.member_id == member_id) & (member_version.c.version == newest.scalar_subquery())


IS_CURRENT = is_current(member.c.id)
"""The condition that joins a row of `member` to its current version."""
