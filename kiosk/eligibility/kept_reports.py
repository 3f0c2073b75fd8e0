"""What the register keeps of each file: its report, in which members are named by their rows.

A key (記号 and 番号) is personal data. So none is kept twice: it goes with the member whom an undoing removes, and a
member with a new number is named by that one.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from kiosk.eligibility.keys import ids_of
from kiosk.eligibility.model import MemberId
from kiosk.store.chunks import chunks
from kiosk.store.schema import import_batch, member

__all__ = ["KeptReport", "kept_report", "without_keys"]

_LISTS = ("missing", "members")
_TABLE = "examples"

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeptReport:
    """What the register keeps of one import.

    Attributes:
        batch: its number.
        kind: `members`, `undo`, or the kind of a feed.
        recorded_at: when it was (UTC).
        undone_by: the number of the undoing that took it back, if any.
        report: the answer that the command gave, without members who are gone; empty for an import by a program before
            schema 0008.

    """

    batch: int
    kind: str
    recorded_at: datetime
    undone_by: int | None
    report: dict[str, Any] = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the object that `kiosk registry report --json` prints (docs/formats.md)."""
        known = {"kind": self.kind, "at": self.recorded_at.isoformat(), "undone_by": self.undone_by}
        return {"batch": self.batch, **known, "report": self.report or None}


def kept_report(connection: Connection, batch: int) -> KeptReport | None:
    """Return what is kept of one import; None if there is none of this number."""
    found = connection.execute(select(import_batch).where(import_batch.c.id == batch)).one_or_none()
    if found is None:
        return None
    said = json.loads(found.report) if found.report else {}
    return KeptReport(found.id, found.kind, found.recorded_at, found.undone_by_id, _with_keys(connection, said))


def without_keys(connection: Connection, report: Report) -> dict[str, Any]:
    """Return a report as it is kept: with the rows of members instead of their keys."""
    ids: dict[str, int] = {}
    for chunk in chunks(_named(report)):
        found = ids_of(connection, [MemberId(*key.split(":")) for key in chunk])
        ids |= {str(key): id_ for key, id_ in found.items()}
    return _renamed(report, ids.get)


def _with_keys(connection: Connection, report: Report) -> dict[str, Any]:
    keys: dict[int, str] = {}
    for chunk in chunks(_named(report)):
        keys |= {id_: key for id_, key in connection.execute(_KEYS, {"ids": chunk})}
    return _renamed(report, keys.get)


def _named(report: Report) -> Iterator[Any]:
    for group in _groups(report):
        yield from group


def _groups(report: Report) -> Iterable[list[Any]]:
    return [*(report.get(name, []) for name in _LISTS), *report.get(_TABLE, {}).values()]


def _renamed(report: Report, name_of: Callable[[Any], Any]) -> dict[str, Any]:
    """Return the report with other names of its members, without those who have none."""

    def renamed(group: Iterable[Any]) -> list[Any]:
        return [name for name in map(name_of, group) if name is not None]

    lists = {name: renamed(report[name]) for name in _LISTS if name in report}
    examples = {what: renamed(group) for what, group in report.get(_TABLE, {}).items()}
    return {**report, **lists} | ({_TABLE: examples} if _TABLE in report else {})


_KEYS = select(member.c.id, member.c.reference).where(member.c.id.in_(bindparam("ids", expanding=True)))
