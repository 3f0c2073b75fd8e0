"""Keep the journal: what the kiosk answered, when, and on what proof; tamper-evident, without personal data."""

from kiosk.audit.anchor import Anchor
from kiosk.audit.desk_entry import DeskEntry
from kiosk.audit.entry import Entry
from kiosk.audit.head import Head
from kiosk.audit.journal import Journal, JournalError, JournalLost, JournalNotOurs, journal_path
from kiosk.audit.journal_lines import JournalPlace
from kiosk.audit.looks import JournaledLook, LookPurpose, LookReason, looks_after
from kiosk.audit.program_entry import ProgramEntry
from kiosk.audit.stamps import Stamp, journal_stamps
from kiosk.audit.stamps import newest as newest_stamp
from kiosk.audit.verification import JournalProblem, ProblemKind, Verification, verify
from kiosk.audit.visit_tally import FAILED, LEFT, NO_DOCUMENT, VisitCounts, VisitTally

__all__ = [
    "FAILED",
    "LEFT",
    "NO_DOCUMENT",
    "VisitCounts",
    "VisitTally",
    "Anchor",
    "DeskEntry",
    "Entry",
    "Head",
    "Journal",
    "JournalError",
    "JournalLost",
    "JournalNotOurs",
    "JournalProblem",
    "JournaledLook",
    "LookPurpose",
    "LookReason",
    "JournalPlace",
    "ProblemKind",
    "ProgramEntry",
    "Stamp",
    "Verification",
    "journal_path",
    "journal_stamps",
    "looks_after",
    "newest_stamp",
    "verify",
]
