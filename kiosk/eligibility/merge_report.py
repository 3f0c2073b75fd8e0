"""What a merge changes, as the report says it: read from the lines and the versions beside each other."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, Select, bindparam, case, exists, func, or_, select

from kiosk.eligibility.columns import KEY_COLUMNS, NAMES
from kiosk.eligibility.csv_row import CsvRow
from kiosk.eligibility.import_report import EXAMPLES, ImportReport
from kiosk.eligibility.staged_lines import refuse
from kiosk.store.chunks import CHUNK, chunks
from kiosk.store.merge import NewFile, differs, new_lines, with_versions
from kiosk.store.schema import IS_CURRENT, KEY, member, member_version
from kiosk.store.staging import drop_refused, incoming, matched

__all__ = ["refuse_impossible", "report_changes", "report_missing"]

_LOST = "lost"
_RULED = frozenset(
    ("birth_date", "acquired_on", "lost_on", "certificate", "certificate_valid_until")
    + ("confirmation_valid_from", "confirmation_valid_until")
)
"""The columns whose values must fit those of other columns."""


def refuse_impossible(connection: Connection, file: NewFile) -> None:
    """Refuse the lines of a feed that contradict what the register has in the other columns."""
    if _RULED.isdisjoint(file.names):
        return
    changed = connection.execute(_changed_values(file), execution_options={"yield_per": CHUNK})
    for chunk in chunks(CsvRow(line, tuple(values), text) for line, text, *values in changed):
        refuse(connection, [row.as_bad_line() for row in chunk if row.fault is not None])
    drop_refused(connection)


def _changed_values(file: NewFile) -> Select[Any]:
    values = [(member_version if name in file.left_out else incoming).c[name] for name in NAMES[KEY_COLUMNS:]]
    keys = [incoming.c[column.name] for column in KEY]
    return with_versions(incoming.c.line, incoming.c.text, *keys, *values).where(matched.c.changes)


def report_changes(connection: Connection, file: NewFile, report: ImportReport) -> None:
    """Count the lines that are new, changed and unchanged, and name the first members of each kind."""
    report.inserted = connection.execute(new_lines(func.count())).scalar_one()
    found, report.updated = connection.execute(_MATCHED).one()
    report.unchanged = found - report.updated
    if report.inserted:
        report.examples["inserted"] = _first(connection, new_lines(incoming.c.reference))
    if report.updated:
        _report_columns(connection, file, report)


def _report_columns(connection: Connection, file: NewFile, report: ImportReport) -> None:
    """Count the members who change in each column, and those who are lost."""
    kinds = {name: differs([name]) for name in file.names}
    if "lost_on" in kinds:
        kinds[_LOST] = member_version.c.lost_on.is_(None) & incoming.c.lost_on.is_not(None)
    counts = connection.execute(_changed(*map(_count, kinds.values()))).one()
    for (name, condition), count in zip(kinds.items(), counts, strict=True):
        if count:
            report.examples[name] = _first(connection, _changed(incoming.c.reference).where(condition))
            report.changed[name] = count
    report.lost = report.changed.pop(_LOST, 0)


def report_missing(connection: Connection, day: date, report: ImportReport) -> None:
    """Name the members who are insured on a day and whom the file does not name."""
    report.gone = 0
    for (key,) in connection.execute(_MISSING, {"day": day}):
        report.add_gone(key)


def _changed(*columns: ColumnElement[Any]) -> Select[Any]:
    return with_versions(*columns).where(matched.c.changes)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _first(connection: Connection, references: Select[Any]) -> list[str]:
    return list(connection.execute(references.order_by(incoming.c.line).limit(EXAMPLES)).scalars())


_MATCHED = select(func.count(), _count(matched.c.changes.is_(True)))
_MISSING = (
    select(member.c.reference)
    .join_from(member, member_version, IS_CURRENT)
    .where(~exists().where(matched.c.member_id == member.c.id))
    .where(or_(member_version.c.lost_on.is_(None), member_version.c.lost_on > bindparam("day", type_=Date)))
    .order_by(member.c.reference)
)
