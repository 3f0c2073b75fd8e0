"""Files about members that officers hand in from a browser: previewed, looked at, and taken or not, one at a time."""

from kiosk.reception.intake.drafts import Draft, DraftStage
from kiosk.reception.intake.files import FileWork, Upload
from kiosk.reception.intake.folder import MOST_BYTES, DraftFolder, NewDraft, TooLarge
from kiosk.reception.intake.intake import Intake
from kiosk.reception.intake.problems import IntakeProblem, IntakeRefused
from kiosk.reception.intake.proposals import Consent, Proposal
from kiosk.reception.intake.undoing import UndoWork

__all__ = [
    "MOST_BYTES",
    "Draft",
    "DraftFolder",
    "FileWork",
    "Intake",
    "IntakeProblem",
    "IntakeRefused",
    "Consent",
    "NewDraft",
    "Proposal",
    "DraftStage",
    "TooLarge",
    "UndoWork",
    "Upload",
]
