"""A card that cost its worker is known again as long as it was not moved."""

from __future__ import annotations

import pytest

from drivers.connection import EventKind, ReaderEvent, ReaderState
from drivers.errors import CardSilent, UnsupportedCard
from drivers.worker.suspects import Suspects

ATR = b"\x3b\x00"


def event(kind: EventKind, reader: str = "a", atr: bytes = ATR, insertions: int = 5) -> ReaderEvent:
    return ReaderEvent(kind, "pcsc", reader, atr, insertions=insertions)


@pytest.fixture
def suspects() -> Suspects:
    suspects = Suspects()
    suspects.accuse("a", ReaderState(True, ATR, 5), CardSilent)
    return suspects


def test_it_is_named_again_and_again(suspects: Suspects) -> None:
    for _ in range(2):
        assert suspects.judge(event(EventKind.CARD_INSERTED)).detail == "CardSilent"
    assert "a" in suspects


@pytest.mark.parametrize(
    "other",
    [
        event(EventKind.CARD_INSERTED, insertions=7),
        event(EventKind.CARD_INSERTED, atr=b"\x3b\x01"),
        event(EventKind.CARD_REMOVED),
        event(EventKind.READER_REMOVED),
        event(EventKind.DRIVER_LOST, ""),
    ],
)
def test_after_any_movement_it_is_a_card_like_others(suspects: Suspects, other: ReaderEvent) -> None:
    assert suspects.judge(other) == other
    assert "a" not in suspects
    assert suspects.judge(event(EventKind.CARD_INSERTED)).detail == ""


@pytest.mark.parametrize(
    "other", [event(EventKind.CARD_INSERTED, "b"), event(EventKind.CARD_REMOVED, "b"), event(EventKind.READER_ADDED)]
)
def test_what_happens_elsewhere_changes_nothing(suspects: Suspects, other: ReaderEvent) -> None:
    assert suspects.judge(other) == other
    assert "a" in suspects


def test_where_movements_are_not_counted_nobody_is_accused() -> None:
    suspects = Suspects()
    suspects.accuse("a", ReaderState(True, ATR), CardSilent)
    assert "a" not in suspects


def test_a_foreign_card_is_known_again_and_has_cost_no_worker() -> None:
    suspects = Suspects()
    suspects.accuse("a", ReaderState(True, ATR, 5), UnsupportedCard)
    assert suspects.judge(event(EventKind.CARD_INSERTED)).detail == "UnsupportedCard"
    assert "a" not in suspects
