"""The finished visits of today as CSV, for staff who type them into another system, or compare."""

from __future__ import annotations

import asyncio
import codecs
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from enum import StrEnum
from typing import Any, Final

from fastapi import APIRouter, Depends, Response

from kiosk import TOKYO
from kiosk.decision import Document, Usable
from kiosk.identity import Level
from kiosk.reception import StaffDesk
from kiosk.results import FinishedVisit, FinishedVisits, ResultsUnavailable
from kiosk.spreadsheet import SpreadsheetWriter
from kiosk.staff import StaffSession
from kiosk.web.staff import texts
from kiosk.web.staff.access import StaffAccess
from kiosk.web.staff.refusals import EntryProblem, NotDone
from kiosk.web.texts import DOCUMENTS

__all__ = ["CsvForm", "todays_visits", "visits_csv"]

COLUMNS: Final = (
    *("時刻", "端末", "結果", "本日の利用", "本人確認", "障害コード"),
    *("保険者番号", "記号", "番号", "枝番", "氏名", "フリガナ", "生年月日", "性別"),
)
_UNWRITABLE: Final = "〓"
"""What stands, by the custom of Japanese typesetting, for a character that CP932 does not have."""

_USABLE: Final[Mapping[str, str]] = {
    Usable.YES: "使えます",
    Usable.WITH_DECLARATION: "申立書を書けば使えます",
    Usable.NO: "使えません",
}
_SEX: Final[Mapping[str | None, str]] = {"male": "男", "female": "女"}

codecs.register_error("kiosk-geta", lambda error: (_UNWRITABLE, _end_of(error)))


class CsvForm(StrEnum):
    """How the characters are written."""

    UTF_8 = "utf-8"
    """With a byte order mark, by which Excel knows it."""
    CP932 = "cp932"
    """Shift_JIS as Windows has it. A character that it lacks is 〓."""


def todays_visits(desk: StaffDesk, results: FinishedVisits, access: StaffAccess) -> APIRouter:
    """Return the route of the list, for somebody at work. That it was taken is journaled first."""
    router = APIRouter(include_in_schema=False)
    at_work = Depends(access.at_work)

    @router.get("/desk/visits.csv")
    async def visits(form: CsvForm = CsvForm.UTF_8, session: StaffSession = at_work) -> Response:
        """Return the finished visits since midnight; the person where they have proved who they are."""
        midnight = datetime.combine(desk.today, time(), TOKYO)
        await desk.note("visits_taken", session.account.name, form.value)
        try:
            found = await asyncio.to_thread(results.ended_since, midnight)
        except ResultsUnavailable:
            raise NotDone(EntryProblem.VISITS_UNREADABLE) from None
        headers = {"Content-Disposition": f'attachment; filename="visits-{desk.today.isoformat()}.csv"'}
        charset = "Shift_JIS" if form is CsvForm.CP932 else "utf-8"
        return Response(visits_csv(found, form), media_type=f"text/csv; charset={charset}", headers=headers)

    return router


def visits_csv(visits: Iterable[FinishedVisit], form: CsvForm) -> bytes:
    """Return one line a visit under a line of headings; no cell is a formula."""
    text = io.StringIO()
    writer = SpreadsheetWriter(text)
    writer.writerow(COLUMNS)
    for visit in visits:
        writer.writerow(_cells(visit))
    if form is CsvForm.CP932:
        return text.getvalue().encode("cp932", "kiosk-geta")
    return text.getvalue().encode("utf-8-sig")


def _cells(visit: FinishedVisit) -> Sequence[str]:
    body: dict[str, Any] = json.loads(visit.body)
    decision, failure, level = body["decision"], body["failure"], body["level"]
    return (
        f"{visit.at.astimezone(TOKYO):%Y-%m-%d %H:%M:%S}",
        str(body["kiosk"]),
        _result(decision, failure),
        _USABLE[decision["usable"]] if decision else "",
        texts.LEVELS[Level(level) if level else None],
        str(failure["code"]) if failure else "",
        *_person(visit),
    )


def _result(decision: Mapping[str, Any] | None, failure: Mapping[str, Any] | None) -> str:
    if decision is None:
        return "障害" if failure else "中止"
    return DOCUMENTS[Document(decision["applies"])] if decision["applies"] else "資格なし"


def _person(visit: FinishedVisit) -> Sequence[str]:
    person = visit.person
    if person is None:
        return ("",) * 8
    numbers = (person.insurer_number, person.symbol, person.number, person.branch)
    born, sex = person.birth_date.isoformat(), _SEX.get(person.sex, "")
    return (*numbers, person.name, person.kana, born, sex)


def _end_of(error: UnicodeError) -> int:
    return error.end if isinstance(error, UnicodeEncodeError) else 0
