"""Files that hold from an earlier day than one of their kind that was taken already, such as last month's feed."""

from datetime import date

from sqlalchemy import Connection, select

from kiosk.eligibility.changes_refused import OlderFile
from kiosk.eligibility.import_report import ImportReport
from kiosk.store.schema import import_batch

__all__ = ["refuse_older_file"]


def refuse_older_file(connection: Connection, kind: str, valid_from: date, report: ImportReport) -> None:
    """Raise OlderFile if a file of this kind holds from a later day, unless this one changes nobody.

    Args:
        connection: the transaction of the import.
        kind: MEMBERS, or the kind of a feed.
        valid_from: the day (Asia/Tokyo) from which the data hold.
        report: what the file would do.

    """
    if not report.updated:
        return
    of_kind = (import_batch.c.kind == kind) & import_batch.c.undone_by_id.is_(None)
    newest = select(import_batch.c.id, import_batch.c.valid_from).where(
        of_kind & (import_batch.c.valid_from > valid_from)
    )
    found = connection.execute(newest.order_by(import_batch.c.valid_from.desc()).limit(1)).one_or_none()
    if found is not None:
        raise OlderFile(valid_from, found.id, found.valid_from, report)
