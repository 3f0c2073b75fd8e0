"""Define what differs between insurers: dated values that are read from TOML, never constants in the code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kiosk.decision.codes import Supplement
from kiosk.decision.facts import FIRST_YEAR, LAST_YEAR

__all__ = ["DEFAULT_POLICY", "Policy", "PolicyError", "UnknownRegistrationIssue", "parse_policy"]

_LONGEST_NAME = 64
"""Most characters of a wrong name that an error repeats."""


class PolicyError(ValueError):
    """The policy is refused. ``field`` is the value at fault; None if no values could be read."""

    def __init__(self, field: str | None, message: str) -> None:
        name = field if field is None or field.isprintable() else ascii(field)
        super().__init__(message if name is None else f"{name[:_LONGEST_NAME]}: {message}")
        self.field = field
        self.message = message


class UnknownRegistrationIssue(StrEnum):
    """What the union issues to somebody of whose 利用登録 the state's data say nothing yet."""

    NONE = "none"
    """Nothing: it waits for the data."""
    CONFIRMATION = "confirmation"
    NOTICE = "notice"
    """What a person with a lasting マイナ保険証 would get."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The values of one insurer; the defaults are those of 全国土木建築国民健康保険組合 and the public rules.

    The text below each says what it is, and where it comes from in brackets: a section 「…」 of the union's page, the
    public rules, or whose choice it is. `kiosk policy show` prints these texts.
    """

    linkage_days: tuple[int, int] = (3, 4)
    """Business days from the filing to the linkage, earliest and latest: 「概ね3～4日後」 (「組合の資格情報登録」)."""
    linkage_slack_days: int = 3
    """Business days after the latest one before it is overdue: 「概ね」 (「組合の資格情報登録」)."""
    linkage_assumed_days: int = 60
    """Days after 資格取得 from which an unknown day of linkage counts as linked (this program's choice)."""
    office_closed: frozenset[tuple[int, int]] = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
    """Days of the year, each as MM-DD, that are not business days: year-end closure (public rule)."""
    legacy_card_last_issue: date = date(2024, 12, 1)
    """The last day on which an old 保険証 was issued (「保険証は令和6年12月1日で発行を終了しました」)."""
    legacy_card_last_day: date = date(2025, 12, 1)
    """No old 保険証 is valid after it, whatever is printed (「保険証は令和6年12月1日で発行を終了しました」)."""
    confirmation_years: int = 5
    """Years that a 資格確認書 is valid: 「有効期限は5年」 (「資格確認書を交付します」)."""
    confirmation_renewal_days: int = 30
    """A valid 資格確認書 that ends within so many days is renewed (this program's choice)."""
    certificate_grace_months: int = 3
    """Months that an expired certificate still shows 資格 (public rule); 0: never."""
    late_elderly_age: int = 75
    """From this age on the person belongs to 後期高齢者医療制度 (public rule)."""
    notice_on_change: bool = True
    """Whether a change brings a new 資格情報通知書: 「交付する場合があります」 (「資格確認書交付の概要」)."""
    printed_on_confirmation: frozenset[Supplement] = frozenset()
    """Supplementary certificates that are printed on the 資格確認書 itself (the insurer's choice)."""
    feed_valid_days: int = 45
    """Days that the government's word on a bound certificate holds (public rule: the data come monthly)."""
    unknown_registration_issue: UnknownRegistrationIssue = UnknownRegistrationIssue.NONE
    """What a new member gets of whose 利用登録 the state's data say nothing yet (「資格確認書交付の概要」)."""
    stay_grace_months: int = 2
    """Months of 特例期間 after a stay's last day, while its renewal is under way (public rule); 0: none."""
    desk_has_face_reader: bool = True
    """Whether this desk's reader compares faces (the desk's equipment)."""
    desk_takes_phone_card: bool = False
    """Whether this desk has a reader for the マイナ保険証 in a smartphone (the desk's equipment)."""
    subsidy_on_card: bool = False
    """Whether this desk reads 医療費助成 from the card (PMH) for each municipality it serves (the desk's equipment)."""
    full_payment_from_age: int = 18
    """Until the first 31 March on or after attaining this age nobody pays in full (public rule)."""


