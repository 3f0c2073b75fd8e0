"""Where each version of a member comes from: which file, of which kind and by whom, and which order wrote it."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, select

from kiosk.store.schema import import_batch, issuance_order, member_version

__all__ = ["CORRECTED", "VersionSource", "version_sources"]

CORRECTED: Final = "corrected"
"""The kind of a version that nobody's file and no order has written: a correction at the desk."""


@dataclass(frozen=True, slots=True)
class VersionSource:
    """The origin of one version.

    Attributes:
        version: its number, from 1.
        batch: the number of the file that its data come from; of a correction, all but what was corrected.
        kind: `members`, `undo`, the kind of a feed, or CORRECTED.
        order: the number of the order whose issue wrote it; None for any other version.
        by: who said that the order's document is issued, or who took the file in or back; None where that is not known,
            as of a file that a command took in; None of a correction, whose name the journal alone has.

    """

    version: int
    batch: int
    kind: str
    order: int | None
    by: str | None


def version_sources(connection: Connection, member_id: int) -> list[VersionSource]:
    """Return the origin of every version of a member, the oldest first."""
    written = (issuance_order.c.member_id == member_id) & (issuance_order.c.version == member_version.c.version)
    columns = (member_version.c.version, import_batch.c.id, import_batch.c.kind)
    found = connection.execute(
        select(*columns, issuance_order.c.number, issuance_order.c.ended_by)
        .join_from(member_version, import_batch, member_version.c.batch_id == import_batch.c.id)
        .outerjoin(issuance_order, written)
        .where(member_version.c.member_id == member_id)
        .order_by(member_version.c.version, issuance_order.c.number)
    ).all()
    takers = _takers(connection, {row[1] for row in found if row[3] is None})
    made = {row[0]: VersionSource(*row[:4], row[4] or takers.get(row[1])) for row in found}
    return _told_apart([*made.values()])


def _told_apart(sources: Sequence[VersionSource]) -> list[VersionSource]:
    """Tell corrections from files: a file writes one version of a member, and what changes a version keeps its file."""
    files = set[int]()
    told = list[VersionSource]()
    for source in sources:
        corrected = source.order is None and source.batch in files
        told.append(replace(source, kind=CORRECTED, by=None) if corrected else source)
        files.add(source.batch)
    return told


def _takers(connection: Connection, batches: Collection[int]) -> dict[int, str]:
    """Return who took files in or back, where it is known."""
    kept = select(import_batch.c.id, import_batch.c.report).where(import_batch.c.id.in_(batches))
    said = {batch: json.loads(report) for batch, report in connection.execute(kept) if report}
    return {batch: report["by"] for batch, report in said.items() if "by" in report}
