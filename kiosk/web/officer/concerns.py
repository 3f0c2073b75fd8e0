"""Say in one list what needs somebody today, the most urgent first: at the kiosks, in the queue, and in the files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.eligibility import KioskSeen
from kiosk.failures import Failure
from kiosk.reception import Today
from kiosk.wareki import wareki
from kiosk.web.officer.texts import FILES
from kiosk.web.officer.today_wording import Standing, standing_of

__all__ = ["KIOSKS", "WAITING", "Concern", "concerns_of"]

KIOSKS: Final = "/officer/kiosks"
WAITING: Final = "/officer/waiting"
_IMPORTS: Final = "/officer/files"
_MOST_NAMED: Final = 5
_KIOSKS_SAID: Final = (
    (Standing.CALLING, "呼び出し", "端末で係員を呼んでいる方がいます。", "近くの係員に知らせてください。"),
    (Standing.STOPPED, "受付停止", "受付ができない端末があります。", "番号（R-02 など）を技術担当者に伝えてください。"),
    (Standing.GONE, "連絡なし", "2分より長く、連絡のない端末があります。", "端末の電源と回線を確かめてください。"),
    (Standing.CLOCK_WRONG, "時計", "時計のずれている端末があります。", "端末の時刻合わせ（NTP）を確かめてください。"),
)  # fmt: skip


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


def concerns_of(today: Today, troubles: Sequence[Failure], kiosk: str) -> tuple[Concern, ...]:
    """Return what needs somebody.

    Args:
        today: how register, queue and kiosks stand.
        troubles: what is wrong with this kiosk.
        kiosk: its name.

    """
    seen = [one for one in today.kiosks if one.said.kiosk != kiosk or standing_of(one) is Standing.CALLING]
    return (*_of_kiosks(seen), *_here(troubles, kiosk), *_of_queue(today), *_of_files(today))


def _of_kiosks(kiosks: Sequence[KioskSeen]) -> Iterator[Concern]:
    for standing, name, says, remedy in _KIOSKS_SAID:
        if found := [one for one in kiosks if standing_of(one) is standing]:
            named = tuple(one.said.kiosk for one in found[:_MOST_NAMED])
            yield Concern(name, says, remedy, KIOSKS, named, len(found) - len(named))


def _here(troubles: Sequence[Failure], kiosk: str) -> Iterator[Concern]:
    for trouble in troubles:
        text = trouble.text
        yield Concern(trouble.code.value, text.why, text.technician, kiosks=(kiosk,))


def _of_queue(today: Today) -> Iterator[Concern]:
    if today.overdue:
        oldest = min(line.waiting.asked_on for line in today.queue if line.overdue)
        says = f"期限を過ぎた書類が{today.overdue:,}件あります。もっとも古い受付日は{wareki(oldest)}です。"
        yield Concern("発送の遅れ", says, "「発送」で、古い順に束を作ってください。", WAITING)


def _of_files(today: Today) -> Iterator[Concern]:
    old = [FILES.get(file.kind, file.kind) for file in today.files if file.batch in today.old_feeds]
    if old:
        says = f"国のデータが古くなっています。{'、'.join(old)}"
        yield Concern("古いデータ", says, "新しいファイルを受け取り、「取り込み」で取り込んでください。", _IMPORTS)
