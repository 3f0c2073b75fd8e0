"""A reception of which the tests say what it shows, people whom the decision knows, and every screen there is."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from kiosk.decision import Decision, Facts, decide
from kiosk.failures import Failure
from kiosk.reception import Action, Following, View
from kiosk.results import FinishedVisits, NamedMember
from kiosk.settings import ScreenSettings
from kiosk.staff import ApiTokens, Scope, api_tokens_path
from kiosk.web import create_app, make_server
from tests.gallery.views import a_view, every_decision, every_screen, facts, failure_view, result_view
from tests.kiosk.web.programs import Programs


class FakeReception:
    """Shows the views it is given; keeps the actions it was sent."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.actions: list[Action] = []
        self.reasons: list[Failure] = []
        self.notes: list[Failure] = []
        self.readers = 0
        self.react: Callable[[Action], None] = lambda action: None
        self.ignores = False
        self.person: NamedMember | None = None
        self.shown = [view]
        self._loops: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._followers: dict[Following, asyncio.AbstractEventLoop] = {}

    def publish(self, view: View) -> View:
        """Show ``view`` under the next sequence number. Safe from any thread."""
        self.view = replace(view, sequence=self.view.sequence + 1)
        self.shown.append(self.view)
        for event, loop in list(self._loops.items()):
            loop.call_soon_threadsafe(event.set)
        self.tell(self.view)
        return self.view

    def tell(self, view: View | None) -> None:
        """Hand ``view`` to every follower; None ends it as one that fell too far behind."""
        for following, loop in list(self._followers.items()):
            loop.call_soon_threadsafe(_told, following, view)

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

    def follow(self, after: int | None = None) -> Following:
        seen = [self.view] if after is None else [view for view in self.shown if view.sequence > after]
        following = Following(seen, self._left)
        self._followers[following] = asyncio.get_running_loop()
        self.readers += 1
        return following

    def _left(self, following: Following) -> None:
        self.readers -= 1
        del self._followers[following]

    async def act(self, action: Action) -> bool:
        if self.ignores:
            return False
        self.actions.append(action)
        self.react(action)
        return True

    def leave(self) -> None:
        pass

    def health(self) -> list[Failure]:
        return self.reasons

    def troubles(self) -> list[Failure]:
        return self.notes


def _told(following: Following, view: View | None) -> None:
    if view is None:
        following.end()
        return
    following.tell(view)
    following.wake()


@dataclass
class Settings:
    """What the web reads of the settings."""

    data_dir: Path
    listen: str = "127.0.0.1:8460"
    profile: str = "clinic"
    simulation: bool = False
    screen: ScreenSettings = ScreenSettings()


@dataclass
class Kiosk:
    """One application with the reception behind it and the two secrets in hand."""

    reception: FakeReception
    settings: Settings
    app: FastAPI
    server: uvicorn.Server | None = None
    thread: threading.Thread | None = None
    programs: Programs = field(default_factory=Programs)
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def bearer(self) -> dict[str, str]:
        """The token that there always is; it may read alone."""
        token = (self.settings.data_dir / "api-token").read_text().strip()
        return {"Authorization": f"Bearer {token}"}

    def program(self, *scopes: Scope) -> dict[str, str]:
        """Return the header of a program with these scopes."""
        name = "-".join(scope.name.lower().replace("_", ".") for scope in scopes)
        if name not in self.tokens:
            self.tokens[name] = ApiTokens(api_tokens_path(self.settings.data_dir)).add(name, scopes)
        return {"Authorization": f"Bearer {self.tokens[name]}"}

    @property
    def acting(self) -> dict[str, str]:
        """The token of a program that may press the visitor's buttons."""
        return self.program(Scope.VISIT_READ, Scope.VISIT_ACT)

    @property
    def url(self) -> str:
        return f"http://{self.settings.listen}"

    def client(self, **options: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=self.url, **options)

    async def visitor(self) -> dict[str, str]:
        """Return the cookie of a page that was opened."""
        async with self.client() as client:
            return dict((await client.get("/")).cookies)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for ``screen_view`` every screen, one that asks for ``a_decision`` every decision."""
    if "screen_view" in metafunc.fixturenames:
        views = every_screen()
        metafunc.parametrize("screen_view", views.values(), ids=views.keys())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


@pytest.fixture
def results(tmp_path: Path) -> Iterator[FinishedVisits]:
    """The finished visits of the kiosk."""
    day = timedelta(hours=24)
    results = FinishedVisits(tmp_path, api_keep=day, keep=day, now=lambda: datetime.now(UTC))
    results.begin(bytes(range(32)))
    yield results
    results.stop(5)


@pytest.fixture
def kiosk(settings: Settings, results: FinishedVisits) -> Kiosk:
    reception, programs = FakeReception(a_view()), Programs()
    app = create_app(reception, settings, results=results, programs=programs)
    return Kiosk(reception, settings, app, programs=programs)


@pytest.fixture
async def client(kiosk: Kiosk) -> AsyncIterator[httpx.AsyncClient]:
    async with kiosk.client() as client:
        yield client


@pytest.fixture
def served(settings: Settings, results: FinishedVisits) -> Iterator[Kiosk]:
    """The same kiosk behind a real server on a loopback port."""
    with serve(settings, results=results, programs=Programs()) as kiosk:
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
