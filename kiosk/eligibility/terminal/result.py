"""One 資格確認結果 (ResultOfQualificationConfirmation) as the elements of 別紙3-1 have it."""

from __future__ import annotations

from kiosk.eligibility.terminal.codes import CONSENTS, RELATIONSHIPS, SEXES
from kiosk.eligibility.terminal.fields import Fields
from kiosk.eligibility.terminal.model import Consents, Elderly, Limit, MedicalTicket, Qualification, SpecificDisease

__all__ = ["read_result"]

_PRESCHOOL = "1"
_LIMIT = "LimitApplicationCertificate"
_DISEASES = "SpecificDiseasesCertificate"
_CONSENTS = ("SpecificHealthCheckupsInfo", "PharmacistsInfo", "DiagnosisInfo", "OperationInfo")
_PHARMACY = "PharmaceuticalInfo"
"""One exporter's name for PharmacistsInfo."""


def read_result(fields: Fields) -> Qualification:
    """Return the qualification that these elements describe; what is not known of them is noted.

    Raises:
        AnswerUnreadable: A value is no value of its element.

    """
    made = Qualification(
        certificate_class=fields.trimmed("InsuredCardClassification"),
        insurer_number=fields.trimmed("InsurerNumber"),
        symbol=fields.trimmed("InsuredCardSymbol"),
        number=fields.trimmed("InsuredIdentificationNumber"),
        branch=fields.trimmed("InsuredBranchNumber"),
        relationship=fields.known("PersonalFamilyClassification", RELATIONSHIPS),
        household_head=fields.text("InsuredName"),
        name=fields.text("Name"),
        other_name=fields.text("NameOfOther"),
        kana=fields.text("NameKana"),
        other_kana=fields.text("NameOfOtherKana"),
        sex=fields.known("Sex1", SEXES),
        birth_date=fields.day("Birthdate"),
        address=fields.text("Address"),
        postal_code=fields.trimmed("PostNumber"),
        acquired_on=fields.day("QualificationDate"),
        lost_on=fields.day("DisqualificationDate"),
        issued_on=fields.day("InsuredCertificateIssuanceDate"),
        valid_from=fields.day("InsuredCardValidDate"),
        valid_until=fields.day("InsuredCardExpirationDate"),
        contribution_percent=fields.percent("InsuredPartialContributionRatio"),
        preschool=fields.trimmed("PreschoolClassification") == _PRESCHOOL,
        loss_reason=fields.trimmed("ReasonOfLoss"),
        insurer_name=fields.text("InsurerName"),
        elderly=_elderly(fields.optional("ElderlyRecipientCertificateInfo")),
        limit=_limit(fields.optional(f"{_LIMIT}RelatedInfo")),
        limit_changed=fields.trimmed(f"{_LIMIT}Changed"),
        specific_diseases=_diseases(fields.section(f"{_DISEASES}List")),
        medical_tickets=_tickets(fields.section("PublicExpenseResultList")),
        consents=_consents(fields),
        reference=fields.trimmed("ReferenceNumber"),
        identifier=fields.trimmed("ArbitraryIdentifier"),
    )
    fields.leave("Sex2", "PrescriptionIssueSelect", "QualificationConfirmationKey")
    fields.finish()
    return made


def _elderly(fields: Fields | None) -> Elderly | None:
    if fields is None:
        return None
    made = Elderly(
        fields.day("ElderlyRecipientCertificateDate"),
        fields.day("ElderlyRecipientValidStartDate"),
        fields.day("ElderlyRecipientValidEndDate"),
        fields.percent("ElderlyRecipientContributionRatio"),
    )
    fields.finish()
    return made


def _limit(fields: Fields | None) -> Limit | None:
    if fields is None:
        return None
    made = Limit(
        fields.trimmed(f"{_LIMIT}Classification"),
        fields.trimmed(f"{_LIMIT}ClassificationFlag"),
        fields.day(f"{_LIMIT}Date"),
        fields.day(f"{_LIMIT}ValidStartDate"),
        fields.day(f"{_LIMIT}ValidEndDate"),
        fields.day(f"{_LIMIT}LongTermDate"),
    )
    fields.finish()
    return made


def _diseases(fields: Fields) -> tuple[SpecificDisease, ...]:
    made = tuple(_disease(one) for one in fields.all(f"{_DISEASES}Info"))
    fields.finish()
    return made


def _disease(fields: Fields) -> SpecificDisease:
    made = SpecificDisease(
        fields.trimmed("SpecificDiseasesDiseaseCategory"),
        fields.day(f"{_DISEASES}Date"),
        fields.day("SpecificDiseasesValidStartDate"),
        fields.day("SpecificDiseasesValidEndDate"),
        fields.amount("SpecificDiseasesSelfPay"),
    )
    fields.finish()
    return made


def _tickets(fields: Fields) -> tuple[MedicalTicket, ...]:
    made = tuple(MedicalTicket(dict(one.rest())) for one in fields.all("MedicalTicketInfo"))
    fields.finish()
    return made


def _consents(fields: Fields) -> Consents:
    """Return the consents. Their times are checked to be times; they are kept no longer than the answer is read."""
    for name in (f"{_LIMIT}Related", f"{_DISEASES}Related", *_CONSENTS, _PHARMACY):
        for suffix in ("ConsTime", "AvailableTime", "AcquisitionTime"):
            fields.moment(name + suffix)
    flags = {name: fields.flag(f"{name}ConsFlg", CONSENTS) for name in (*_CONSENTS, _PHARMACY)}
    checkup, medicine, treatment, operation = (flags[name] for name in _CONSENTS)
    return Consents(
        fields.flag(f"{_LIMIT}RelatedConsFlg", CONSENTS),
        fields.flag(f"{_DISEASES}RelatedConsFlg", CONSENTS),
        checkup,
        flags[_PHARMACY] if medicine is None else medicine,
        treatment,
        operation,
    )
