"""Counts of the register for the office's pictures: the state of the members, and how long documents took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine, Select, case, func, select

from kiosk import tokyo_day
from kiosk.decision import CardStatus, Certificate, Registration
from kiosk.store.codes import OrderState
from kiosk.store.limits import StatementLimit
from kiosk.store.schema import IS_CURRENT, issuance_order, member, member_version
from kiosk.store.transaction import reading

__all__ = ["RegisterFigures", "register_figures"]


@dataclass(frozen=True, slots=True)
class RegisterFigures:
    """Counts of the register.

    Attributes:
        registration: how many insured members have each state of 利用登録.
        certificate_ends: how many certificates of insured members who hold their card end in a month, by its first day.
        waits: how many documents were issued in a month (its first day) after how many days since their order.

    """

    registration: Mapping[Registration, int]
    certificate_ends: Mapping[date, int]
    waits: Mapping[date, Mapping[int, int]]


def register_figures(engine: Engine, on: date, issued: tuple[date, date]) -> RegisterFigures:
    """Return the counts, by one pass over the current versions and one over the orders.

    Args:
        engine: the register's database.
        on: the day (Asia/Tokyo) for which the insured members are counted.
        issued: the documents that were issued from the first of these days until the day before the second.

    Raises:
        RegistryError: the database cannot serve.

    """
    registration: Counter[Registration] = Counter()
    ends: Counter[date] = Counter()
    with reading(engine, StatementLimit.LONG) as connection:
        for state, last_day, count in connection.execute(_members(on)):
            registration[state] += count
            if last_day is not None:
                ends[last_day.replace(day=1)] += count
        return RegisterFigures(registration, ends, _waits(connection, issued))


def _members(on: date) -> Select[Registration, date | None, int]:
    """Return the statement that counts the insured by 利用登録 and by the last day of a certificate in use."""
    version = member_version.c
    insured = (version.acquired_on <= on) & (version.lost_on.is_(None) | (version.lost_on > on))
    revoked = func.coalesce(version.certificate, "") == Certificate.REVOKED.value
    ending = (version.card == CardStatus.HELD) & ~revoked & (version.certificate_valid_until >= on.replace(day=1))
    last_day = case((ending, version.certificate_valid_until))
    columns = (version.registration, last_day)
    counted = select(*columns, func.count()).select_from(member).join(member_version, IS_CURRENT)
    return counted.where(insured).group_by(*columns)


def _waits(connection: Connection, issued: tuple[date, date]) -> dict[date, Counter[int]]:
    """Count the issued documents by month and days; those of a plan have one instant, so the groups are few."""
    order = issuance_order.c
    done = (order.state == OrderState.DONE) & (order.issued_on >= issued[0]) & (order.issued_on < issued[1])
    columns = (order.requested_at, order.issued_on)
    waits: dict[date, Counter[int]] = {}
    counted = select(*columns, func.count()).where(done).group_by(*columns)
    for requested_at, issued_on, count in connection.execute(counted):
        days = max(0, (issued_on - tokyo_day(requested_at)).days)
        waits.setdefault(issued_on.replace(day=1), Counter())[days] += count
    return waits
