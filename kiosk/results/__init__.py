"""Finished visits for other programs: what a visit left for them, and the file that keeps it for some days.

`FinishedVisits` is what the API reads. Webhooks and ORCA each have a `Cursor`: the place on disk up to which a consumer
has taken the visits, in order and at least once.
"""

from kiosk.results.cursor import Cursor
from kiosk.results.errors import ResultsUnavailable, UnknownVisit
from kiosk.results.finished import Backlog, EndedVisit, FinishedVisit, Page
from kiosk.results.finished_visits import FinishedVisits
from kiosk.results.named_member import NamedMember
from kiosk.results.pseudonym import pseudonym

__all__ = [
    "Backlog",
    "Cursor",
    "EndedVisit",
    "FinishedVisit",
    "FinishedVisits",
    "Page",
    "NamedMember",
    "ResultsUnavailable",
    "UnknownVisit",
    "pseudonym",
]
