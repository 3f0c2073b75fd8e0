"""Write the queue by age and the kiosks of the register as rows of the office's lists, what is wrong first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import IntEnum
from typing import Final

from kiosk import TOKYO, tokyo_day
from kiosk.eligibility import Heartbeat, KioskSeen
from kiosk.reception import OrdersWaiting
from kiosk.wareki import wareki
from kiosk.web.officer.lists import KeptList, ListColumn, Row
from kiosk.web.officer.wording import instant
from kiosk.web.staff.texts import CALLS, STATES
from kiosk.web.texts import DOCUMENTS

__all__ = ["CLOCK_TOLERANCE", "Standing", "call_of", "kiosk_list", "minutes_silent", "standing_of", "waiting_list"]

CLOCK_TOLERANCE: Final = 5.0
"""Seconds by which a kiosk's clock may differ from the register's without being called wrong."""

_WAITING_COLUMNS: Final = (
    ListColumn("asked", "受付日"),
    ListColumn("document", "書類"),
    ListColumn("orders", "件数"),
    ListColumn("due", "発送の目安（3～4営業日後）"),
    ListColumn("state", "状態"),
)
_KIOSK_COLUMNS: Final = (
    ListColumn("kiosk", "端末"),
    ListColumn("state", "状態"),
    ListColumn("call", "呼び出し"),
    ListColumn("visit", "最後の来訪"),
    ListColumn("clock", "時計のずれ"),
    ListColumn("trust", "失効リスト"),
    ListColumn("version", "版"),
)
_STATES: Final = {state.value: label for state, label in STATES.items()}
_DIGITS: Final = 12
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Standing(IntEnum):
    """How a kiosk is, the most urgent first: somebody waits there, nobody can be served, or only something is wrong."""

    CALLING = 0
    STOPPED = 1
    GONE = 2
    TROUBLED = 3
    CLOCK_WRONG = 4
    WELL = 5


def standing_of(one: KioskSeen) -> Standing:
    """Return how a kiosk is. What one that is gone said last does not hold any more."""
    if one.is_gone:
        return Standing.GONE
    if one.said.called_at:
        return Standing.CALLING
    if one.said.reasons:
        return Standing.STOPPED
    if one.said.troubles:
        return Standing.TROUBLED
    return Standing.CLOCK_WRONG if abs(one.clock_offset) >= CLOCK_TOLERANCE else Standing.WELL


def minutes_silent(one: KioskSeen) -> int:
    """Return for how many whole minutes a kiosk has said nothing."""
    return int(one.seconds_ago // 60)


def waiting_list(queue: Sequence[OrdersWaiting], on: date, narrowed: str = "") -> KeptList:
    """Return the open orders by day and document, the oldest first."""
    rows = tuple(_waiting_row(at, line, on) for at, line in enumerate(queue))
    return KeptList("waiting", _WAITING_COLUMNS, rows, narrowed)


def kiosk_list(kiosks: Sequence[KioskSeen], on: date | None = None, narrowed: str = "") -> KeptList:
    """Return the kiosks, the most urgent first, then by name; times of the day ``on`` are written without the day."""
    by_need = sorted(kiosks, key=lambda one: (standing_of(one), one.said.kiosk))
    rows = tuple(_kiosk_row(at, one, on) for at, one in enumerate(by_need))
    return KeptList("kiosks", _KIOSK_COLUMNS, rows, narrowed)


def _waiting_row(at: int, line: OrdersWaiting, on: date) -> Row:
    waiting, expected = line.waiting, line.expected
    due = f"{wareki(expected.earliest)}から{wareki(expected.latest)}まで" if expected else "不明"
    rank, state = _waiting_state(line, on)
    cells = (wareki(waiting.asked_on), DOCUMENTS[waiting.document], f"{waiting.count:,}", due, state)
    last_day = expected.latest.isoformat() if expected else ""
    keys = (waiting.asked_on.isoformat(), waiting.document.value, f"{waiting.count:0{_DIGITS}}", last_day, rank)
    return Row(at, cells, keys, frozenset({"state"} if line.overdue else ()))


def _waiting_state(line: OrdersWaiting, on: date) -> tuple[str, str]:
    if line.overdue:
        return "0", "目安超過"
    if line.expected and line.expected.earliest <= on:
        return "1", "発送の時期です"
    return "2", "目安の前"


def _kiosk_row(at: int, one: KioskSeen, on: date | None) -> Row:
    said, standing = one.said, standing_of(one)
    calls = said.called_at is not None and not one.is_gone
    call = call_of(said, on) if calls else "なし"
    visit = _time(said.last_visit_at, on) if said.last_visit_at else "起動してからありません"
    trust = instant(said.trust_as_of) if said.trust_as_of else "なし"
    cells = (said.kiosk, _kiosk_state(one), call, visit, _clock(one.clock_offset), trust, said.version)
    clock = f"{abs(one.clock_offset):0{_DIGITS}.1f}"
    times = (said.last_visit_at, said.trust_as_of)
    visited, trusted = ((at or _NEVER).isoformat() for at in times)
    keys = (said.kiosk, f"{standing}{cells[1]}", _call_key(said, calls=calls), visited, clock, trusted, said.version)
    return Row(at, cells, keys, _standing_out(one, calls=calls))


def _kiosk_state(one: KioskSeen) -> str:
    if one.is_gone:
        return f"連絡がありません（{minutes_silent(one)}分）"
    said, state = one.said, _STATES.get(one.said.state, one.said.state)
    codes = dict.fromkeys((*said.reasons, *said.troubles))
    shown = f"{state}（{said.failure}）" if said.failure and said.failure not in codes else state
    return f"{'、'.join(codes)}　{shown}" if codes else shown


def call_of(said: Heartbeat, on: date | None) -> str:
    """Return since when somebody calls, and what for; a time of the day ``on`` is written without the day."""
    since = f"{_time(said.called_at, on)}から" if said.called_at else ""
    return f"{since}　{CALLS[said.call]}" if said.call else since


def _time(at: datetime, on: date | None) -> str:
    """Return a time of the day ``on`` without the day, such as 9:05, and another one with it."""
    return f"{at.astimezone(TOKYO):%-H:%M}" if tokyo_day(at) == on else instant(at)


def _clock(offset: float) -> str:
    if abs(offset) < CLOCK_TOLERANCE:
        return "なし"
    return f"{round(abs(offset))}秒{'進み' if offset > 0 else '遅れ'}"


def _call_key(said: Heartbeat, *, calls: bool) -> str:
    """Return what the longest call is sorted before, and who does not call after all of them."""
    return f"0{said.called_at.isoformat()}" if calls and said.called_at else "1"


def _standing_out(one: KioskSeen, *, calls: bool) -> frozenset[str]:
    found = {"state": one.is_gone or bool(one.said.reasons or one.said.troubles), "call": calls,
             "clock": abs(one.clock_offset) >= CLOCK_TOLERANCE}  # fmt: skip
    return frozenset(name for name, stands_out in found.items() if stands_out)
