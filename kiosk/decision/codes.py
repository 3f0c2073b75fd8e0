"""Define the closed lists of codes of facts and decisions (docs/formats.md and docs/decision.md).

Every list is in the order of those pages. If a decision has several codes of one list, they are in that order too.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "CardStatus",
    "CardToday",
    "Certificate",
    "Document",
    "LifeEvent",
    "Need",
    "Paper",
    "Presented",
    "Purpose",
    "Reason",
    "Registration",
    "NextStep",
    "Supplement",
    "Usable",
]


class Purpose(StrEnum):
    """What the visitor came for: 受診, 給付金の申請, 保健事業."""

    VISIT = "visit"
    BENEFIT_CLAIM = "benefit_claim"
    HEALTH_PROGRAM = "health_program"


class Need(StrEnum):
    """What the visit needs beyond the insurance itself."""

    HIGH_COST = "high_cost"
    """高額療養費の限度額適用."""
    MEAL_REDUCTION = "meal_reduction"
    """入院時食事療養費等の減額."""
    SPECIFIC_DISEASE = "specific_disease"
    """特定疾病の自己負担減額."""
    PUBLIC_SUBSIDY = "public_subsidy"
    """公費・医療費助成 (public rule)."""


class CardStatus(StrEnum):
    """Where the person's My Number card (マイナンバーカード) is."""

    HELD = "held"
    NEVER_ISSUED = "never_issued"
    RETURNED = "returned"
    LOST = "lost"


class Certificate(StrEnum):
    """State of the 利用者証明用電子証明書 on the card."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """In date, revocation not checked."""


class Registration(StrEnum):
    """State of the 利用登録: using the My Number card as an insurance card."""

    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """The state's data have not said yet (a new member)."""


class CardToday(StrEnum):
    """What happened to the card at this desk today."""

    READ = "read"
    UNREADABLE = "unreadable"
    NOT_HERE = "not_here"


class LifeEvent(StrEnum):
    """Why the person is here: 「交付が必要な状況」 of the union's table."""

    ENROLLED = "enrolled"
    """新たに資格取得したとき."""
    RENAMED = "renamed"
    """氏名が変わったとき."""
    REEMPLOYED = "reemployed"
    """継続再雇用(60歳以上)したとき."""
    CERTIFICATE_EXPIRED = "certificate_expired"
    """電子証明書の有効期限が切れたとき."""
    REGISTRATION_CANCELLED = "registration_cancelled"
    """利用登録を解除したとき."""
    CARD_RETURNED = "card_returned"
    """マイナンバーカードを返納したとき."""
    CARD_LOST = "card_lost"
    """マイナンバーカードを紛失したとき."""
    CONFIRMATION_LOST = "confirmation_lost"
    """資格確認書(保険証)を紛失したとき."""
    CONSIDERATION_REQUESTED = "consideration_requested"
    """要配慮者の申請 (public rule)."""


class Document(StrEnum):
    """The three documents of the union's page: マイナ保険証, 資格情報通知書, 資格確認書."""

    CARD = "card"
    NOTICE = "notice"
    CONFIRMATION = "confirmation"


class Usable(StrEnum):
    """Whether the purpose can be served today."""

    YES = "yes"
    WITH_DECLARATION = "with_declaration"
    """With a 被保険者資格申立書 (public rule)."""
    NO = "no"


class Presented(StrEnum):
    """What is shown at the desk."""

    CARD = "card"
    NOTICE = "notice"
    CONFIRMATION = "confirmation"
    SMARTPHONE_SCREEN = "smartphone_screen"
    """マイナポータル's 資格情報 screen."""
    LEGACY_CARD = "legacy_card"
    """The old 保険証."""
    PHONE_CARD = "phone_card"
    """The マイナ保険証 in the smartphone (public rule)."""


class Supplement(StrEnum):
    """Supplementary certificates that a paper needs beside it (△ of the union's table)."""

    ELDERLY_RECIPIENT_CERTIFICATE = "elderly_recipient_certificate"
    """高齢受給者証."""
    LIMIT_APPLICATION_CERTIFICATE = "limit_application_certificate"
    """限度額適用認定証."""
    MEAL_REDUCTION_CERTIFICATE = "meal_reduction_certificate"
    """標準負担額減額認定証."""
    SPECIFIC_DISEASE_CERTIFICATE = "specific_disease_certificate"
    """特定疾病療養受療証."""
    SUBSIDY_CERTIFICATE = "subsidy_certificate"
    """医療費助成の受給者証 (public rule)."""


