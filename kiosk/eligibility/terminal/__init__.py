"""The 資格確認端末 of a clinic: オンライン資格確認 by files in shared folders (docs/terminal.md).

`Terminal` asks about one person and registers a 照会番号, `ask_all` asks about many, `FaceFolder` watches the results
of the 顔認証付きカードリーダー. `write_request` and `parse_answer` are the messages as pure functions.
"""

from kiosk.eligibility.terminal.answers import parse_answer
from kiosk.eligibility.terminal.asking_again import AskingAgain
from kiosk.eligibility.terminal.bookings import Booking, read_bookings
from kiosk.eligibility.terminal.bulk import BulkLine, ask_all
from kiosk.eligibility.terminal.csv_lines import LineRefused
from kiosk.eligibility.terminal.errors import RequestRefused, SeveralAnswers, TerminalError
from kiosk.eligibility.terminal.exchange import Exchange, Folders
from kiosk.eligibility.terminal.face import FaceFile, FaceFolder
from kiosk.eligibility.terminal.facts import (
    Desk,
    FactsNote,
    NoFacts,
    TerminalFacts,
    facts_of_answer,
    policy_for,
    qualifications,
    shows_card,
    without_served,
)
from kiosk.eligibility.terminal.file_names import face_moment
from kiosk.eligibility.terminal.json_form import answer_json, consents_json, registered_json
from kiosk.eligibility.terminal.kept import KeptAnswers
from kiosk.eligibility.terminal.known import KnownAnswers, KnownAnswersError
from kiosk.eligibility.terminal.matching import Awaited, face_file_of
from kiosk.eligibility.terminal.model import (
    Answer,
    Consents,
    Enquiry,
    Qualification,
    ReferenceRegistration,
    Registered,
    Status,
)
from kiosk.eligibility.terminal.official_reader import RECENT, OfficialReader
from kiosk.eligibility.terminal.outage import Outage
from kiosk.eligibility.terminal.patient_cards import PatientCard, PatientCards, PatientCardsUnusable
from kiosk.eligibility.terminal.queue import QuestionQueue, WaitingQuestion
from kiosk.eligibility.terminal.registering import RegisteredLine, register_all
from kiosk.eligibility.terminal.registrations import read_registrations
from kiosk.eligibility.terminal.requests import check_enquiry, check_registration, write_registration, write_request
from kiosk.eligibility.terminal.terminal import Terminal
from kiosk.eligibility.terminal.whose import Whose
from kiosk.eligibility.terminal.wording import insurance_of, own_words, summary

__all__ = [
    "Answer",
    "AskingAgain",
    "Awaited",
    "Booking",
    "BulkLine",
    "Consents",
    "Desk",
    "Exchange",
    "FaceFile",
    "FaceFolder",
    "Folders",
    "KeptAnswers",
    "KnownAnswers",
    "KnownAnswersError",
    "LineRefused",
    "NoFacts",
    "FactsNote",
    "Enquiry",
    "Registered",
    "RegisteredLine",
    "ReferenceRegistration",
    "RequestRefused",
    "OfficialReader",
    "Outage",
    "PatientCard",
    "PatientCards",
    "PatientCardsUnusable",
    "RECENT",
    "SeveralAnswers",
    "Qualification",
    "QuestionQueue",
    "Status",
    "Terminal",
    "TerminalError",
    "TerminalFacts",
    "WaitingQuestion",
    "Whose",
    "answer_json",
    "ask_all",
    "check_enquiry",
    "check_registration",
    "consents_json",
    "face_file_of",
    "face_moment",
    "facts_of_answer",
    "insurance_of",
    "own_words",
    "parse_answer",
    "policy_for",
    "qualifications",
    "read_bookings",
    "read_registrations",
    "register_all",
    "registered_json",
    "shows_card",
    "summary",
    "without_served",
    "write_registration",
    "write_request",
]
