"""What is typed into the search, what is sought by it, and what a list shows of those who were found."""

from __future__ import annotations

from datetime import date
from typing import Final

from pydantic import Field

from kiosk.eligibility import DataRefused, MemberLine, MemberSearch, NumberRefused, contains_my_number, folded_kana
from kiosk.wareki import wareki
from kiosk.web.officer import texts
from kiosk.web.officer.forms import Form
from kiosk.web.officer.lists import KeptList, ListColumn, Row
from kiosk.web.staff.written_day import written_birthdays

__all__ = ["COLUMNS", "SearchForm", "SearchRefused", "list_of", "search_of"]

COLUMNS: Final = (
    ListColumn("symbol", "記号"),
    ListColumn("number", "番号"),
    ListColumn("branch", "枝番"),
    ListColumn("name", "氏名"),
    ListColumn("kana", "フリガナ"),
    ListColumn("birth_date", "生年月日"),
    ListColumn("employer", "事業所名"),
    ListColumn("state", "資格"),
)


class SearchForm(Form):
    """The fields of the search."""

    symbol: str = Field(default="", max_length=100, repr=False)
    number: str = Field(default="", max_length=100, repr=False)
    kana: str = Field(default="", max_length=200, repr=False)
    name: str = Field(default="", max_length=200, repr=False)
    birth_date: str = Field(default="", max_length=100, repr=False)
    employer: str = Field(default="", max_length=200, repr=False)


class SearchRefused(Exception):
    """Nobody is sought. ``field`` is the one at fault, or empty; ``forget``: what was typed must not be shown again."""

    def __init__(self, problem: str, *, forget: bool = False) -> None:
        super().__init__(problem)
        self.sentence, self.forget = texts.SEARCH_REFUSED[problem], forget
        self.field = problem if problem in SearchForm.model_fields else ""


def search_of(form: SearchForm, insurer_number: str, today: date) -> MemberSearch:
    """Return the search that was typed. Raises SearchRefused; a マイナンバー is reported before all else."""
    if contains_my_number(form.birth_date):
        raise SearchRefused("my_number", forget=True)
    days = written_birthdays(form.birth_date, today)
    typed = form.model_dump(exclude={"birth_date"})
    try:
        found = MemberSearch.of(insurer_number, birth_dates=days, **typed) if days or any(typed.values()) else None
    except NumberRefused:
        raise SearchRefused("my_number", forget=True) from None
    except DataRefused as error:
        raise SearchRefused(str(error)) from None
    if form.birth_date.strip() and not days:
        raise SearchRefused("birth_date")
    if found is None:
        raise SearchRefused("nothing")
    return found


def list_of(lines: tuple[MemberLine, ...], today: date) -> KeptList:
    """Return the list of those who were found."""
    return KeptList("members", COLUMNS, tuple(_row(at, line, today) for at, line in enumerate(lines)))


def _row(at: int, line: MemberLine, today: date) -> Row:
    of_key = (line.id.symbol, line.id.number, line.id.branch)
    state, ends = _state(line, today), line.lost_on.isoformat() if line.lost_on else ""
    cells = (*of_key, line.name, line.kana, wareki(line.birth_date), line.employer, state)
    keys = (
        *of_key,
        line.name,
        folded_kana(line.kana),
        line.birth_date.isoformat(),
        line.employer,
        f"{state[:2]}{ends}",
    )
    return Row(at, cells, keys)


def _state(line: MemberLine, today: date) -> str:
    if line.lost_on and line.lost_on <= today:
        return f"喪失（{wareki(line.lost_on)}）"
    if line.acquired_on > today:
        return f"取得前（{wareki(line.acquired_on)}から）"
    return "加入中" if line.lost_on is None else f"加入中（{wareki(line.lost_on)}に喪失）"
