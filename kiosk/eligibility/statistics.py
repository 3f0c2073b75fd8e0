"""Counts of what is in the register."""

from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, func, select

from kiosk.eligibility.model import Statistics
from kiosk.store.schema import IS_CURRENT, certificate_binding, import_batch, member, member_version

_UNSET = "unset"


def statistics(connection: Connection, on: date) -> Statistics:
    """Return the counts.

    Args:
        connection: a reading transaction.
        on: the day (Asia/Tokyo) for which the insured members are counted.

    """
    live = certificate_binding.c.ended_at.is_(None)
    return Statistics(
        members=_count(connection, member),
        versions=_count(connection, member_version),
        imports=_count(connection, import_batch),
        last_import_at=connection.execute(select(func.max(import_batch.c.recorded_at))).scalar(),
        bindings_live=_count(connection, certificate_binding, live),
        bindings_ended=_count(connection, certificate_binding, ~live),
        insured=_insured(connection, on),
        card=_by_code(connection, member_version.c.card),
        certificate=_by_code(connection, member_version.c.certificate),
        registration=_by_code(connection, member_version.c.registration),
        special_consideration=_current(connection, member_version.c.special_consideration),
        pays_in_full=_current(connection, member_version.c.pays_in_full),
        card_without_pin=_current(connection, member_version.c.card_without_pin),
        stay=_current(connection, member_version.c.stay_until.is_not(None)),
    )


def _count(connection: Connection, table: Table, *conditions: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


def _insured(connection: Connection, on: date) -> int:
    """Count the members who are enrolled on a day. (The age of 後期高齢者 is a matter of the decision.)"""
    insured = (member_version.c.acquired_on <= on) & (
        member_version.c.lost_on.is_(None) | (member_version.c.lost_on > on)
    )
    return _current(connection, insured)


def _current(connection: Connection, condition: ColumnElement[bool]) -> int:
    """Count the members whose current version meets the condition."""
    query = select(func.count()).select_from(member).join(member_version, IS_CURRENT).where(condition)
    return int(connection.execute(query).scalar_one())


def _by_code(connection: Connection, column: Column[Any]) -> dict[str, int]:
    """Count the members with each code. A certificate about which the insurer says nothing counts as unset."""
    query = select(column, func.count()).select_from(member).join(member_version, IS_CURRENT).group_by(column)
    return {_UNSET if code is None else str(code): int(count) for code, count in connection.execute(query)}
