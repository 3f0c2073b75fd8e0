"""What `kiosk issuance list` prints for a person."""

from __future__ import annotations

from datetime import date

from kiosk import tokyo_day
from kiosk.decision import Document, explain
from kiosk.issuance import Order, Pile, PostBatch

__all__ = ["counted", "text_of", "text_of_batch"]

_DOCUMENT = {Document.NOTICE: "資格情報通知書", Document.CONFIRMATION: "資格確認書"}


def text_of(order: Order, on: date) -> str:
    """Return an open order as staff read it on a day: what, for whom, since when, until when, and why."""
    lines = [
        f"{order.number}  {_DOCUMENT[order.document]}  {order.member}",
        f"    受付: {tokyo_day(order.requested_at)}（{order.requested_by}）",
        f"    交付の目安: {_due(order)}{'【目安の日を過ぎています】' if order.overdue(on) else ''}",
    ]
    if order.valid_from is not None:
        lines.append(f"    有効期間: {order.valid_from} から {order.valid_until} まで")
    if order.batch is not None:
        lines.append(f"    書類作成済み: 束 {order.batch}")
    return "\n".join(lines + [f"    理由: {explain(reason).sentence}" for reason in order.reasons])


def text_of_batch(batch: PostBatch) -> str:
    """Return a batch as staff read it: when, by whom, how many papers, and how many of them are not posted yet."""
    pile = "発送" if batch.pile is Pile.POST else "送付先を確認（自己情報提供不可）"
    state = f"未交付{batch.open}件" if batch.open else "交付済み"
    made = f"{tokyo_day(batch.made_at)}（{batch.made_by}）"
    return f"{batch.number}  {pile}  {made}  交付年月日 {batch.issued_on}  {batch.orders}件、{state}"


def counted(shown: int, *, overdue: bool) -> str:
    """Return how many orders were shown."""
    if shown:
        return f"{'目安の日を過ぎた' if overdue else '未交付の'}申込みは{shown}件です。"
    return "目安の日を過ぎた申込みはありません。" if overdue else "未交付の申込みはありません。"


def _due(order: Order) -> str:
    if order.due_earliest is None or order.due_latest is None:
        return "不明"
    return f"{order.due_earliest} から {order.due_latest} まで"
