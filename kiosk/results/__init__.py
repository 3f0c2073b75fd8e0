"""Finished visits for other programs: what a visit left for them, and the file that keeps it for some days.

`FinishedVisits` is what the API and the connectors read: by cursor, or in order for a queue of their own.
"""

from kiosk.results.errors import ResultsUnavailable, UnknownVisit
from kiosk.results.finished import EndedVisit, FinishedVisit, Page
from kiosk.results.finished_visits import FinishedVisits
from kiosk.results.named_member import NamedMember
from kiosk.results.pseudonym import pseudonym

__all__ = [
    "EndedVisit",
    "FinishedVisit",
    "FinishedVisits",
    "Page",
    "NamedMember",
    "ResultsUnavailable",
    "UnknownVisit",
    "pseudonym",
]
