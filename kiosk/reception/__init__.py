"""The visit: a state machine, and the only place that knows the whole story of it."""

from kiosk.reception.actions import (
    Action,
    AskForDocument,
    ChoosePurpose,
    Continue,
    EnterPin,
    Finish,
    NeedStaff,
    OpenGuide,
    OpenPage,
    SayBelonging,
    SayNeeds,
    SaySmartphone,
    SayWhereabouts,
    StaffConfirm,
)
from kiosk.reception.anchoring import Anchoring, known_end
from kiosk.reception.answering import Answering, Books, NotOpen
from kiosk.reception.desk import DeskPicture, StaffDesk
from kiosk.reception.floors import Findings
from kiosk.reception.guidance import Belonging, Guide, Whereabouts, belongings
from kiosk.reception.looking_up import Asked, DeskProblem, DeskRefused, Found, LookingUp, Seen
from kiosk.reception.out_of_use import OutOfUse
from kiosk.reception.reception import Reception
from kiosk.reception.renewal import Renewal
from kiosk.reception.screens import Alert, Screen
from kiosk.reception.set_aside import SetAsideFile
from kiosk.reception.union_office import (
    Brings,
    Browsing,
    Orders,
    OwnRecord,
    OwnSide,
    Page,
    Procedure,
    UnderWay,
    UnionOffice,
)
from kiosk.reception.view import View
from kiosk.reception.visit.card import StaffAct
from kiosk.reception.visit.eligibility import Reminder
from kiosk.reception.visit.guiding import UNREADABLE
from kiosk.reception.visit.rules import Require, Rules
from kiosk.reception.visit.states import StateName

__all__ = [
    "Action",
    "Alert",
    "Anchoring",
    "Answering",
    "Asked",
    "AskForDocument",
    "Belonging",
    "Books",
    "Brings",
    "Browsing",
    "ChoosePurpose",
    "Continue",
    "DeskPicture",
    "DeskProblem",
    "DeskRefused",
    "EnterPin",
    "Finish",
    "Findings",
    "Found",
    "LookingUp",
    "OutOfUse",
    "Guide",
    "NeedStaff",
    "NotOpen",
    "OpenGuide",
    "OpenPage",
    "Orders",
    "OwnRecord",
    "OwnSide",
    "Page",
    "Procedure",
    "Reception",
    "Reminder",
    "Renewal",
    "Require",
    "Rules",
    "SayBelonging",
    "SayNeeds",
    "SaySmartphone",
    "SayWhereabouts",
    "Screen",
    "SetAsideFile",
    "Seen",
    "StaffAct",
    "StaffConfirm",
    "StaffDesk",
    "StateName",
    "UNREADABLE",
    "UnderWay",
    "UnionOffice",
    "View",
    "Whereabouts",
    "belongings",
    "known_end",
]
