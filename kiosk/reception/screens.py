"""The closed lists of what is shown: the visitor's screens, and the alerts for staff."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Alert", "CallShown", "Screen"]


class Screen(StrEnum):
    """What the visitor's browser shows: one template each, all in one grammar."""

    IDLE = "idle"
    READING = "reading"
    PIN = "pin"
    PIN_WRONG = "pin_wrong"
    CHECKING = "checking"
    ASKING_TERMINAL = "asking_terminal"
    STAFF_CHECK = "staff_check"
    OFFICIAL_READER = "official_reader"
    STILL_THERE = "still_there"
    RESULT_CARD = "result_card"
    RESULT_NOTICE = "result_notice"
    RESULT_CONFIRMATION = "result_confirmation"
    RESULT_NONE = "result_none"
    CARD_UNREADABLE = "card_unreadable"
    NOT_MY_NUMBER_CARD = "not_my_number_card"
    PIN_LAST_TRY = "pin_last_try"
    PIN_BLOCKED = "pin_blocked"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_REVOKED = "certificate_revoked"
    NOT_GENUINE = "not_genuine"
    UNKNOWN_MEMBER = "unknown_member"
    NOT_CONFIRMED_ONLINE = "not_confirmed_online"
    SERVICE_TROUBLE = "service_trouble"
    READER_TROUBLE = "reader_trouble"
    TAKE_CARD = "take_card"
    FAREWELL = "farewell"
    QUESTION_PURPOSE = "question_purpose"
    QUESTION_NEEDS = "question_needs"
    QUESTION_SMARTPHONE = "question_smartphone"
    QUESTION_LIMIT_CONSENT = "question_limit_consent"
    GUIDE_CARD = "guide_card"
    GUIDE_PHONE = "guide_phone"
    GUIDE_BELONGINGS = "guide_belongings"
    GUIDE_ADVICE = "guide_advice"
    UNION_MENU = "union_menu"
    OWN_RECORD = "own_record"
    LOOKS = "looks"
    PROCEDURES = "procedures"
    PROCEDURE = "procedure"
    MYNAPORTAL = "mynaportal"
    DOCUMENT_REQUEST = "document_request"
    ORDERS = "orders"
    WAY_TO_USE = "way_to_use"
    MERITS = "merits"
    IDENTIFYING = "identifying"
    COMPARISON = "comparison"
    ABOUT_CONFIRMATION = "about_confirmation"
    ABOUT_NOTICE = "about_notice"


class CallShown(StrEnum):
    """What the visitor's screen says of their call to staff."""

    NONE = "none"
    CALLED = "called"
    """A staff page is open, which rings until somebody answers."""
    ANSWERED = "answered"
    NOBODY = "nobody"
    """No staff page is open: the visitor has to speak to somebody."""


class Alert(StrEnum):
    """What the staff shall look after, though nobody has called."""

    CARD_LEFT_BEHIND = "card_left_behind"
