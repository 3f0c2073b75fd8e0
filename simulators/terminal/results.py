"""Write one ResultOfQualificationConfirmation, in the order of 別紙3-1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from kiosk.decision.calendar import attains, elderly_from
from simulators.terminal.directory import GivenValidity, is_late_elderly
from simulators.terminal.elements import XmlElement, some
from simulators.terminal.insured import InsuredPerson, Scenario
from simulators.terminal.kana import half_width

__all__ = ["GivenConsents", "ResultContext", "padded", "result_element", "stamp", "ymd"]


@dataclass(frozen=True, slots=True)
class GivenConsents:
    """What a person agreed to at the face reader; None where the reader did not ask, and the file has no element."""

    limit: bool | None = None
    specific_disease: bool | None = None
    checkup: bool | None = None
    medicine: bool | None = None
    treatment: bool | None = None
    operation: bool | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ResultContext:
    """What a result depends on beside the person. ``at`` is the time of the consents, in Asia/Tokyo."""

    validity: GivenValidity
    on: date
    at: datetime
    consents: GivenConsents
    arbitrary_identifier: str = ""
    reference: str = ""
    bulk: bool = False


def result_element(person: InsuredPerson, context: ResultContext) -> XmlElement:
    """Return the membership of one person. What is unknown or does not apply has no element."""
    children = [
        *_key(person),
        *_identity(person),
        *_days(person, context),
        *_copay(person, context),
        *some("InsurerName", person.insurer_name or f"模擬保険者{person.insurer_number}"),
        *_elderly(person, context.on),
        *(_limit_changed(person, context) if context.bulk else _limit(person, context)),
        *_specific_disease(person, context),
        *_viewing(context),
        *some("ArbitraryIdentifier", context.arbitrary_identifier),
        *some("ReferenceNumber", context.reference),
    ]
    return XmlElement("ResultOfQualificationConfirmation", children)


def padded(insurer_number: str) -> str:
    """Return the 保険者番号 as files have it: 8 characters, leading spaces before one of 6 digits."""
    return insurer_number.rjust(8)


def ymd(day: date | None) -> str:
    """Return YYYYMMDD; nothing for no day."""
    return day.strftime("%Y%m%d") if day else ""


def stamp(moment: datetime) -> str:
    """Return YYYYMMDDHHmmss."""
    return moment.strftime("%Y%m%d%H%M%S")


def _key(person: InsuredPerson) -> Iterator[XmlElement]:
    yield XmlElement("InsuredCardClassification", person.certificate_class)
    yield XmlElement("InsurerNumber", padded(person.insurer_number))
    yield from some("InsuredCardSymbol", person.symbol)
    yield XmlElement("InsuredIdentificationNumber", person.number)
    yield from some("InsuredBranchNumber", "" if is_late_elderly(person) else person.branch)
    yield from some("PersonalFamilyClassification", {"self": "1", "family": "2"}.get(person.relationship))


def _identity(person: InsuredPerson) -> Iterator[XmlElement]:
    yield from some("InsuredName", _spaced(person.household_head))
    yield from some("Name", _spaced(person.name))
    yield from some("NameKana", half_width(person.kana))
    yield from some("Sex1", {"male": "1", "female": "2", "unset": "3"}.get(person.sex))
    yield XmlElement("Birthdate", ymd(person.birth_date))
    yield from some("Address", person.address)
    yield from some("PostNumber", person.postal_code)


def _spaced(name: str) -> str:
    """Return the name with full-width spaces between its parts."""
    return "\N{IDEOGRAPHIC SPACE}".join(name.split())


def _days(person: InsuredPerson, context: ResultContext) -> Iterator[XmlElement]:
    ended = context.validity in (GivenValidity.INVALID, GivenValidity.NEW_QUALIFICATION)
    yield XmlElement("QualificationDate", ymd(person.acquired_on))
    yield from some("DisqualificationDate", ymd(person.lost_on) if ended else "")
    yield from some("InsuredCertificateIssuanceDate", ymd(person.notice_issued_on))
    yield XmlElement("InsuredCardValidDate", ymd(person.acquired_on))
    yield from some("InsuredCardExpirationDate", ymd(person.confirmation_valid_until))


def _copay(person: InsuredPerson, context: ResultContext) -> Iterator[XmlElement]:
    if _has_late_ratio(person):
        yield XmlElement("InsuredPartialContributionRatio", _ratio(person, (10, 20, 30), 10))
    if person.scenario is Scenario.PRESCHOOL or context.on <= _school_begins(person.birth_date):
        yield XmlElement("PreschoolClassification", "1")
    if context.validity in (GivenValidity.INVALID, GivenValidity.NEW_QUALIFICATION):
        yield XmlElement("ReasonOfLoss", person.loss_reason)


def _has_late_ratio(person: InsuredPerson) -> bool:
    return is_late_elderly(person) or person.scenario is Scenario.LATE_ELDERLY


def _school_begins(birth_date: date) -> date:
    """Return the last day of 未就学: 31 March after the sixth birthday (民法143条: reached on the day before)."""
    six = attains(birth_date, 6)
    return date(six.year + (six > date(six.year, 3, 31)), 3, 31)


def _ratio(person: InsuredPerson, possible: tuple[int, ...], usual: int) -> str:
    percent = person.copay_percent if person.copay_percent in possible else usual
    return f"{percent:03}"


def _elderly(person: InsuredPerson, on: date) -> Iterator[XmlElement]:
    by_age = elderly_from(person.birth_date) <= on <= attains(person.birth_date, 75)
    if _has_late_ratio(person) or not (by_age or person.scenario is Scenario.ELDERLY):
        return
    start, end = _year_of_copay(on)
    if by_age:
        start, end = max(start, elderly_from(person.birth_date)), min(end, attains(person.birth_date, 75))
    yield XmlElement(
        "ElderlyRecipientCertificateInfo",
        [
            XmlElement("ElderlyRecipientCertificateDate", ymd(start)),
            XmlElement("ElderlyRecipientValidStartDate", ymd(start)),
            XmlElement("ElderlyRecipientValidEndDate", ymd(end)),
            XmlElement("ElderlyRecipientContributionRatio", _ratio(person, (20, 30), 20)),
        ],
    )


def _year_of_copay(on: date) -> tuple[date, date]:
    """Return the 1 August to 31 July around the day: the year by which copay and limits are assessed."""
    first = on.year - (on.month < 8)
    return date(first, 8, 1), date(first + 1, 7, 31)


def _limit_class(person: InsuredPerson) -> str:
    return _CLASSES.get(person.limit_class, person.limit_class)


def _limit(person: InsuredPerson, context: ResultContext) -> Iterator[XmlElement]:
    agreed = context.consents.limit
    yield from _consent("LimitApplicationCertificateRelated", agreed, context.at)
    code = _limit_class(person)
    if agreed is False or not code:
        return
    start, end = _year_of_copay(context.on)
    yield XmlElement(
        "LimitApplicationCertificateRelatedInfo",
        [
            XmlElement("LimitApplicationCertificateClassification", "02" if code in _REDUCES_MEALS else "01"),
            XmlElement("LimitApplicationCertificateClassificationFlag", code),
            XmlElement("LimitApplicationCertificateDate", ymd(start)),
            XmlElement("LimitApplicationCertificateValidStartDate", ymd(start)),
            XmlElement("LimitApplicationCertificateValidEndDate", ymd(end)),
        ],
    )


def _limit_changed(person: InsuredPerson, context: ResultContext) -> Iterator[XmlElement]:
    """Yield whether the limit changed (OQSCD014): 1 is 変更あり又は判定不能, since this terminal has no past."""
    known = context.consents.limit and _limit_class(person)
    yield XmlElement("LimitApplicationCertificateChanged", "1" if known else "0")


def _specific_disease(person: InsuredPerson, context: ResultContext) -> Iterator[XmlElement]:
    agreed = context.consents.specific_disease
    yield from _consent("SpecificDiseasesCertificateRelated", agreed, context.at)
    if agreed is False or not person.specific_disease:
        return
    start, end = _year_of_copay(context.on)
    one = [
        XmlElement("SpecificDiseasesDiseaseCategory", person.specific_disease),
        XmlElement("SpecificDiseasesCertificateDate", ymd(start)),
        XmlElement("SpecificDiseasesValidStartDate", ymd(start)),
        XmlElement("SpecificDiseasesValidEndDate", ymd(end)),
        XmlElement("SpecificDiseasesSelfPay", "10000"),
    ]
    yield XmlElement("SpecificDiseasesCertificateList", [XmlElement("SpecificDiseasesCertificateInfo", one)])


def _viewing(context: ResultContext) -> Iterator[XmlElement]:
    """Yield what the person lets the clinic look at, for a day from now on."""
    consents = context.consents
    for name, agreed in (
        ("SpecificHealthCheckupsInfo", consents.checkup),
        ("PharmacistsInfo", consents.medicine),
        ("DiagnosisInfo", consents.treatment),
        ("OperationInfo", consents.operation),
    ):
        yield from _consent(name, agreed, context.at)
        if agreed:
            yield XmlElement(f"{name}AvailableTime", stamp(context.at + timedelta(hours=24)))


def _consent(name: str, agreed: bool | None, at: datetime) -> Iterator[XmlElement]:
    if agreed is not None:
        yield XmlElement(f"{name}ConsFlg", "1" if agreed else "0")
    if agreed:
        yield XmlElement(f"{name}ConsTime", stamp(at))


_CLASSES: Final = {"ア": "A01", "イ": "A02", "ウ": "A03", "エ": "A04", "オ": "A05"}
"""What a register calls the 適用区分, and its code (OQSCD012)."""
_REDUCES_MEALS: Final = frozenset({"A05", "A06", "B05", "B06", "B07", "B08"})
"""The 適用区分 of 限度額適用・標準負担額減額認定証."""
