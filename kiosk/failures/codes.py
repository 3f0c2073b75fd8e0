"""The closed list of failure codes that the desk reads out by telephone.

Families: R reader, C card and certificate, P 暗証番号 (PIN), N member look-up, S the service itself.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["CUT_SHORT", "Code", "Family"]


class Family(StrEnum):
    """What a failure concerns: the letter before the number."""

    READER = "R"
    CARD = "C"
    PIN = "P"
    LOOK_UP = "N"
    SERVICE = "S"


class Code(StrEnum):
    """The closed list of failure codes."""

    @property
    def family(self) -> Family:
        """The family, from the code's letter."""
        return Family(self.value[0])

    READER_SERVICE_DOWN = "R-01"
    NO_READER = "R-02"
    READER_FAULT = "R-03"
    READER_BUSY = "R-04"
    CARD_SILENT = "R-05"
    WORKER_LOST = "R-06"
    READER_CLAIMED = "R-07"
    READER_SERVICE_STUCK = "R-08"
    READER_STUCK = "R-09"
    READER_REFUSED = "R-10"
    READER_NAME_UNREADABLE = "R-11"
    CARD_LEFT = "C-01"
    CARD_UNREADABLE = "C-02"
    NOT_MY_NUMBER_CARD = "C-03"
    CARD_DATA_BAD = "C-04"
    CARD_REFUSED = "C-05"
    CERTIFICATE_MALFORMED = "C-06"
    NOT_GENUINE = "C-07"
    CERTIFICATE_REVOKED = "C-08"
    CERTIFICATE_EXPIRED = "C-09"
    CERTIFICATE_NOT_YET_VALID = "C-10"
    SIGNATURE_INVALID = "C-11"
    ISSUER_EXPIRED = "C-12"
    NO_CARD = "C-13"
    CARD_WITHOUT_PIN = "C-14"
    CERTIFICATE_PROTECTED = "C-15"
    REVOCATION_UNKNOWN = "C-16"
    PIN_WRONG = "P-01"
    PIN_LAST_TRY = "P-02"
    PIN_BLOCKED = "P-03"
    PIN_MALFORMED = "P-04"
    PIN_OUTCOME_UNKNOWN = "P-05"
    STAFF_CHECK = "P-06"
    UNKNOWN_MEMBER = "N-01"
    REGISTRY_DOWN = "N-02"
    NO_FACTS = "N-03"
    ORDER_REFUSED = "N-04"
    ORDER_UNSURE = "N-05"
    TERMINAL_SILENT = "N-10"
    TERMINAL_FOLDER = "N-11"
    ANSWER_UNREADABLE = "N-12"
    TERMINAL_REFUSED = "N-13"
    SEVERAL_ANSWERS = "N-14"
    ANSWER_OF_ANOTHER = "N-15"
    NOT_FOUND_ONLINE = "N-16"
    SEVERAL_FOUND_ONLINE = "N-17"
    QUESTIONS_WAIT = "N-18"
    ANSWERS_NOT_KEPT = "N-19"
    READER_RESULT_MISSING = "N-20"
    SEVERAL_RESULTS = "N-21"
    PATIENT_NUMBER_LOST = "N-22"
    ORCA_SILENT = "N-25"
    ORCA_REFUSED = "N-26"
    ORCA_UNUSABLE = "N-27"
    INTERNAL = "S-01"
    JOURNAL_DOWN = "S-02"
    STARTING = "S-03"
    NO_TRUST = "S-04"
    CLOCK_WRONG = "S-05"
    OUT_OF_USE = "S-06"
    REVOCATION_UNUSABLE = "S-07"
    ROOT_ENDING = "S-08"
    CLOCK_AHEAD = "S-09"
    DATA_DIR_IN_USE = "S-10"
    JOURNAL_WENT_BACK = "S-11"
    WRONG_PASSWORDS = "S-12"
    RESULTS_NOT_KEPT = "S-13"
    TOKENS_UNREADABLE = "S-14"
    HOOK_SILENT = "S-16"
    HOOK_REFUSED = "S-17"
    RECEIPTS_UNSIGNED = "S-18"
    FONT_MISSING = "S-19"
    LOOKS_NOT_COPIED = "S-20"
    PRINTER_WAITS = "S-21"
    PRINTER_SILENT = "S-22"
    RECORDING_MISSING = "S-24"


CUT_SHORT: frozenset[Code] = frozenset(
    {
        Code.READER_SERVICE_DOWN,
        Code.NO_READER,
        Code.READER_FAULT,
        Code.CARD_SILENT,
        Code.WORKER_LOST,
        Code.READER_CLAIMED,
        Code.CARD_LEFT,
        Code.CARD_UNREADABLE,
    }
)
"""Errors after which it is unknown whether the card has judged the 暗証番号 and counted a try (P-05).

Every other error is raised before VERIFY is sent, or is the card's own answer to it.
"""
