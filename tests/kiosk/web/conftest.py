"""A reception of which the tests say what it shows, people whom the decision knows, and every screen there is."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from kiosk.decision import (
    CardStatus,
    CardToday,
    Certificate,
    Confirmation,
    Decision,
    Document,
    Event,
    Facts,
    FactsError,
    Need,
    Purpose,
    Registration,
    decide,
)
from kiosk.failures import Code, Failure
from kiosk.identity import Level
from kiosk.reception import Action, Screen, State, View
from kiosk.web import create_app, make_server

TODAY = date(2026, 11, 22)
_RESULT_SCREENS = {
    Document.CARD: Screen.RESULT_CARD,
    Document.NOTICE: Screen.RESULT_NOTICE,
    Document.CONFIRMATION: Screen.RESULT_CONFIRMATION,
    None: Screen.RESULT_NONE,
}
_FAILURE_SCREENS = {
    Code.NOT_MY_NUMBER_CARD: Screen.NOT_MY_NUMBER_CARD,
    Code.PIN_LAST_TRY: Screen.PIN_LAST_TRY,
    Code.PIN_BLOCKED: Screen.PIN_BLOCKED,
    Code.CERTIFICATE_EXPIRED: Screen.CERTIFICATE_EXPIRED,
    Code.CERTIFICATE_REVOKED: Screen.CERTIFICATE_REVOKED,
    Code.NOT_GENUINE: Screen.NOT_GENUINE,
    Code.UNKNOWN_MEMBER: Screen.UNKNOWN_MEMBER,
    Code.REGISTRY_DOWN: Screen.SERVICE_TROUBLE,
    Code.READER_FAULT: Screen.READER_TROUBLE,
}


class FakeReception:
    """Shows the views it is given; keeps the actions it was sent."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.actions: list[Action] = []
        self.reasons: list[str] = []
        self.notes: list[str] = []
        self.readers = 0
        self.react: Callable[[Action], None] = lambda action: None
        self._loops: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._followers: dict[asyncio.Queue[View | None], asyncio.AbstractEventLoop] = {}

    def publish(self, view: View) -> View:
        """Show ``view`` under the next sequence number. Safe from any thread."""
        self.view = replace(view, sequence=self.view.sequence + 1)
        for event, loop in list(self._loops.items()):
            loop.call_soon_threadsafe(event.set)
        self.tell(self.view)
        return self.view

    def tell(self, view: View | None) -> None:
        """Hand ``view`` to every reader of ``every_change``; None ends it as one that fell too far behind."""
        for views, loop in list(self._followers.items()):
            loop.call_soon_threadsafe(views.put_nowait, view)

    async def changes(self) -> AsyncIterator[View]:
        changed = asyncio.Event()
        self._loops[changed] = asyncio.get_running_loop()
        self.readers += 1
        try:
            while True:
                view = self.view
                yield view
                if view is self.view:
                    await changed.wait()
                changed.clear()
        finally:
            self.readers -= 1
            del self._loops[changed]

    async def every_change(self) -> AsyncIterator[View]:
        views: asyncio.Queue[View | None] = asyncio.Queue()
        views.put_nowait(self.view)
        self._followers[views] = asyncio.get_running_loop()
        self.readers += 1
        try:
            while (view := await views.get()) is not None:
                yield view
        finally:
            self.readers -= 1
            del self._followers[views]

    async def act(self, action: Action) -> None:
        self.actions.append(action)
        self.react(action)

    def health(self) -> list[str]:
        return self.reasons

    def troubles(self) -> list[str]:
        return self.notes


@dataclass
class Settings:
    """What the web reads of the settings."""

    data_dir: Path
    listen: str = "127.0.0.1:8460"
    profile: str = "clinic"
    simulation: bool = False


@dataclass
class Kiosk:
    """One application with the reception behind it and the two secrets in hand."""

    reception: FakeReception
    settings: Settings
    app: FastAPI
    server: uvicorn.Server | None = None
    thread: threading.Thread | None = None

    @property
    def bearer(self) -> dict[str, str]:
        token = (self.settings.data_dir / "api-token").read_text().strip()
        return {"Authorization": f"Bearer {token}"}

    @property
    def url(self) -> str:
        return f"http://{self.settings.listen}"

    def client(self, **options: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=self.url, **options)

    async def visitor(self) -> dict[str, str]:
        """Return the cookie of a page that was opened."""
        async with self.client() as client:
            return dict((await client.get("/")).cookies)


def a_view(screen: Screen = Screen.IDLE, state: State = State.IDLE, **more: Any) -> View:
    return View(**{"kiosk": "1", "sequence": 1, "visit": 1, "state": state, "screen": screen, **more})


