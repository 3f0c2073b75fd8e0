"""The types of columns that the tables share."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Dialect, Enum, String, TypeDecorator, false

from kiosk.decision import Reason

__all__ = ["Reasons", "UtcInstant", "code", "false_by_default", "instant", "key_text"]


class Reasons(TypeDecorator[tuple[Reason, ...]]):
    """The reasons of a decision in their order, stored as one text of codes."""

    impl = String(1000)
    cache_ok = True

    def process_bind_param(self, value: tuple[Reason, ...] | None, dialect: Dialect) -> str | None:
        """Return the codes, separated by spaces."""
        return None if value is None else " ".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Reason, ...] | None:
        """Return the reasons."""
        return None if value is None else tuple(Reason(code) for code in value.split())


class UtcInstant(TypeDecorator[datetime]):
    """An instant in UTC: aware in Python; without a zone in SQLite, which cannot store one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC.

        Raises:
            ValueError: the instant has no zone, so its meaning would be a guess.

        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must carry its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key_text(length: int) -> String:
    """Return a text type that is ordered by its bytes, as in Python and SQLite, whatever the server's locale is."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def code(kind: type[StrEnum]) -> Enum:
    """Return a text type that takes the values of an enumeration alone."""
    return Enum(kind, native_enum=False, length=16, values_callable=lambda codes: [code.value for code in codes])


def instant(name: str, **options: Any) -> Column[datetime]:
    """Return a column of instants in UTC."""
    return Column(name, UtcInstant(), **options)


def false_by_default(name: str) -> Column[bool]:
    """Return a column that is false where nothing is given."""
    return Column(name, Boolean, nullable=False, server_default=false())
