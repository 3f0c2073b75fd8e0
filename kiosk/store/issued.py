"""Issued documents that the insurer's files do not know yet.

A finished order writes the document into the register at once, but the insurer's files may have it only weeks later, or
never. Until then a file with the value from before the issue is out of date: if it were imported as it is, the document
would be issued again. Any other value comes from the insurer, and from then on the files are right again.
"""

from sqlalchemy import Connection, Update, and_, bindparam, exists, select, update

from kiosk.decision import Document
from kiosk.store.schema import issuance_order, member_version
from kiosk.store.staging import incoming, matched

__all__ = ["COLUMNS_OF", "IS_UNKNOWN", "keep_issued"]

COLUMNS_OF = {
    Document.NOTICE: ("notice_issued_on",),
    Document.CONFIRMATION: ("confirmation_valid_from", "confirmation_valid_until"),
}
"""The columns of a member file that each document sets."""

IS_UNKNOWN = issuance_order.c.issued_on.is_not(None) & issuance_order.c.file_batch_id.is_(None)
"""The condition that no file has had the document of a finished order yet."""


def keep_issued(connection: Connection, batch: int) -> bool:
    """Correct the lines in `incoming` for documents that were issued and that the file does not have yet.

    Args:
        connection: a writing transaction with the members of the lines in `matched`. An order whose document the file
            has is marked with the file.
        batch: the number of the file.

    Returns:
        Whether there may be lines that were corrected.

    """
    if not connection.execute(select(exists().where(IS_UNKNOWN))).scalar():
        return False
    for document in COLUMNS_OF:
        connection.execute(_acknowledgement(document), {"batch": batch})
        connection.execute(_correction(document))
    return True


def _acknowledgement(document: Document) -> Update:
    """Return what marks the orders whose document the file has: its value is that from before none of the issues."""
    of_file = exists().where(matched.c.member_id == issuance_order.c.member_id)
    other = issuance_order.alias("other")
    before = (
        select(other.c.number)
        .join(
            member_version,
            (member_version.c.member_id == other.c.member_id) & (member_version.c.version == other.c.version - 1),
        )
        .join(matched, matched.c.member_id == other.c.member_id)
        .join(incoming, incoming.c.line == matched.c.line)
        .where((other.c.member_id == issuance_order.c.member_id) & (other.c.document == document))
        .where(other.c.issued_on.is_not(None) & other.c.file_batch_id.is_(None))
        .where(*(incoming.c[name].is_not_distinct_from(member_version.c[name]) for name in COLUMNS_OF[document]))
    )
    unknown = update(issuance_order).where(IS_UNKNOWN & (issuance_order.c.document == document))
    return unknown.where(of_file & ~before.exists()).values(file_batch_id=bindparam("batch"))


def _correction(document: Document) -> Update:
    """Return what gives the other lines the value that the register has."""
    is_version = (member_version.c.member_id == matched.c.member_id) & (member_version.c.version == matched.c.version)
    issued = issuance_order.c.member_id == matched.c.member_id
    is_behind = exists().where(and_(issued, IS_UNKNOWN, issuance_order.c.document == document))
    known = {name: member_version.c[name] for name in COLUMNS_OF[document]}
    return update(incoming).where((incoming.c.line == matched.c.line) & is_version & is_behind).values(known)
