"""The visit: a state machine, and the only place that knows the whole story of it."""

from kiosk.reception.actions import Action, ChoosePurpose, Continue, EnterPin, Finish, NeedStaff, StaffConfirm
from kiosk.reception.answering import Answering
from kiosk.reception.desk import DeskPicture, StaffDesk
from kiosk.reception.looking_up import Asked, DeskProblem, DeskRefused, Found, LookingUp, Seen
from kiosk.reception.out_of_use import OutOfUse
from kiosk.reception.service import Reception
from kiosk.reception.states import Screen, State
from kiosk.reception.view import View
from kiosk.reception.visit import Require, Rules, StaffAct

__all__ = [
    "Action",
    "Answering",
    "Asked",
    "ChoosePurpose",
    "Continue",
    "DeskPicture",
    "DeskProblem",
    "DeskRefused",
    "EnterPin",
    "Finish",
    "Found",
    "LookingUp",
    "NeedStaff",
    "OutOfUse",
    "Reception",
    "Require",
    "Rules",
    "Screen",
    "Seen",
    "StaffAct",
    "StaffConfirm",
    "StaffDesk",
    "State",
    "View",
]
