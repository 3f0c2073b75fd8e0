"""The staff desk: what staff see of the kiosk, whom they look up, and what they may do."""

from kiosk.reception.desk.asking import Asked, ConfirmedOnline, DeskProblem, DeskRefused, FoundMember, Seen
from kiosk.reception.desk.desk_picture import DeskPicture
from kiosk.reception.desk.happenings import VisitOutcome
from kiosk.reception.desk.late_answers import LateAnswer, LateAnswers
from kiosk.reception.desk.looking_up import LookingUp
from kiosk.reception.desk.neighbours import Neighbours
from kiosk.reception.desk.out_of_use import OutOfUse
from kiosk.reception.desk.staff_desk import StaffDesk

__all__ = [
    "Asked",
    "ConfirmedOnline",
    "DeskPicture",
    "DeskProblem",
    "DeskRefused",
    "FoundMember",
    "LateAnswer",
    "LateAnswers",
    "LookingUp",
    "Neighbours",
    "OutOfUse",
    "Seen",
    "StaffDesk",
    "VisitOutcome",
]
