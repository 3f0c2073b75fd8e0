"""Say in one list what needs somebody today, the most urgent first: at the kiosks, in the queue, and in the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.eligibility import Heartbeat, KioskSeen
from kiosk.failures import FAILURES, Failure
from kiosk.reception import Today
from kiosk.wareki import wareki
from kiosk.web.officer.texts import FILES
from kiosk.web.officer.today_wording import CLOCK_TOLERANCE, call_of, minutes_silent

__all__ = ["KIOSKS", "WAITING", "Concern", "concerns_of"]

KIOSKS: Final = "/officer/kiosks"
WAITING: Final = "/officer/waiting"
_IMPORTS: Final = "/officer/files"
_MOST_NAMED: Final = 5
_UNKNOWN: Final = (
    "この端末の版では説明のない番号です。",
    "その端末の係員用ページを見てください。",
)


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that needs somebody.

    Attributes:
        name: what it is called, in a word or as a code.
        says: what is so.
        remedy: what to do.
        at: the page where the whole of it is; empty if there is no more of it.
        kiosks: where it is so, the first few of them.
        others: at how many kiosks beside these.

    """

    name: str
    says: str
    remedy: str
    at: str = ""
    kiosks: tuple[str, ...] = ()
    others: int = 0


def concerns_of(
    today: Today, reasons: Sequence[Failure], troubles: Sequence[Failure], kiosk: str
) -> tuple[Concern, ...]:
    """Return what needs somebody.

    Args:
        today: how register, queue and kiosks stand.
        reasons: why this kiosk serves nobody.
        troubles: what else is wrong with this kiosk.
        kiosk: its name.

    """
    heard = [one for one in today.kiosks if not one.is_gone]
    others = [one.said for one in heard if one.said.kiosk != kiosk]
    stopped = [(kiosk, _codes(reasons)), *((said.kiosk, said.reasons) for said in others)]
    troubled = [(kiosk, _codes(troubles)), *((said.kiosk, said.troubles) for said in others)]
    return (
        *_calls([one.said for one in heard], today.on),
        *_of_codes(stopped),
        *_silent(today.kiosks),
        *_of_codes(troubled),
        *_clocks(heard),
        *_of_queue(today),
        *_of_files(today),
    )


def _codes(failures: Iterable[Failure]) -> Sequence[str]:
    return [failure.code.value for failure in failures]


def _calls(kiosks: Iterable[Heartbeat], on: date) -> Iterator[Concern]:
    calling = sorted((said.called_at, said.kiosk, call_of(said, on)) for said in kiosks if said.called_at)
    if calling:
        named = [f"{kiosk}（{call}）" for _, kiosk, call in calling]
        yield _at("呼び出し", "端末で係員を待っている方がいます。", "近くの係員に知らせてください。", named)


def _of_codes(told: Iterable[tuple[str, Sequence[str]]]) -> Iterator[Concern]:
    """Yield one concern for each code, with the kiosks that have it."""
    where: dict[str, list[str]] = {}
    for kiosk, codes in told:
        for code in dict.fromkeys(codes):
            where.setdefault(code, []).append(kiosk)
    known = {code.value: text for code, text in FAILURES.items()}
    for code, kiosks in where.items():
        says, remedy = (known[code].why, known[code].technician) if code in known else _UNKNOWN
        yield _at(code, says, remedy, kiosks)


def _silent(kiosks: Iterable[KioskSeen]) -> Iterator[Concern]:
    if gone := [f"{one.said.kiosk}（{minutes_silent(one)}分）" for one in kiosks if one.is_gone]:
        yield _at("連絡なし", "2分より長く、連絡のない端末があります。", "端末の電源と回線を確かめてください。", gone)


def _clocks(kiosks: Iterable[KioskSeen]) -> Iterator[Concern]:
    if wrong := [one.said.kiosk for one in kiosks if abs(one.clock_offset) >= CLOCK_TOLERANCE]:
        says, remedy = "時計のずれている端末があります。", "端末の時刻合わせ（NTP）を確かめてください。"
        yield _at("時計", says, remedy, wrong)


def _at(name: str, says: str, remedy: str, kiosks: Sequence[str]) -> Concern:
    named = tuple(kiosks[:_MOST_NAMED])
    return Concern(name, says, remedy, KIOSKS, named, len(kiosks) - len(named))


def _of_queue(today: Today) -> Iterator[Concern]:
    if today.overdue:
        oldest = min(line.waiting.asked_on for line in today.queue if line.overdue)
        says = f"発送の目安を過ぎた書類が{today.overdue:,}件あります。もっとも古い受付日は{wareki(oldest)}です。"
        yield Concern("発送の遅れ", says, "「発送」で、古い順に束を作ってください。", WAITING)


def _of_files(today: Today) -> Iterator[Concern]:
    old = [FILES.get(file.kind, file.kind) for file in today.files if file.batch in today.old_feeds]
    if old:
        says = f"国のデータが古くなっています。{'、'.join(old)}"
        yield Concern("古いデータ", says, "新しいファイルを受け取り、「取り込み」で取り込んでください。", _IMPORTS)
