"""The journal's anchor in the register: when it is written, what it finds, and what it never stops."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kiosk.audit import Anchor, Entry, Head, Journal
from kiosk.audit.head import head_path
from kiosk.eligibility import Registry, RegistryBusy, RegistryError, RegistryFull
from kiosk.failures import Code
from kiosk.reception import Anchoring, EligibilityService, known_end

KEY = bytes(range(32))
AT = datetime(2026, 6, 1, tzinfo=UTC)


class Kiosk:
    """A journal and its anchor in a register; ``now`` is the clock."""

    def __init__(self, path: Path, registry: Registry) -> None:
        self.path, self.registry, self.now = path, registry, AT
        self.service = EligibilityService(registry, self.opened(), KEY, lambda: self.now)
        self.anchoring = Anchoring(registry, "1", self.service)

    def opened(self, anchor: Head | None = None) -> Journal:
        return Journal.open(self.path, "1", KEY, now=self.now, anchor=anchor)

    def visits(self, count: int) -> None:
        for visit in range(count):
            self.service.journal.append(Entry(self.now, visit))

    def restart(self, *, register_answers: bool = True) -> None:
        self.service.journal.close()
        anchor = known_end(self.registry, "1", KEY) if register_answers else None
        self.service = EligibilityService(self.registry, self.opened(anchor), KEY, lambda: self.now)
        self.anchoring = Anchoring(self.registry, "1", self.service)

    def wipe(self) -> None:
        self.path.unlink()
        head_path(self.path).unlink()

    def anchored(self) -> int:
        anchor = self.registry.anchor("1")
        assert anchor is not None and anchor.is_genuine(KEY)
        return anchor.end.sequence

    def troubles(self) -> list[Code]:
        assert self.anchoring.look().failures == ()
        return [each.code for each in self.anchoring.look().troubles]


@pytest.fixture
def kiosk(tmp_path: Path, registry: Registry) -> Iterator[Kiosk]:
    made = Kiosk(tmp_path / "journal-1.jsonl", registry)
    yield made
    made.service.journal.close()


def test_it_is_written_at_the_start_and_every_fifty_entries_and_five_minutes(kiosk: Kiosk) -> None:
    kiosk.anchoring.keep()
    assert kiosk.anchored() == 1
    kiosk.visits(49)
    kiosk.anchoring.keep()
    assert kiosk.anchored() == 1
    kiosk.visits(1)
    kiosk.anchoring.keep()
    assert kiosk.anchored() == 51
    kiosk.visits(1)
    kiosk.now += timedelta(minutes=5)
    kiosk.anchoring.keep()
    assert kiosk.anchored() == 52


def test_a_journal_at_rest_is_anchored_once(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    kiosk.anchoring.keep()
    monkeypatch.setattr(kiosk.registry, "keep_anchor", pytest.fail)
    kiosk.now += timedelta(days=1)
    kiosk.anchoring.keep()


def test_every_anchor_is_in_the_log_too(kiosk: Kiosk) -> None:
    with capture_logs() as logs:
        kiosk.anchoring.keep()
    end = kiosk.service.journal.end
    assert logs == [{"event": "journal anchored", "log_level": "info", "sequence": end.sequence, "hash": end.hash}]


@pytest.mark.parametrize("register_answers", [True, False])
def test_a_journal_that_is_gone_is_told_for_a_week_over_every_restart(kiosk: Kiosk, register_answers: bool) -> None:
    """Where the register does not answer at the start, the anchor is compared later."""
    kiosk.visits(5)
    kiosk.anchoring.keep(at_once=True)
    kiosk.wipe()
    kiosk.restart(register_answers=register_answers)
    kiosk.anchoring.keep()
    assert kiosk.troubles() == [Code.JOURNAL_WENT_BACK]
    assert "entry 6" in kiosk.anchoring.look().troubles[0].reason
    assert kiosk.anchored() > 6, "no number is used a second time"
    kiosk.now += timedelta(days=6)
    kiosk.restart()
    kiosk.anchoring.keep()
    assert kiosk.troubles() == [Code.JOURNAL_WENT_BACK]
    kiosk.now += timedelta(days=2)
    assert kiosk.troubles() == []


def test_a_journal_unlinked_under_the_running_kiosk_is_told_too(kiosk: Kiosk) -> None:
    kiosk.visits(2)
    kiosk.anchoring.keep()
    kiosk.visits(3)
    kiosk.wipe()
    kiosk.service.journal.reopen(kiosk.now)
    kiosk.anchoring.keep()
    assert kiosk.troubles() == [Code.JOURNAL_WENT_BACK]
    first = json.loads(kiosk.path.read_text("ascii").splitlines()[0])
    assert (first["sequence"], first["before"]["sequence"]) == (7, 6), "those that no anchor knew are named as well"


@pytest.mark.parametrize(
    "forge",
    [
        lambda anchor: replace(anchor, end=Head(0, anchor.end.hash)),
        lambda anchor: replace(anchor, lost_at=None, at=AT + timedelta(days=1)),
        lambda anchor: replace(anchor, seal="0" * 64),
        lambda anchor: anchor.sealed(b"x" * 32),
    ],
)
def test_an_anchor_that_was_changed_is_told_and_replaced(kiosk: Kiosk, forge: Callable[[Anchor], Anchor]) -> None:
    kiosk.anchoring.keep()
    anchor = kiosk.registry.anchor("1")
    assert anchor is not None
    kiosk.registry.keep_anchor(forge(anchor))
    assert known_end(kiosk.registry, "1", KEY) is None
    kiosk.restart()
    kiosk.anchoring.keep()
    assert kiosk.troubles() == [Code.JOURNAL_WENT_BACK]
    assert kiosk.anchored() == 2


def test_kiosks_of_one_register_have_an_anchor_each(kiosk: Kiosk) -> None:
    kiosk.anchoring.keep()
    kiosk.registry.keep_anchor(Anchor("2", Head(900, "a" * 64), AT, None).sealed(KEY))
    kiosk.restart()
    kiosk.anchoring.keep()
    assert (kiosk.troubles(), kiosk.anchored()) == ([], 2)


def test_a_register_that_does_not_answer_is_said_once_and_stops_nothing(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def busy(_: object) -> None:
        asked.append(_)
        if len(asked) == 3:
            kiosk.anchoring._ended.set()
        raise RegistryBusy("another program writes")

    monkeypatch.setattr(kiosk.registry, "anchor", busy)
    monkeypatch.setattr("kiosk.reception.anchoring._LOOK_EVERY", 0.001)
    with capture_logs() as logs:
        kiosk.anchoring.start()
        kiosk.anchoring._thread.join(20)
    assert len(asked) >= 3 and not kiosk.anchoring._thread.is_alive()
    assert [line["event"] for line in logs] == ["journal not anchored"]
    kiosk.visits(1)
    assert kiosk.troubles() == []
    with pytest.raises(RegistryError):
        kiosk.anchoring.keep()


@pytest.mark.parametrize("error", [RegistryFull("no room"), OSError(5, "Input/output error"), ValueError("odd")])
def test_anchors_that_cannot_be_kept_for_an_hour_are_a_trouble_until_they_can(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(_: object) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(kiosk.registry, "keep_anchor", full)
        kiosk.anchoring.work()
        assert kiosk.troubles() == []
        kiosk.now += timedelta(hours=1, seconds=1)
        kiosk.anchoring.work()
        assert kiosk.troubles() == [Code.REGISTRY_DOWN]
    kiosk.anchoring.work()
    assert (kiosk.troubles(), kiosk.anchored()) == ([], 1)


def test_a_start_that_failed_before_the_thread_ran_ends_in_order(kiosk: Kiosk) -> None:
    kiosk.anchoring.stop(0.1)
    assert kiosk.registry.anchor("1") is None


def test_an_orderly_end_keeps_the_last_entry(kiosk: Kiosk) -> None:
    kiosk.anchoring.start()
    kiosk.visits(3)
    kiosk.service.stop()
    kiosk.anchoring.stop(20)
    assert kiosk.anchored() == kiosk.service.journal.end.sequence == 5
