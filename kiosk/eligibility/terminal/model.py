"""Enquiries to the 資格確認端末 and its answers, as typed values (外部インターフェイス仕様書 別紙3-1).

The `repr` of these classes shows nothing of a person, since exceptions and logs may contain it. Codes are those of the
messages (kiosk/eligibility/terminal/codes.py). None means that the answer did not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kiosk.eligibility.terminal.codes import Validity
from kiosk.failures import Code

__all__ = [
    "Answer",
    "BulkPart",
    "Confirmed",
    "Consents",
    "Elderly",
    "Limit",
    "MedicalTicket",
    "Enquiry",
    "Receipt",
    "Registered",
    "RegisteredUnit",
    "ReferenceRegistration",
    "Qualification",
    "SpecificDisease",
    "Status",
    "Unit",
]


@dataclass(frozen=True, slots=True, repr=False)
class Enquiry:
    """資格確認要求 (OQS-IF-001): who is asked about, and for which day.

    Attributes:
        insurer_number: 保険者番号, 6 or 8 digits.
        symbol: 記号; empty where the insurer has none.
        number: 番号.
        branch: 枝番, two digits; empty if it is not known, which may make two people fit.
        limit_consent: whether the person has agreed to the 限度額適用認定証情報.
        identifier: 任意識別子, which the answer repeats.

    """

    insurer_number: str
    symbol: str
    number: str
    branch: str
    birth_date: date
    on: date
    limit_consent: bool = False
    identifier: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class ReferenceRegistration:
    """照会番号登録要求 (OQS-IF-003): the clinic's patient number for a member."""

    insurer_number: str
    symbol: str
    number: str
    branch: str
    reference: str


class Status(StrEnum):
    """What an answer amounts to."""

    VALID = "valid"
    INVALID = "invalid"
    NEW_QUALIFICATION = "new_qualification"
    NONE = "none"
    SEVERAL = "several"
    ERROR = "error"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Limit:
    """限度額適用認定証関連情報."""

    certificate: str | None
    limit_class: str | None
    issued_on: date | None
    valid_from: date | None
    valid_until: date | None
    long_term_on: date | None


@dataclass(frozen=True, slots=True)
class SpecificDisease:
    """特定疾病療養受療証. ``self_pay`` is in yen."""

    category: str | None
    issued_on: date | None
    valid_from: date | None
    valid_until: date | None
    self_pay: int | None


@dataclass(frozen=True, slots=True)
class Elderly:
    """高齢受給者証 (70 to 74)."""

    issued_on: date | None
    valid_from: date | None
    valid_until: date | None
    percent: int | None


@dataclass(frozen=True, slots=True, repr=False)
class MedicalTicket:
    """医療扶助: a 医療券 or 調剤券, its elements as they are."""

    elements: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Consents:
    """What the person agreed to at the reader. None: nothing was said, or a code that is neither yes nor no."""

    limit: bool | None = None
    specific_disease: bool | None = None
    checkup: bool | None = None
    medicine: bool | None = None
    treatment: bool | None = None
    operation: bool | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Qualification:
    """資格確認結果: one qualification. The numbers are trimmed; the texts are as the answer has them.

    Attributes:
        household_head: 被保険者氏名（世帯主氏名）; at a 国保組合 the 組合員.
        contribution_percent: 一部負担金割合 of a 後期高齢者.
        preschool: whether 未就学区分 is given.
        limit_changed: 限度額適用認定証情報 変更有無 (OQSCD014), in a 一括照会 only.
        reference: 照会番号, the clinic's patient number.
        identifier: 任意識別子, as the enquiry had it.

    """

    certificate_class: str | None = None
    insurer_number: str | None = None
    symbol: str | None = None
    number: str | None = None
    branch: str | None = None
    relationship: str | None = None
    household_head: str | None = None
    name: str | None = None
    other_name: str | None = None
    kana: str | None = None
    other_kana: str | None = None
    sex: str | None = None
    birth_date: date | None = None
    address: str | None = None
    postal_code: str | None = None
    acquired_on: date | None = None
    lost_on: date | None = None
    issued_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    contribution_percent: int | None = None
    preschool: bool = False
    loss_reason: str | None = None
    insurer_name: str | None = None
    elderly: Elderly | None = None
    limit: Limit | None = None
    limit_changed: str | None = None
    specific_diseases: tuple[SpecificDisease, ...] = ()
    medical_tickets: tuple[MedicalTicket, ...] = ()
    consents: Consents = Consents()
    reference: str | None = None
    identifier: str | None = None

    @property
    def copay_percent(self) -> int | None:
        """The ratio of the 高齢受給者証 or of a 後期高齢者; None if neither is there."""
        if self.elderly is not None and self.elderly.percent is not None:
            return self.elderly.percent
        return self.contribution_percent


@dataclass(frozen=True, slots=True, repr=False)
class Confirmed:
    """What a file says of one person: the body of a 資格確認結果, or one unit of a 一括照会.

    Attributes:
        asked: the numbers and the birthday that the answer repeats of the enquiry; empty in a face file.
        failed: whether 処理結果状況 is an error.

    """

    failed: bool
    code: str | None
    message: str | None
    validity: str | None
    results: tuple[Qualification, ...]
    asked: Mapping[str, str | None]
    identifier: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """One answer, or the lack of one.

    Attributes:
        code: the terminal's code, or our failure code where the terminal gave no answer that may be used.
        as_of: 処理実行日時.
        reference_class: 照会区分: by card or by numbers.
        failure: why there are no facts; None for a qualification that is valid, invalid or replaced by a new one.
        reason: more of that for a technician, in English and without personal data.
        unknown: elements and codes that this program does not know, with their text.
        asked_on: the day that was asked about (資格確認日); None where nobody here asked, as with a face file.

    """

    status: Status
    validity: Validity | None = None
    message: str | None = None
    code: str | None = None
    as_of: datetime | None = None
    reference_class: str | None = None
    results: tuple[Qualification, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)
    failure: Code | None = None
    reason: str = ""
    asked_on: date | None = None

    def is_of(self, day: date) -> bool:
        """Return whether it may count on a day: an answer about yesterday says nothing of today."""
        return self.asked_on in (None, day)

    @property
    def consents(self) -> Consents:
        """The consents of the first result."""
        return self.results[0].consents if self.results else Consents()


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a 照会番号登録: ``status`` is done, error or timeout; ``reason`` says more to a technician."""

    status: str
    code: str | None = None
    message: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """資格確認一括照会アップロード結果 (OQS-IF-006): the 受付番号; None with a code or message where it was refused."""

    number: str | None
    code: str | None
    message: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Unit:
    """One person's part in the answer to a 一括照会, by the identifier of the enquiry."""

    identifier: str
    answer: Answer
    asked: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, repr=False)
class RegisteredUnit:
    """What became of one registration of a 照会番号一括登録; ``repeated`` is what it repeats of that registration."""

    registered: Registered
    repeated: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class BulkPart:
    """The state of a 一括照会 or 照会番号一括登録 as its answer says it."""

    processing: bool
    failed: bool
    code: str | None
    message: str | None
