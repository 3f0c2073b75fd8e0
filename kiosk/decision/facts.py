"""Define the facts that a decision is made from, and the combinations that are impossible (docs/formats.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from kiosk.decision.calendar import attains
from kiosk.decision.codes import CardStatus, CardToday, Certificate, LifeEvent, Need, Purpose, Registration

__all__ = ["FIRST_YEAR", "LAST_YEAR", "Confirmation", "Facts", "FactsError"]

FIRST_YEAR = 1868
LAST_YEAR = 2199
REEMPLOYMENT_AGE = 60


class FactsError(ValueError):
    """The facts are refused.

    ``field`` is the field at fault, or None if the input is not a JSON object. ``message`` says what is expected, and
    never
    what was given, because facts are personal data.
    """

    def __init__(self, field: str | None, message: str) -> None:
        super().__init__(message if field is None else f"{field}: {message}")
        self.field = field
        self.message = message

    def to_json(self) -> dict[str, object]:
        """Return the error object that takes the place of a decision."""
        return {"error": {"field": self.field, "message": self.message}}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The validity of a 資格確認書, both days inclusive (発効期日, 有効期限)."""

    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one person on one day, in the order of the table in docs/formats.md.

    Build it with ``parse_facts`` or ``Facts.checked``: both refuse impossible combinations.
    """

    on: date
    """The day asked about, in Asia/Tokyo."""
    purpose: Purpose = Purpose.VISIT
    needs: tuple[Need, ...] = ()
    birth_date: date
    acquired_on: date
    """資格取得年月日: the first insured day of this membership."""
    lost_on: date | None = None
    """資格喪失年月日: the first day no longer insured."""
    filed_on: date | None = None
    """The day the union received the 届書等."""
    my_number_reported: bool = True
    linked_on: date | None = None
    """The day of the 資格情報の連携."""
    card: CardStatus
    certificate: Certificate = Certificate.VALID
    certificate_expired_on: date | None = None
    """The certificate's last valid day."""
    registration: Registration
    registration_ends_on: date | None = None
    """The last day on which a cancelled registration still works."""
    card_today: CardToday = CardToday.READ
    smartphone: bool = False
    notice_held: bool = False
    confirmation_held: Confirmation | None = None
    legacy_card_until: date | None = None
    """The last valid day printed on the old 保険証."""
    event: LifeEvent | None = None
    confirmation_requested: bool = False
    """資格確認書発行要否欄 ☑."""
    information_withheld: bool = False
    """自己情報提供不可: オンライン資格確認等システム gives out nothing about this person (public rule)."""
    special_consideration: bool = False
    """要配慮者 whose application for a 資格確認書 beside the card was accepted (public rule)."""
    pays_in_full: bool = False
    """特別療養費の対象: pays in full and claims back (public rule)."""
    phone_card: bool = False
    """The マイナ保険証 is set up in the visitor's smartphone (public rule)."""
    card_without_pin: bool = False
    """顔認証マイナンバーカード: no 暗証番号, so no マイナポータル (public rule)."""
    stay_until: date | None = None
    """在留期間の満了日."""

    @classmethod
    def checked(cls, **values: Any) -> Facts:
        """Return facts from Python values of the right types, by field name.

        Raises:
            FactsError: A date is outside the years 1868 to 2199, or the combination is impossible.

        """
        return cls(**values).require_possible()

    def require_possible(self) -> Facts:
        """Return these facts. The errors are those of `checked`."""
        _refuse_years(self)
        refuse_impossible(self)
        return self


_FIELDS_WITH_DAYS = tuple(
    field.name for field in fields(Facts) if field.type in ("date", "date | None", "Confirmation | None")
)


def refuse_impossible(facts: Facts) -> None:
    """Refuse an impossible combination.

    Raises:
        FactsError: The facts break a ✗ rule; the error names the first in table order.

    """
    for field, broken, message in _IMPOSSIBLE:
        if broken(facts):
            raise FactsError(field, message)


def _refuse_years(facts: Facts) -> None:
    for name, value in zip(_FIELDS_WITH_DAYS, _days_of(facts), strict=True):
        if value is None or (isinstance(value, date) and _FIRST_DAY <= value <= _LAST_DAY):
            continue
        if isinstance(value, Confirmation):
            _refuse_year(f"{name}.valid_from", value.valid_from)
            _refuse_year(f"{name}.valid_until", value.valid_until)
        else:
            _refuse_year(name, value)


_FIRST_DAY, _LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
_days_of: Callable[[Facts], tuple[date | Confirmation | None, ...]] = attrgetter(*_FIELDS_WITH_DAYS)


def _refuse_year(field: str, day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise FactsError(field, f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")


def _comes_before(day: date | None, other: date) -> bool:
    return day is not None and day < other


def _confirmation_ends_before_it_starts(facts: Facts) -> bool:
    held = facts.confirmation_held
    return held is not None and held.valid_until < held.valid_from


def _reemployed_too_young(facts: Facts) -> bool:
    """Return whether a 継続再雇用 is of somebody who is under 60 on the day of the new membership."""
    if facts.event is not LifeEvent.REEMPLOYED:
        return False
    return max(facts.on, facts.acquired_on) <= attains(facts.birth_date, REEMPLOYMENT_AGE)


class _Impossible(NamedTuple):
    field: str
    broken: Callable[[Facts], bool]
    message: str


_IMPOSSIBLE = (
    _Impossible("needs", lambda f: len(set(f.needs)) < len(f.needs), "must not name a need twice"),
    _Impossible("birth_date", lambda f: f.birth_date > f.on, "must not lie after on"),
    _Impossible("acquired_on", lambda f: f.acquired_on < f.birth_date, "must not lie before birth_date"),
    _Impossible("lost_on", lambda f: _comes_before(f.lost_on, f.acquired_on), "must not lie before acquired_on"),
    _Impossible(
        "filed_on",
        lambda f: f.filed_on is not None and f.filed_on > f.on,
        "must not lie after on",
    ),
    _Impossible(
        "certificate_expired_on",
        lambda f: f.certificate is Certificate.EXPIRED and not _comes_before(f.certificate_expired_on, f.on),
        "must be a day before on when certificate is expired",
    ),
    _Impossible(
        "certificate_expired_on",
        lambda f: f.certificate is not Certificate.EXPIRED and f.certificate_expired_on is not None,
        "must be null unless certificate is expired",
    ),
    _Impossible(
        "registration_ends_on",
        lambda f: f.registration is not Registration.CANCELLED and f.registration_ends_on is not None,
        "must be null unless registration is cancelled",
    ),
    _Impossible("confirmation_held.valid_until", _confirmation_ends_before_it_starts, "must not lie before valid_from"),
    _Impossible("event", _reemployed_too_young, "reemployed is for people who have attained 60"),
)