def facts(**more: Any) -> Facts:
    """An insured person with a マイナ保険証 that works; ``more`` changes that."""
    usual = {
        "on": TODAY,
        "birth_date": date(1985, 4, 1),
        "acquired_on": date(2024, 4, 1),
        "filed_on": date(2024, 4, 1),
        "linked_on": date(2024, 4, 5),
        "card": CardStatus.HELD,
        "registration": Registration.REGISTERED,
    }
    return Facts.checked(**{**usual, **more})


def result_view(decision: Decision, **more: Any) -> View:
    usual = {
        "decision": decision,
        "level": Level.CONFIRMED,
        "masked_name": "ト＊＊ タ＊＊ 様",
        "deadline": 60.0,
        "simulation": True,
    }
    return a_view(_RESULT_SCREENS[decision.applies], State.RESULT, **{**usual, **more})


def failure_view(code: Code, **more: Any) -> View:
    screen = _FAILURE_SCREENS.get(code, Screen.CARD_UNREADABLE)
    failure = Failure(code, "kiosk.reception.machine:_fail")
    return a_view(screen, State.FAILURE, **{"failure": failure, "deadline": 60.0, "simulation": True, **more})


_VARIANTS: dict[str, list[dict[str, Any]]] = {
    "standing": [
        {},
        {"card": CardStatus.NEVER_ISSUED, "registration": Registration.UNREGISTERED},
        {"card": CardStatus.LOST},
        {"card": CardStatus.RETURNED},
        {"card_today": CardToday.NOT_HERE},
        {"card_today": CardToday.UNREADABLE},
        {"certificate": Certificate.EXPIRED, "certificate_expired_on": date(2026, 9, 30)},
        {"certificate": Certificate.EXPIRED, "certificate_expired_on": date(2025, 9, 30)},
        {"certificate": Certificate.REVOKED},
        {"certificate": Certificate.UNKNOWN},
        {"certificate": Certificate.UNKNOWN, "registration": Registration.UNREGISTERED},
        {"registration": Registration.CANCELLED, "card_today": CardToday.NOT_HERE},
        {"registration": Registration.CANCELLED, "registration_ends_on": date(2026, 12, 31)},
    ],
    "purpose": [{}, {"purpose": Purpose.BENEFIT_CLAIM}, {"needs": tuple(Need)}],
    "age": [{}, {"birth_date": date(1955, 1, 1)}, {"birth_date": date(1940, 1, 1)}],
    "linkage": [
        {},
        {"linked_on": None, "acquired_on": date(2026, 11, 19), "filed_on": date(2026, 11, 19)},
        {"linked_on": None, "acquired_on": date(2026, 10, 1), "filed_on": None},
        {"linked_on": None, "my_number_reported": False},
        {"linked_on": None, "acquired_on": date(2026, 10, 1), "filed_on": date(2026, 10, 5)},
        {"linked_on": None, "filed_on": None},
        {"acquired_on": date(2026, 12, 1)},
        {"lost_on": date(2026, 10, 1)},
    ],
    "papers": [
        {},
        {"notice_held": True},
        {"smartphone": True},
        {"confirmation_held": Confirmation(date(2026, 1, 1), date(2026, 12, 10))},
        {"confirmation_held": Confirmation(date(2023, 1, 1), date(2027, 12, 10)), "notice_held": True},
        {"confirmation_held": Confirmation(date(2024, 5, 1), date(2026, 5, 1))},
        {"confirmation_held": Confirmation(date(2026, 12, 20), date(2031, 12, 19))},
        {"legacy_card_until": date(2025, 12, 1)},
        {"on": date(2025, 11, 1), "legacy_card_until": date(2025, 12, 1), "filed_on": date(2024, 4, 1)},
    ],
    "event": [{}, {"event": Event.ENROLLED, "filed_on": None}, {"event": Event.REEMPLOYED}, {"event": Event.RENAMED}],
}


@cache
def every_decision() -> tuple[Decision, ...]:
    """The decisions of a crowd in which every reason, step and way to be served occurs."""
    found: dict[Decision, None] = {}
    for parts in itertools.product(*_VARIANTS.values()):
        merged = {name: value for part in parts for name, value in part.items()}
        try:
            found[decide(facts(**merged))] = None
        except FactsError:
            continue
    return tuple(found)


