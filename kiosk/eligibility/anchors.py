"""Anchors of the kiosks' journals: one row for each kiosk, replaced as its journal grows."""

from sqlalchemy import Connection, delete, insert, select

from kiosk.audit import Anchor, Head
from kiosk.store.schema import journal_anchor


def anchor_of(connection: Connection, kiosk: str) -> Anchor | None:
    """Return the anchor of a kiosk's journal, genuine or not; None if the kiosk has no anchor."""
    row = connection.execute(select(journal_anchor).where(journal_anchor.c.kiosk == kiosk)).one_or_none()
    return None if row is None else Anchor(row.kiosk, Head(row.sequence, row.hash), row.at, row.lost_at, row.seal)


def keep_anchor(connection: Connection, anchor: Anchor) -> None:
    """Replace the anchor of a kiosk."""
    connection.execute(delete(journal_anchor).where(journal_anchor.c.kiosk == anchor.kiosk))
    values = {"kiosk": anchor.kiosk, "at": anchor.at, "lost_at": anchor.lost_at, "seal": anchor.seal}
    connection.execute(insert(journal_anchor), values | anchor.end.to_json())
