"""The visit: a state machine, and the only place that knows the whole story of it."""

from kiosk.reception.actions import (
    Action,
    AskForDocument,
    ChooseLanguage,
    ChoosePurpose,
    Continue,
    EnterPin,
    Finish,
    NeedStaff,
    OpenGuide,
    OpenPage,
    SayBelonging,
    SayLimitConsent,
    SayNeeds,
    SayPhoneCard,
    SaySmartphone,
    SayWhereabouts,
    SetAids,
    StaffConfirm,
)
from kiosk.reception.aids import LONGER, Aids
from kiosk.reception.anchoring import Anchoring, known_end
from kiosk.reception.audience import Following
from kiosk.reception.books import Books, NotOpen
from kiosk.reception.desk import (
    Asked,
    DeskPicture,
    DeskProblem,
    DeskRefused,
    FoundMember,
    LateAnswer,
    LateAnswers,
    LookingUp,
    Neighbours,
    OutOfUse,
    Seen,
    StaffDesk,
    VisitOutcome,
)
from kiosk.reception.eligibility_service import EligibilityService
from kiosk.reception.endings import Ended
from kiosk.reception.figures import KEPT, Counting, Figures, Spans
from kiosk.reception.floors import Findings
from kiosk.reception.guidance import Belonging, Guide, Whereabouts, belongings
from kiosk.reception.heart import Heart
from kiosk.reception.intake import (
    MOST_BYTES,
    Consent,
    Draft,
    DraftStage,
    Intake,
    IntakeProblem,
    IntakeRefused,
    NewDraft,
    TooLarge,
    Upload,
)
from kiosk.reception.job_book import AtWork
from kiosk.reception.looks import LookCopying
from kiosk.reception.masking import masked
from kiosk.reception.not_determinable import NotDeterminable
from kiosk.reception.office import MemberFile, Office, OrdersWaiting, Today, WhatIf
from kiosk.reception.photo import HolderUnknown, PhotoProblem, PhotoRefused
from kiosk.reception.post import (
    JobKind,
    JobStage,
    Planned,
    PostDesk,
    PostJob,
    PostProblem,
    PostRefused,
    Prints,
    Sent,
)
from kiosk.reception.program_desk import ProgramDesk, TooManyQuestions
from kiosk.reception.program_look_up import BirthDateNeeded, ProgramAnswer
from kiosk.reception.reception import Reception, ReceptionOptions
from kiosk.reception.renewal import Renewal
from kiosk.reception.screens import Alert, CallShown, Screen
from kiosk.reception.set_aside import SetAsideFile, Witness
from kiosk.reception.union_office import (
    GENERAL_PAGES,
    Brings,
    Browsing,
    Linkage,
    Orders,
    OwnRecord,
    OwnWay,
    PaperHere,
    PersonalPages,
    ProcedureOutlook,
    UnderWay,
    UnionOffice,
    UnionPage,
)
from kiosk.reception.view import View
from kiosk.reception.visit.card import StaffAct
from kiosk.reception.visit.eligibility import Reminder
from kiosk.reception.visit.guiding import UNREADABLE
from kiosk.reception.visit.rules import Require, Rules
from kiosk.reception.visit.states import StateName

__all__ = [
    "AtWork",
    "Sent",
    "Prints",
    "PostRefused",
    "PostProblem",
    "PostJob",
    "PostDesk",
    "Planned",
    "JobStage",
    "JobKind",
    "MOST_BYTES",
    "Draft",
    "Intake",
    "IntakeProblem",
    "IntakeRefused",
    "Consent",
    "NewDraft",
    "DraftStage",
    "TooLarge",
    "Upload",
    "Heart",
    "LookCopying",
    "Neighbours",
    "OrdersWaiting",
    "Today",
    "MemberFile",
    "Office",
    "WhatIf",
    "LONGER",
    "Aids",
    "SetAids",
    "Action",
    "Alert",
    "Anchoring",
    "AskForDocument",
    "Asked",
    "Belonging",
    "BirthDateNeeded",
    "Books",
    "Brings",
    "Browsing",
    "CallShown",
    "ChooseLanguage",
    "ChoosePurpose",
    "Continue",
    "DeskPicture",
    "DeskProblem",
    "DeskRefused",
    "EligibilityService",
    "Ended",
    "EnterPin",
    "Counting",
    "Figures",
    "KEPT",
    "Spans",
    "Findings",
    "Finish",
    "Following",
    "FoundMember",
    "LateAnswer",
    "LateAnswers",
    "GENERAL_PAGES",
    "Guide",
    "Linkage",
    "HolderUnknown",
    "LookingUp",
    "NeedStaff",
    "NotDeterminable",
    "NotOpen",
    "OpenGuide",
    "OpenPage",
    "Orders",
    "OutOfUse",
    "OwnRecord",
    "OwnWay",
    "PaperHere",
    "PersonalPages",
    "ProcedureOutlook",
    "PhotoProblem",
    "PhotoRefused",
    "ProgramAnswer",
    "ProgramDesk",
    "Reception",
    "ReceptionOptions",
    "Reminder",
    "Renewal",
    "Require",
    "Rules",
    "SayBelonging",
    "SayPhoneCard",
    "SayNeeds",
    "SayLimitConsent",
    "SaySmartphone",
    "SayWhereabouts",
    "Screen",
    "Seen",
    "SetAsideFile",
    "StaffAct",
    "StaffConfirm",
    "StaffDesk",
    "StateName",
    "TooManyQuestions",
    "UNREADABLE",
    "UnderWay",
    "UnionOffice",
    "UnionPage",
    "View",
    "VisitOutcome",
    "Whereabouts",
    "Witness",
    "belongings",
    "known_end",
    "masked",
]
