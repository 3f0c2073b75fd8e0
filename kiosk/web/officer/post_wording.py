"""Write orders and batches as rows of the office's lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from kiosk import tokyo_day
from kiosk.decision import Policy
from kiosk.decision.linkage import usual_time
from kiosk.issuance import PostBatch, WaitingOrder
from kiosk.reception import JobKind, JobStage, PostJob, PostProblem, PostRefused
from kiosk.wareki import wareki
from kiosk.web.officer.lists import KeptList, ListColumn, Row
from kiosk.web.officer.post_texts import DONE, NAMES, PILES, PROBLEMS, UNDECIDED, WORKING
from kiosk.web.officer.wording import at_work, instant
from kiosk.web.texts import DOCUMENTS

__all__ = [
    "BATCH_COLUMNS",
    "ORDER_COLUMNS",
    "batch_list",
    "heading",
    "order_rows",
    "others_work",
    "own_work",
    "why_not",
]

ORDER_COLUMNS: Final = (
    ListColumn("number", "受付番号"),
    ListColumn("document", "書類"),
    ListColumn("asked", "受付日"),
    ListColumn("due", "発送の目安"),
    ListColumn("by", "申込み元"),
    ListColumn("pile", "区分"),
    ListColumn("batch", "束"),
)
BATCH_COLUMNS: Final = (
    ListColumn("batch", "束"),
    ListColumn("pile", "区分"),
    ListColumn("made_at", "作った日時"),
    ListColumn("made_by", "作った人"),
    ListColumn("issued_on", "交付年月日"),
    ListColumn("orders", "件数"),
    ListColumn("open", "未交付"),
)
_DIGITS: Final = 12


def order_rows(orders: Sequence[WaitingOrder], today: date, policy: Policy, first: int = 0) -> tuple[Row, ...]:
    """Return the rows of open orders; the database has sorted them."""
    days = {day: (wareki(day), _due(day, today, policy)) for day in {tokyo_day(one.requested_at) for one in orders}}
    return tuple(_order_row(at, order, days[tokyo_day(order.requested_at)]) for at, order in enumerate(orders, first))


def _order_row(at: int, order: WaitingOrder, days: tuple[str, str]) -> Row:
    batch = str(order.batch) if order.batch else "―"
    start = (str(order.number), DOCUMENTS[order.document], *days)
    return Row(at, (*start, order.requested_by, PILES[order.pile], batch), ())


def _due(asked_on: date, today: date, policy: Policy) -> str:
    expected = usual_time(asked_on, policy)
    if expected is None:
        return "不明"
    return f"{wareki(expected.latest)}まで{'（目安超過）' if expected.latest < today else ''}"


def batch_list(batches: Sequence[PostBatch], narrowed: str) -> KeptList:
    """Return the list of batches."""
    rows = tuple(_batch_row(at, batch) for at, batch in enumerate(batches))
    return KeptList("batches", BATCH_COLUMNS, rows, narrowed)


def _batch_row(at: int, batch: PostBatch) -> Row:
    made, pile, day = instant(batch.made_at), PILES[batch.pile], wareki(batch.issued_on)
    open_still = f"{batch.open:,}" if batch.open else "なし"
    cells = (str(batch.number), pile, made, batch.made_by, day, f"{batch.orders:,}", open_still)
    numbers = (f"{number:0{_DIGITS}}" for number in (batch.number, batch.orders, batch.open))
    number, orders, left = numbers
    days = (batch.made_at.isoformat(), batch.made_by, batch.issued_on.isoformat())
    return Row(at, cells, (number, pile, *days, orders, left))


def why_not(refused: PostRefused) -> str:
    """Return why something was not done, and who does what it has to wait for."""
    said, by = PROBLEMS[refused.problem], refused.at_work
    return said if by is None else said + at_work(by, WORKING[JobKind(by.doing)])


def heading(job: PostJob) -> str:
    """Return how far a job is, in a few words."""
    kind = job.work.kind
    if job.refusal is not None:
        return _not_done(job.refusal)
    if job.stage is JobStage.PROPOSED:
        return NAMES[JobKind.PLAN]
    return WORKING[kind] if job.is_working else DONE[kind]


def _not_done(refusal: PostRefused) -> str:
    if refusal.problem is PostProblem.PRINT_STOPPED:
        return "印刷をやめました"
    if refusal.file:
        return "最後まで印刷できませんでした"
    if refusal.is_partial:
        return "終わりませんでした"
    return "行われたか分かりません" if refusal.is_unsure else "行いませんでした"


def own_work(job: PostJob) -> str:
    """Return what a link to a job of the officer says."""
    if job.stage is JobStage.PROPOSED:
        return UNDECIDED
    said = heading(job) if job.refusal is None else f"{NAMES[job.work.kind]}：{heading(job)}"
    return f"{said}（{_batches(job)}）" if job.batches else said


def others_work(job: PostJob) -> str:
    """Return what is said of work that somebody else has begun."""
    return at_work(job.at_work, WORKING[job.work.kind])


def _batches(job: PostJob) -> str:
    return "、".join(f"束{number}" for number in job.batches)
