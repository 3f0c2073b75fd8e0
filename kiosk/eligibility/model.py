"""A member of the insurer's register, as typed values.

The `repr` of these classes shows nothing of a person, since exceptions and logs may contain it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.decision import CardStatus, Certificate, Registration
from kiosk.eligibility.errors import DataRefused
from kiosk.eligibility.member_keys import canonical, is_branch, names_a_member
from kiosk.eligibility.my_number import contains_my_number
from kiosk.insurer_number import is_insurer_number
from kiosk.store.codes import Relationship, Sex


@dataclass(frozen=True, slots=True, order=True, repr=False)
class MemberId:
    """保険者番号, 記号, 番号 and 枝番: the key of a member. Ordered by the four as strings.

    記号 and 番号 are as the insurer gave them; two keys with the same `canonical` form are the same member's.
    """

    insurer_number: str
    symbol: str
    number: str
    branch: str

    @classmethod
    def parse(cls, text: str) -> "MemberId":
        """Return the key written as `INSURER:SYMBOL:NUMBER:BRANCH`; the symbol may be empty (some insurers use none).

        Raises:
            DataRefused: `text` has another form. The message does not repeat it.

        """
        parts = text.split(":")
        if len(parts) != 4 or not cls(*parts).is_well_formed():
            raise DataRefused("a member is written INSURER:SYMBOL:NUMBER:BRANCH, for example 133033:71-0000:000000:00")
        return cls(*parts)

    def is_well_formed(self) -> bool:
        """Return whether each part is well formed and neither 記号 nor 番号 has a マイナンバー in it."""
        return (
            is_insurer_number(self.insurer_number)
            and (self.symbol == "" or names_a_member(self.symbol))
            and names_a_member(self.number)
            and is_branch(self.branch)
            and not any(map(contains_my_number, (self.symbol, self.number)))
        )

    @property
    def canonical(self) -> str:
        """The key as text, in the one form that all its spellings have."""
        return f"{self.insurer_number}:{canonical(self.symbol)}:{canonical(self.number)}:{self.branch}"

    def __str__(self) -> str:
        return f"{self.insurer_number}:{self.symbol}:{self.number}:{self.branch}"

    def __repr__(self) -> str:
        return "MemberId(...)"


@dataclass(frozen=True, slots=True, repr=False)
class Member:
    """One version of a member: the columns of a member file (docs/formats.md), and where they come from.

    None means that the insurer gave no value. A text without a value is empty.

    Attributes:
        id: the first four columns.
        valid_from: the day (Asia/Tokyo) from which the file's data hold, as the import said.
        recorded_at: the instant (UTC) at which this version entered the register.
        confirmed_on: the day (Asia/Tokyo) for which a file last said the same; the age of the insurer's data.

    """

    id: MemberId
    name: str
    kana: str
    birth_date: date
    sex: Sex | None
    relationship: Relationship | None
    household_head: str
    postal_code: str
    address: str
    employer: str
    acquired_on: date
    lost_on: date | None
    copay_percent: int | None
    limit_class: str
    filed_on: date | None
    my_number_reported: bool | None
    linked_on: date | None
    card: CardStatus
    certificate: Certificate | None
    certificate_valid_until: date | None
    registration: Registration
    registration_ends_on: date | None
    confirmation_requested: bool | None
    notice_issued_on: date | None
    confirmation_valid_from: date | None
    confirmation_valid_until: date | None
    legacy_card_until: date | None
    information_withheld: bool
    special_consideration: bool
    pays_in_full: bool
    card_without_pin: bool
    stay_until: date | None
    valid_from: date
    recorded_at: datetime
    confirmed_on: date

    def __repr__(self) -> str:
        return "Member(...)"


@dataclass(frozen=True, slots=True)
class MemberBinding:
    """The live binding of a certificate, with the member to whom it belongs.

    Attributes:
        member: the current version of the member.
        last_day: the certificate's last valid day (Asia/Tokyo), which shows whether the insurer's data are about this
            certificate.
        bound_at: when the binding was made (UTC).
        bound_by: who made it.

    """

    member: Member
    last_day: date
    bound_at: datetime
    bound_by: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of what is in the register.

    How many people have their data withheld (自己情報提供不可) is not among them: no count may mark them.
    """

    members: int
    versions: int
    imports: int
    last_import_at: datetime | None
    bindings_live: int
    bindings_ended: int
    insured: int
    card: dict[str, int]
    certificate: dict[str, int]
    registration: dict[str, int]
    special_consideration: int
    pays_in_full: int
    card_without_pin: int
    stay: int
