"""What staff typed, judged: one clear sentence where it will not do, and nothing of it kept."""

from __future__ import annotations

from datetime import date

from kiosk.eligibility import DataRefused, MemberQuery, NumberRefused, contains_my_number
from kiosk.web.staff.actions import Find
from kiosk.web.staff.birth_day import birth_day
from kiosk.web.staff.refusals import EntryProblem, NotDone

__all__ = ["query_of"]


def query_of(find: Find, insurer_number: str) -> MemberQuery:
    """Return what is looked for. Raises NotDone; a マイナンバー is named as such, whatever else is wrong."""
    if contains_my_number(find.birth_date):
        raise NotDone(EntryProblem.MY_NUMBER)
    day = birth_day(find.birth_date)
    try:
        query = MemberQuery.of(insurer_number, find.symbol, find.number, day or date.min)
    except NumberRefused:
        raise NotDone(EntryProblem.MY_NUMBER) from None
    except DataRefused as error:
        raise NotDone(EntryProblem(str(error))) from None
    if day is None:
        raise NotDone(EntryProblem.BIRTH_DATE)
    return query
