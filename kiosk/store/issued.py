"""What the register knows of issued documents before the insurer's files do.

A finished order writes the document into the register at once; the insurer's files tell of it weeks later or never.
Until one does, a file that still says what stood there before the issue is behind: taking it at its word would have
the document issued again. Any other value is the insurer's, and from then on files are believed again.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from kiosk.decision import Document
from kiosk.store.schema import DETAIL_NAMES, DETAILS, issuance_order, member_version
from kiosk.store.versions import CurrentVersion, with_changes

COLUMNS_OF = {
    Document.NOTICE: ("notice_issued_on",),
    Document.CONFIRMATION: ("confirmation_valid_from", "confirmation_valid_until"),
}
"""The columns of a member file that tell of each document."""

Details = tuple[Any, ...]


def with_issued(
    connection: Connection, told: Mapping[str, Details], known: Mapping[str, CurrentVersion], batch_id: int
) -> dict[str, Details]:
    """What a file tells of members, with the documents kept that it is behind of.

    Args:
        connection: a writing transaction; an order that the file tells of is marked with the file's batch.
        told: by the member's reference, the values of DETAIL_NAMES in the file.
        known: the current version of each of them.
        batch_id: the file.

    Returns:
        The members whose values are to be others than in the file, with all their values.

    """
    keys = {known[key].member_id: key for key in told}
    kept = dict[str, Details]()
    told_of: list[dict[str, Any]] = []
    for (member_id, document), befores in _before_issue(connection, keys).items():
        key, columns = keys[member_id], COLUMNS_OF[document]
        if _values(told[key], columns) in befores:
            issued = dict(zip(columns, _values(known[key].details, columns), strict=True))
            kept[key] = with_changes(kept.get(key, told[key]), issued)
        else:
            told_of.append({"member": member_id, "of": document, "batch": batch_id})
    if told_of:
        connection.execute(_TOLD, told_of)
    return kept


def _before_issue(connection: Connection, ids: Iterable[int]) -> dict[tuple[int, Document], set[Details]]:
    """For each document issued that no file has told of: what stood in its columns before each issue."""
    befores = dict[tuple[int, Document], set[Details]]()
    for member_id, document, *details in connection.execute(_BEFORE, {"ids": list(ids)}):
        befores.setdefault((member_id, document), set()).add(_values(details, COLUMNS_OF[document]))
    return befores


def _values(details: Any, columns: tuple[str, ...]) -> Details:
    return tuple(details[DETAIL_NAMES.index(name)] for name in columns)


_UNKNOWN = issuance_order.c.issued_on.is_not(None) & issuance_order.c.file_batch_id.is_(None)
_BEFORE = (
    select(issuance_order.c.member_id, issuance_order.c.document, *DETAILS)
    .join_from(
        issuance_order,
        member_version,
        (member_version.c.member_id == issuance_order.c.member_id)
        & (member_version.c.version == issuance_order.c.version - 1),
    )
    .where(_UNKNOWN & issuance_order.c.member_id.in_(bindparam("ids", expanding=True)))
)
_TOLD = (
    update(issuance_order)
    .where(
        _UNKNOWN & (issuance_order.c.member_id == bindparam("member")) & (issuance_order.c.document == bindparam("of"))
    )
    .values(file_batch_id=bindparam("batch"))
)