DEFAULT_POLICY = Policy()


def parse_policy(values: Mapping[str, object]) -> Policy:
    """Return the defaults, overridden by name.

    Raises:
        PolicyError: A name is unknown, or a value has a wrong type or is out of range.

    """
    for name in values:
        if name not in _CONVERT:
            raise PolicyError(name, "no such policy value")
    return Policy(**{name: _CONVERT[name](name, value) for name, value in values.items()})


def _integer(lowest: int, highest: int) -> Callable[[str, object], int]:
    def convert(name: str, value: object) -> int:
        if type(value) is not int or not lowest <= value <= highest:
            raise PolicyError(name, f"must be an integer from {lowest} to {highest}")
        return value

    return convert


def _days_pair(name: str, value: object) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise PolicyError(name, "must be a list of two integers, the earliest and the latest")
    earliest, latest = (_BUSINESS_DAYS(name, days) for days in value)
    if latest < earliest:
        raise PolicyError(name, "the latest must not be less than the earliest")
    return earliest, latest


def _month_days(name: str, value: object) -> frozenset[tuple[int, int]]:
    return frozenset(_month_day(name, item) for item in _list(name, value, _DAYS_OF_THE_YEAR))


def _month_day(name: str, value: object) -> tuple[int, int]:
    if isinstance(value, str) and re.fullmatch("[0-9]{2}-[0-9]{2}", value):
        try:
            day = date.fromisoformat(f"{_LEAP_YEAR}-{value}")
        except ValueError:
            pass
        else:
            return day.month, day.day
    raise PolicyError(name, _DAYS_OF_THE_YEAR)


def _supplements(name: str, value: object) -> frozenset[Supplement]:
    expected = f"must be a list of: {', '.join(_PRINTABLE)}"
    items = _list(name, value, expected)
    if not all(isinstance(item, str) and item in _PRINTABLE for item in items):
        raise PolicyError(name, expected)
    return frozenset(Supplement(str(item)) for item in items)


def _list(name: str, value: object, expected: str) -> list[object]:
    if not isinstance(value, list):
        raise PolicyError(name, expected)
    return value


def _day(name: str, value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime) or not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise PolicyError(name, f"must be a date without quotes, in the years {FIRST_YEAR} to {LAST_YEAR}")
    return value


def _boolean(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise PolicyError(name, "must be true or false")
    return value


def _unknown_registration_issue(name: str, value: object) -> UnknownRegistrationIssue:
    for issue in UnknownRegistrationIssue:
        if value == issue.value:
            return issue
    raise PolicyError(name, f"must be one of: {', '.join(UnknownRegistrationIssue)}")


_LEAP_YEAR = 2024
_DAYS_OF_THE_YEAR = "must be a list of days of the year, each as MM-DD in quotes"

# The four of the insurer; the 受給者証 of a subsidy is the municipality's.
_PRINTABLE = tuple(paper for paper in Supplement if paper is not Supplement.SUBSIDY_CERTIFICATE)

# With these bounds every date that follows from facts is before the year 9999.
_BUSINESS_DAYS = _integer(0, 1_000)
_DAYS = _integer(0, 100_000)

_CONVERT: Mapping[str, Callable[[str, object], Any]] = {
    "linkage_days": _days_pair,
    "linkage_slack_days": _BUSINESS_DAYS,
    "linkage_assumed_days": _DAYS,
    "office_closed": _month_days,
    "legacy_card_last_issue": _day,
    "legacy_card_last_day": _day,
    "confirmation_years": _integer(1, 1_000),
    "confirmation_renewal_days": _DAYS,
    "certificate_grace_months": _integer(0, 12_000),
    "late_elderly_age": _integer(1, 1_000),
    "notice_on_change": _boolean,
    "printed_on_confirmation": _supplements,
    "feed_valid_days": _DAYS,
    "unknown_registration_issue": _unknown_registration_issue,
    "stay_grace_months": _integer(0, 12_000),
    "desk_has_face_reader": _boolean,
    "desk_takes_phone_card": _boolean,
    "subsidy_on_card": _boolean,
    "full_payment_from_age": _integer(0, 1_000),
}
