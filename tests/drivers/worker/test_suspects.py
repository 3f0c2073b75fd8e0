"""A card that cost its worker is known again as long as it was not moved."""

from __future__ import annotations

import pytest

from drivers.connection import ReaderState
from drivers.errors import Trouble
from drivers.events import CardInserted, CardWithdrawn, DriverLost, ReaderAdded, ReaderEvent, ReaderRemoved
from drivers.worker.suspects import Suspects
from tests.drivers.told import trouble_of

ATR = b"\x3b\x00"
SAME = CardInserted("pcsc", "a", ATR, 5)


@pytest.fixture
def suspects() -> Suspects:
    suspects = Suspects()
    suspects.accuse("a", ReaderState(True, ATR, 5), Trouble.CARD_SILENT)
    return suspects


def test_it_is_named_again_and_again(suspects: Suspects) -> None:
    for _ in range(2):
        assert trouble_of(suspects.judge(SAME)) is Trouble.CARD_SILENT
    assert "a" in suspects


@pytest.mark.parametrize(
    "other",
    [
        CardInserted("pcsc", "a", ATR, 7),
        CardInserted("pcsc", "a", b"\x3b\x01", 5),
        CardWithdrawn("pcsc", "a"),
        ReaderRemoved("pcsc", "a"),
        DriverLost("pcsc", Trouble.READER_FAILED),
    ],
)
def test_after_any_movement_it_is_a_card_like_others(suspects: Suspects, other: ReaderEvent) -> None:
    assert suspects.judge(other) == other
    assert "a" not in suspects
    assert trouble_of(suspects.judge(SAME)) is None


@pytest.mark.parametrize(
    "other", [CardInserted("pcsc", "b", ATR, 5), CardWithdrawn("pcsc", "b"), ReaderAdded("pcsc", "a")]
)
def test_what_happens_elsewhere_changes_nothing(suspects: Suspects, other: ReaderEvent) -> None:
    assert suspects.judge(other) == other
    assert "a" in suspects


def test_where_movements_are_not_counted_nobody_is_accused() -> None:
    suspects = Suspects()
    suspects.accuse("a", ReaderState(True, ATR), Trouble.CARD_SILENT)
    assert "a" not in suspects


def test_a_foreign_card_is_known_again_and_has_cost_no_worker() -> None:
    suspects = Suspects()
    suspects.accuse("a", ReaderState(True, ATR, 5), Trouble.UNSUPPORTED_CARD)
    assert trouble_of(suspects.judge(SAME)) is Trouble.UNSUPPORTED_CARD
    assert "a" not in suspects
