"""Check what staff typed: give one clear sentence if it is not accepted, and keep nothing of it."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Final, Literal

from kiosk.decision import Confirmation, Need
from kiosk.decision.facts import FIRST_YEAR, LAST_YEAR
from kiosk.eligibility import DataRefused, MemberQuery, NumberRefused, PapersSeen, contains_my_number
from kiosk.eligibility.terminal import Enquiry
from kiosk.reception import Asked
from kiosk.web.staff.actions import Ask, Find, SeekOnline, TiePatient
from kiosk.web.staff.refusals import EntryProblem, NotDone
from kiosk.web.staff.written_day import written_birthdays, written_day

__all__ = ["asked_of", "enquiry_of", "query_of", "reference_of"]

_BRANCH_DIGITS: Final = 2
_LONGEST_REFERENCE: Final = 50


def query_of(find: Find, insurer_number: str, today: date) -> MemberQuery:
    """Return what to look for: 番号 or フリガナ, and 生年月日. If both are given, both have to fit.

    Raises:
        NotDone: A field is not accepted; a マイナンバー is reported as such, whatever else is wrong.

    """
    if contains_my_number(find.birth_date):
        raise NotDone(EntryProblem.MY_NUMBER)
    days = written_birthdays(find.birth_date, today)
    try:
        query = _query(find, insurer_number, days)
    except NumberRefused:
        raise NotDone(EntryProblem.MY_NUMBER) from None
    except DataRefused as error:
        raise NotDone(EntryProblem(str(error))) from None
    if not days:
        raise NotDone(EntryProblem.BIRTH_DATE)
    return query


def _query(find: Find, insurer_number: str, days: tuple[date, ...]) -> MemberQuery:
    if not find.number.strip() and find.kana.strip() and not find.symbol.strip():
        return MemberQuery.by_kana(insurer_number, find.kana, *days)
    query = MemberQuery.of(insurer_number, find.symbol, find.number, *days)
    return query.narrowed(find.kana) if find.kana.strip() else query


def enquiry_of(typed: SeekOnline, today: date) -> Enquiry:
    """Return what to ask the 資格確認端末, from what staff typed off a paper.

    Raises:
        NotDone: A field is not accepted; a マイナンバー is reported as such, whatever else is wrong.

    """
    branch, insurer = (unicodedata.normalize("NFKC", text).strip() for text in (typed.branch, typed.insurer_number))
    if any(map(contains_my_number, (typed.birth_date, branch, insurer))):
        raise NotDone(EntryProblem.MY_NUMBER)
    days = written_birthdays(typed.birth_date, today)
    try:
        query = MemberQuery.of(insurer, typed.symbol, typed.number, *days)
    except NumberRefused:
        raise NotDone(EntryProblem.MY_NUMBER) from None
    except DataRefused as error:
        raise NotDone(EntryProblem(str(error))) from None
    if branch and not (len(branch) == _BRANCH_DIGITS and branch.isascii() and branch.isdigit()):
        raise NotDone(EntryProblem.BRANCH)
    if len(days) != 1 or days[0] > today:
        raise NotDone(EntryProblem.BIRTH_DATE_WITH_ERA if days else EntryProblem.BIRTH_DATE)
    return Enquiry(insurer, query.symbol, query.number or "", branch, days[0], today, typed.limit_consent)


def reference_of(typed: TiePatient) -> str:
    """Return a 照会番号, the clinic's patient number, from what staff typed.

    Raises:
        NotDone: It is not accepted; a マイナンバー is reported as such.

    """
    reference = unicodedata.normalize("NFKC", typed.reference).strip()
    if contains_my_number(reference):
        raise NotDone(EntryProblem.MY_NUMBER)
    if not 1 <= len(reference) <= _LONGEST_REFERENCE or not reference.isprintable():
        raise NotDone(EntryProblem.REFERENCE)
    return reference


def asked_of(ask: Ask) -> Asked:
    """Return what was asked, with each need once and in their order.

    Raises:
        NotDone: A field is not accepted; a マイナンバー is reported first.

    """
    if any(map(contains_my_number, (ask.confirmation_from, ask.confirmation_until, ask.legacy_card_until))):
        raise NotDone(EntryProblem.MY_NUMBER)
    needs = tuple(need for need in Need if need in ask.needs)
    return Asked(ask.purpose, needs, ask.card_today, ask.smartphone, ask.event, _papers(ask), ask.phone_card)


def _papers(ask: Ask) -> PapersSeen:
    confirmation: Confirmation | Literal[False] | None = None if ask.confirmation_here is None else False
    legacy_card: date | Literal[False] | None = None if ask.legacy_card_here is None else False
    if ask.confirmation_here:
        confirmation = _confirmation(ask)
    if ask.legacy_card_here:
        legacy_card = _day(ask.legacy_card_until, EntryProblem.LEGACY_CARD_DAY)
    return PapersSeen(ask.notice_here, confirmation, legacy_card)


def _confirmation(ask: Ask) -> Confirmation:
    first, last = (
        _day(text, EntryProblem.CONFIRMATION_DAYS) for text in (ask.confirmation_from, ask.confirmation_until)
    )
    if last < first:
        raise NotDone(EntryProblem.CONFIRMATION_DAYS)
    return Confirmation(first, last)


def _day(text: str, problem: EntryProblem) -> date:
    day = written_day(text)
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotDone(problem)
    return day
