"""Issued documents that the insurer's files do not know yet.

A finished order writes the document into the register at once, but the insurer's files may have it only weeks later, or
never. Until then a file with the value from before the issue is out of date: if it were imported as it is, the document
would be issued again. Any other value comes from the insurer, and from then on the files are right again.
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
"""The columns of a member file that each document sets."""

Details = tuple[Any, ...]


def with_issued(
    connection: Connection, in_file: Mapping[str, Details], known: Mapping[str, CurrentVersion], batch_id: int
) -> dict[str, Details]:
    """Correct the values of a file for documents that were issued and that it does not have yet.

    Args:
        connection: a writing transaction. An order whose document the file has is marked with the file's batch.
        in_file: the values of DETAIL_NAMES in the file, by the member's reference.
        known: the current version of each of these members.
        batch_id: the number of the file.

    Returns:
        All values of those members for whom they differ from the file, by reference.

    """
    keys = {known[key].member_id: key for key in in_file}
    corrected = dict[str, Details]()
    acknowledged: list[dict[str, Any]] = []
    for (member_id, document), befores in _before_issue(connection, keys).items():
        key, columns = keys[member_id], COLUMNS_OF[document]
        if _values(in_file[key], columns) in befores:
            issued = dict(zip(columns, _values(known[key].details, columns), strict=True))
            corrected[key] = with_changes(corrected.get(key, in_file[key]), issued)
        else:
            acknowledged.append({"member": member_id, "of": document, "batch": batch_id})
    if acknowledged:
        connection.execute(_ACKNOWLEDGE, acknowledged)
    return corrected


def _before_issue(connection: Connection, ids: Iterable[int]) -> dict[tuple[int, Document], set[Details]]:
    """Return, for each issued document that no file has had yet, the values of its columns before each issue."""
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
_ACKNOWLEDGE = (
    update(issuance_order)
    .where(
        _UNKNOWN & (issuance_order.c.member_id == bindparam("member")) & (issuance_order.c.document == bindparam("of"))
    )
    .values(file_batch_id=bindparam("batch"))
)
