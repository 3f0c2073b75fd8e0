"""The visit: a state machine, and the only place that knows the whole story of it."""

from kiosk.reception.actions import Action, ChoosePurpose, Continue, EnterPin, Finish, NeedStaff, StaffConfirm
from kiosk.reception.answering import Answering
from kiosk.reception.service import Reception
from kiosk.reception.states import Screen, State
from kiosk.reception.view import View
from kiosk.reception.visit import Require, Rules

__all__ = [
    "Action",
    "Answering",
    "ChoosePurpose",
    "Continue",
    "EnterPin",
    "Finish",
    "NeedStaff",
    "Reception",
    "Require",
    "Rules",
    "Screen",
    "StaffConfirm",
    "State",
    "View",
]