def every_screen() -> dict[str, View]:
    """One view, or more, for every member of Screen."""
    usual: dict[str, Any] = {"simulation": True}
    wrong = {"failure": Failure(Code.PIN_WRONG, "drivers.jpki:verify_pin"), "tries_left": 2}
    result = decide(facts())
    views = [
        a_view(**usual),
        a_view(Screen.READING, State.READING, **usual),
        a_view(Screen.PIN, State.PIN, tries_left=3, level=Level.PRESENTED, deadline=60.0, **usual),
        a_view(Screen.PIN_WRONG, State.PIN, level=Level.PRESENTED, deadline=60.0, **wrong, **usual),
        a_view(Screen.CHECKING, State.CHECKING, **usual),
        a_view(Screen.STAFF_CHECK, State.STAFF, level=Level.PRESENTED, **usual),
        a_view(Screen.STILL_THERE, State.PIN, deadline=30.0, **usual),
        a_view(Screen.STILL_THERE, State.RESULT, deadline=20.0, decision=result, masked_name="ト＊＊ 様", **usual),
        a_view(Screen.TAKE_CARD, State.TAKE_CARD, **usual),
        a_view(Screen.FAREWELL, State.FAREWELL, farewell=Document.CARD, deadline=8.0, **usual),
        a_view(Screen.FAREWELL, State.FAREWELL, deadline=8.0, **usual),
        *(failure_view(code) for code in _FAILURE_SCREENS),
        failure_view(Code.CARD_UNREADABLE),
        *called_screens(),
        *(result_view(decision) for decision in longest_decisions()),
    ]
    return {f"{number:02d}-{view.screen.value}": view for number, view in enumerate(views)}


def called_screens() -> list[View]:
    """Screens on which staff was called, and on which the service itself is down."""
    called: dict[str, Any] = {"simulation": True, "staff_called": True}
    wordy = max(longest_decisions(), key=_weight)
    down = {"failure": Failure(Code.NO_READER, "kiosk.reception.readers:failure"), "simulation": True}
    places = [(Screen.IDLE, State.IDLE), (Screen.STILL_THERE, State.PIN), (Screen.TAKE_CARD, State.TAKE_CARD)]
    return [
        *(a_view(*place, tries_left=2, deadline=60.0, **called) for place in places),
        a_view(Screen.READER_TROUBLE, State.OUT_OF_SERVICE, **down),
        a_view(Screen.READER_TROUBLE, State.OUT_OF_SERVICE, **{**down, **called}),
        failure_view(Code.UNKNOWN_MEMBER, **called),
        *(result_view(wordy, level=Level.OFFICIAL_READER, staff_called=so) for so in (False, True)),
    ]


def longest_decisions() -> tuple[Decision, ...]:
    """For each document and each way to be served the decision with most to say: if it fits, all fit."""
    chosen: dict[tuple[object, ...], Decision] = {}
    for decision in every_decision():
        key = (decision.applies, decision.usable, decision.present)
        chosen[key] = max(chosen.get(key, decision), decision, key=_weight)
    return tuple(chosen.values())


def _weight(decision: Decision) -> int:
    return sum(len(part) for part in (decision.reasons, decision.next_steps, decision.also_bring, decision.file)) + (
        3 if decision.usable_from else 0
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for ``screen_view`` every screen, one that asks for ``a_decision`` every decision."""
    if "screen_view" in metafunc.fixturenames:
        views = every_screen()
        metafunc.parametrize("screen_view", views.values(), ids=views.keys())


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


@pytest.fixture
def kiosk(settings: Settings) -> Kiosk:
    reception = FakeReception(a_view())
    return Kiosk(reception, settings, create_app(reception, settings))


@pytest.fixture
def served(settings: Settings) -> Iterator[Kiosk]:
    """The same kiosk behind a real server on a loopback port."""
    with serve(settings) as kiosk:
        yield kiosk


@pytest.fixture(name="serve")
def serve_fixture() -> Callable[..., Any]:
    return serve


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(settings: Settings, **options: Any) -> Iterator[Kiosk]:
    if settings.listen.endswith(":8460"):
        settings.listen = f"127.0.0.1:{free_port()}"
    reception = FakeReception(a_view())
    kiosk = Kiosk(reception, settings, create_app(reception, settings, **options))
    server = kiosk.server = make_server(kiosk.app, settings)
    thread = kiosk.thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        threading.Event().wait(0.01)
    try:
        yield kiosk
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(name="facts")
def facts_fixture() -> Callable[..., Facts]:
    return facts


@pytest.fixture(name="a_view")
def a_view_fixture() -> Callable[..., View]:
    return a_view


@pytest.fixture(name="result_view")
def result_view_fixture() -> Callable[..., View]:
    return result_view


@pytest.fixture(name="failure_view")
def failure_view_fixture() -> Callable[..., View]:
    return failure_view


@pytest.fixture(name="every_decision")
def every_decision_fixture() -> tuple[Decision, ...]:
    return every_decision()


@pytest.fixture(name="every_screen")
def every_screen_fixture() -> dict[str, View]:
    return every_screen()


@pytest.fixture
def working() -> Decision:
    """The decision of somebody whose マイナ保険証 works."""
    return decide(facts())
