"""A kiosk's heartbeat: at once when something changes, else every half minute, and never in a visit's way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from kiosk.eligibility import CallKind, Heartbeat, KioskSeen, RegistryError
from kiosk.failures import Code, Failure
from kiosk.reception import Alert, DeskPicture, Heart, Neighbours, StateName
from kiosk.reception import heart as module

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)


@dataclass
class Register:
    """Takes beats, or does not."""

    told: list[Heartbeat] = field(default_factory=list)
    looks: int = 0
    down: bool = False

    def keep(self, engine: object, said: Heartbeat, now: datetime) -> None:
        if self.down:
            raise RegistryError("it is down")
        self.told.append(said)

    def look(self, engine: object, now: datetime) -> list[KioskSeen]:
        if self.down:
            raise RegistryError("it is down")
        self.looks += 1
        return [KioskSeen(one, 0.0, 0.0) for one in self.told[-1:]]


class Desk:
    """A desk whose picture a test sets."""

    def __init__(self) -> None:
        view = SimpleNamespace(state=StateName.IDLE, failure=None)
        self.now: Any = SimpleNamespace(
            view=view, since=NOW, called_at=None, call=None, recent=(), reasons=(), troubles=(), now=NOW
        )

    def picture(self) -> Any:
        return self.now

    def later(self, seconds: float, **changes: Any) -> None:
        self.now = SimpleNamespace(**{**vars(self.now), "now": self.now.now + timedelta(seconds=seconds), **changes})


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    made = Register()
    monkeypatch.setattr(module, "keep_heartbeat", made.keep)
    monkeypatch.setattr(module, "kiosks_seen", made.look)
    return made


@pytest.fixture
def heart(register: Register) -> tuple[Heart, Desk, Neighbours]:
    desk, neighbours = Desk(), Neighbours("1")
    registry: Any = SimpleNamespace(engine=None)
    return Heart(desk, registry, neighbours, lambda: NOW), desk, neighbours  # type: ignore[arg-type]


async def test_it_beats_at_once_and_then_every_half_minute(
    register: Register, heart: tuple[Heart, Desk, Neighbours]
) -> None:
    beating, desk, neighbours = heart
    await beating.tick()
    assert register.told == [Heartbeat("1", module.__version__, "idle", None, NOW, None, None, NOW)]
    assert [one.said.kiosk for one in neighbours.seen] == ["1"]
    for seconds, beats, looks in ((2, 1, 1), (8, 1, 2), (19, 1, 3), (1, 2, 4)):
        desk.later(seconds)
        await beating.tick()
        assert (len(register.told), register.looks) == (beats, looks)


async def test_a_call_is_told_at_once(register: Register, heart: tuple[Heart, Desk, Neighbours]) -> None:
    beating, desk, _ = heart
    await beating.tick()
    desk.later(2, called_at=NOW)
    await beating.tick()
    assert register.told[-1].called_at == NOW and len(register.told) == 2


async def test_every_trouble_is_told_at_once_each_code_once(
    register: Register, heart: tuple[Heart, Desk, Neighbours]
) -> None:
    beating, desk, _ = heart
    await beating.tick()
    fonts = [Failure(Code.FONT_MISSING, reason=name) for name in ("ne", "ko")]
    desk.later(2, troubles=(*fonts, Failure(Code.REVOCATION_UNKNOWN)), reasons=(Failure(Code.NO_READER),))
    await beating.tick()
    assert (register.told[-1].reasons, register.told[-1].troubles) == (("R-02",), ("S-19", "C-16"))
    desk.later(2, troubles=(), reasons=())
    await beating.tick()
    assert (register.told[-1].troubles, len(register.told)) == ((), 3)


@pytest.mark.parametrize(
    ("state", "called_at", "to_choose", "alert", "call"),
    [
        (StateName.IDLE, None, False, None, None),
        (StateName.STAFF, None, False, None, CallKind.VISUAL_CHECK),
        (StateName.RESULT, NOW, False, None, CallKind.VISITOR),
        (StateName.OFFICIAL_READER, NOW, True, None, CallKind.CHOICE),
        (StateName.IDLE, None, False, Alert.CARD_LEFT_BEHIND, CallKind.CARD_LEFT),
    ],
)
async def test_who_waits_for_staff_is_told(
    register: Register,
    heart: tuple[Heart, Desk, Neighbours],
    state: StateName,
    called_at: datetime | None,
    to_choose: bool,
    alert: Alert | None,
    call: CallKind | None,
) -> None:
    beating, desk, _ = heart
    view: Any = SimpleNamespace(state=state, failure=None, to_choose=to_choose, alert=alert)
    picture = DeskPicture(view, NOW, called_at, False, False, False, (), (), ())
    desk.later(0, view=view, called_at=called_at, call=picture.call)
    await beating.tick()
    assert (register.told[-1].call, register.told[-1].called_at) == (call, NOW if call else None)


async def test_a_register_that_is_down_is_logged_once_and_told_again(
    register: Register, heart: tuple[Heart, Desk, Neighbours]
) -> None:
    beating, desk, neighbours = heart
    register.down = True
    with capture_logs() as logs:
        for _ in range(3):
            await beating.tick()
            desk.later(2)
    assert [line["event"] for line in logs] == ["no heartbeat in the register"]
    register.down = False
    await beating.tick()
    assert len(register.told) == 1 and neighbours.seen


def test_only_others_that_live_call_elsewhere_the_longest_first() -> None:
    mine = Heartbeat("1", "0", "idle", None, NOW, NOW, None, None)
    seen = [
        KioskSeen(mine, 0.0, 0.0),
        KioskSeen(replace(mine, kiosk="2", called_at=NOW + timedelta(seconds=9)), 1.0, 0.0),
        KioskSeen(replace(mine, kiosk="3"), 1.0, 0.0),
        KioskSeen(replace(mine, kiosk="4", called_at=None), 1.0, 0.0),
        KioskSeen(replace(mine, kiosk="5"), 121.0, 0.0),
    ]
    neighbours = Neighbours("1")
    neighbours.keep(seen)
    assert [one.said.kiosk for one in neighbours.calling] == ["3", "2"]
