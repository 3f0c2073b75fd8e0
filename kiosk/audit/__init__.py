"""The journal: what the kiosk answered, when, and on what proof; tamper-evident, without personal data."""

from kiosk.audit.desk_entry import DeskEntry
from kiosk.audit.entry import Entry
from kiosk.audit.head import Head
from kiosk.audit.journal import Journal, JournalError, JournalLost, journal_path
from kiosk.audit.verification import Problem, ProblemKind, Verification, verify

__all__ = [
    "DeskEntry",
    "Entry",
    "Head",
    "Journal",
    "JournalError",
    "JournalLost",
    "Problem",
    "ProblemKind",
    "Verification",
    "journal_path",
    "verify",
]