class Paper(StrEnum):
    """Papers to file with the union (届出書類)."""

    ENROLMENT_NOTICE = "enrolment_notice"
    """組合員加入届."""
    ACQUISITION_NOTICE = "acquisition_notice"
    """被保険者資格取得届."""
    NAME_CHANGE_NOTICE = "name_change_notice"
    """氏名変更届."""
    WITHDRAWAL_NOTICE = "withdrawal_notice"
    """脱退届."""
    REGISTRATION_CANCELLATION = "registration_cancellation"
    """利用登録の解除申請書."""
    CONFIRMATION_APPLICATION = "confirmation_application"
    """資格確認書交付申請書."""


class Reason(StrEnum):
    """Why the decision is as it is; ``explain`` has a sentence and a source for each."""

    # Section 1
    MOVED_TO_LATE_ELDERLY = "moved_to_late_elderly"
    INSURANCE_ENDED = "insurance_ended"
    NOT_YET_INSURED = "not_yet_insured"
    # Sections 2 and 3
    NOTICE_CONFIRMS_DETAILS = "notice_confirms_details"
    PHONE_CARD_WORKS = "phone_card_works"
    CARD_WORKS = "card_works"
    CARD_UNREADABLE = "card_unreadable"
    CARD_NOT_HERE = "card_not_here"
    NOT_LINKED_YET = "not_linked_yet"
    MY_NUMBER_MISSING = "my_number_missing"
    FILING_UNKNOWN = "filing_unknown"
    LINKAGE_OVERDUE = "linkage_overdue"
    NO_CARD = "no_card"
    CARD_RETURNED = "card_returned"
    CARD_LOST = "card_lost"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_REVOKED = "certificate_revoked"
    NOT_REGISTERED = "not_registered"
    REGISTRATION_CANCELLED = "registration_cancelled"
    INFORMATION_WITHHELD = "information_withheld"
    NOTICE_NOT_ENOUGH = "notice_not_enough"
    # Extra reasons
    CERTIFICATE_IN_GRACE = "certificate_in_grace"
    CERTIFICATE_NOT_CHECKED = "certificate_not_checked"
    REGISTRATION_ENDING = "registration_ending"
    REGISTRATION_UNKNOWN = "registration_unknown"
    LINKAGE_ASSUMED = "linkage_assumed"
    PHONE_CARD_NOT_TAKEN = "phone_card_not_taken"
    PAYS_IN_FULL = "pays_in_full"
    OLD_CARD_EXPIRED = "old_card_expired"
    CONFIRMATION_EXPIRED = "confirmation_expired"
    CONFIRMATION_STARTS_LATER = "confirmation_starts_later"
    PAPER_OF_EARLIER_INSURANCE = "paper_of_earlier_insurance"
    # Section 4
    CONFIRMATION_IS_ENOUGH = "confirmation_is_enough"
    CONFIRMATION_ENDING = "confirmation_ending"
    STAY_ENDED = "stay_ended"


class NextStep(StrEnum):
    """What to do next, in the order of section 5; the screens have the text in each language."""

    TAKE_CARD_AND_WAIT = "take_card_and_wait"
    HOLD_PHONE_TO_READER = "hold_phone_to_reader"
    REGISTER_CARD = "register_card"
    REGISTER_CARD_AT_READER = "register_card_at_reader"
    SHOW_SMARTPHONE_SCREEN = "show_smartphone_screen"
    SHOW_NOTICE_WITH_CARD = "show_notice_with_card"
    SHOW_NOTICE = "show_notice"
    VIEW_MYNAPORTAL = "view_mynaportal"
    SHOW_CONFIRMATION = "show_confirmation"
    SHOW_OLD_CARD = "show_old_card"
    DECLARE_ELIGIBILITY = "declare_eligibility"
    BRING_CARD = "bring_card"
    BRING_SUPPLEMENTS = "bring_supplements"
    PAY_AND_CLAIM = "pay_and_claim"
    WAIT_FOR_LINKAGE = "wait_for_linkage"
    REPORT_MY_NUMBER = "report_my_number"
    FILE_PAPERS = "file_papers"
    AWAIT_CONFIRMATION = "await_confirmation"
    RENEW_CERTIFICATE = "renew_certificate"
    ASK_FOR_NOTICE = "ask_for_notice"
    ASK_STAFF = "ask_staff"
    CONTACT_UNION = "contact_union"
    ASK_NEW_INSURER = "ask_new_insurer"
