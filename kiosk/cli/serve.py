"""``kiosk serve``: puts the floors together from the settings and serves them on loopback."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    ExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer

from kiosk import __version__
from kiosk.cli.answers import insurer_policy, refuse, refusing
from kiosk.cli.configured import SettingsWrong, driver_options, load_settings, plugin_named, verifier

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI
    from starlette.types import Lifespan

    from drivers.worker.link import Limits
    from kiosk.cli.opening import Opening
    from kiosk.decision import Policy
    from kiosk.eligibility import Registry
    from kiosk.reception import Anchoring, Answering, Reception, UnionOffice
    from kiosk.settings import Settings

__all__ = ["bound", "build_app", "handbook_command", "serve_command", "settings_command"]

_log = structlog.get_logger(__name__)

_LAST_ANCHOR = 5.0
"""Seconds that an orderly end waits for the register to take the journal's last anchor."""


def serve_command(
    config: Annotated[Path | None, typer.Option("--config", help="Settings file (TOML).")] = None,
) -> None:
    """Serve the kiosk until interrupted.

    Exit status: 0 ended by a signal; 2 wrong usage or settings; 3 the start failed otherwise, and the log says why.
    """
    from drivers.json_lines import catch_unhandled
    from drivers.worker.hardening import keep_no_core
    from kiosk.logs import configure_logs

    configure_logs()
    catch_unhandled()
    keep_no_core()
    with nullcontext() if sys.stderr.isatty() else refusing(_log_refusal):
        _serve(load_settings(config))


def _serve(settings: Settings) -> None:
    from kiosk.web import make_server

    with _listening("listen", settings.listen) as listener:
        server = make_server(build_app(settings), settings)
        _end_quietly()
        _say_where(settings)
        server.run(sockets=[listener])
        _log.info("stopped", version=__version__)


def _say_where(settings: Settings) -> None:
    """Say that the service starts, and where; to a person at a terminal as addresses to open."""
    staff = {"staff_listen": settings.staff.listen} if settings.staff.listen else {}
    _log.info("started", version=__version__, listen=settings.listen, **staff)
    if sys.stderr.isatty():
        typer.echo(f"http://{settings.listen}/", err=True)
        if staff:
            typer.echo(f"http://{settings.staff.listen}/ (staff)", err=True)


def _log_refusal(sentence: str) -> None:
    _log.critical("not started", problem=sentence, version=__version__)


def _end_quietly() -> None:
    """Take the default from the signals that end a service: the server raises them again once it has ended in order."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    # A terminal that closes ends the service in order too, unless nohup has it stay.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))


def _listening(key: str, listen: str) -> socket.socket:
    """Return the socket to serve on, or end with status 2: a port that is taken is known before anything starts."""
    try:
        return bound(listen)
    except OSError as error:
        refuse(f"{key}: {listen}: {error.strerror}")


def bound(listen: str) -> socket.socket:
    """Return a socket on a loopback address of the settings. Raises OSError where the port is taken.

    It listens already: who connects while the service starts waits instead of being refused.
    """
    from kiosk.settings import address_of

    host, port = address_of(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small answers at once (TCP_NODELAY) only on a socket that names its protocol.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def handbook_command() -> None:
    """Print the failure handbook: every code, what the visitor sees, what desk and technician do."""
    from kiosk.failures import handbook

    typer.echo(handbook(), nl=False)


def settings_command() -> None:
    """Print every setting: key, environment variable, type and bounds, default, and what it is."""
    from kiosk.reader_plugins import PluginError
    from kiosk.settings_table import settings_table

    try:
        table = settings_table()
    except PluginError as error:
        refuse(str(error))
    typer.echo(table, nl=False)


def build_app(
    settings: Settings,
    *,
    extra: Sequence[APIRouter] = (),
    limits: Limits | None = None,
    staff_listener: socket.socket | None = None,
) -> FastAPI:
    """Return the application of these settings, or end with status 2 and one clear sentence.

    ``extra`` are pages for simulations that no plug-in of the settings brings; ``limits`` bound its patience;
    ``staff_listener`` is on the staff pages' port already.
    """
    from kiosk.cli.opening import Opening
    from kiosk.reception import Anchoring
    from kiosk.web import create_app
    from kiosk.web.scale import ScaleError
    from kiosk.web.tokens import Tokens

    with ExitStack() as opened:
        registry, tokens = opened.enter_context(_registry(settings)), Tokens(None)
        opening = Opening(settings, registry, tokens)
        opened.callback(opening.close)
        answering = _answering(settings, registry, opening)
        anchoring = Anchoring(registry, settings.kiosk_id, answering)
        opened.callback(anchoring.stop, _LAST_ANCHOR)
        opened.callback(answering.stop)
        reception = _reception(settings, answering, limits)
        reception.watch(anchoring.look)
        staff_pages = _staff_pages(settings, reception, answering, staff_listener)
        closing = ExitStack()
        running = _lifespan(closing, anchoring, reception, staff_pages)
        routers = [*_routers(settings), *extra]
        try:
            app = create_app(reception, settings, routers=routers, lifespan=running, tokens=tokens)
        except ScaleError as error:
            refuse(f"screen: {error}")
        closing.enter_context(opened.pop_all())
    return app


def _lifespan(
    closing: ExitStack, anchoring: Anchoring, reception: Reception, staff_pages: AbstractAsyncContextManager[None]
) -> Lifespan[FastAPI]:
    """Return what runs as long as the server does; ``closing`` is closed at the end."""

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as serving:
            serving.enter_context(closing)
            with _failure_logged():
                anchoring.start()
                serving.push_async_callback(reception.stop)
                await reception.start()
                await serving.enter_async_context(staff_pages)
            yield

    return running


@contextmanager
def _failure_logged() -> Iterator[None]:
    """Say why the start failed; the server knows only that it did, and ends with status 3."""
    from kiosk.failures import code_of, place_of

    try:
        yield
    except Exception as error:
        said = {"code": code_of(error).value, "place": place_of(error), "problem": type(error).__qualname__}
        _log.critical("not started", **said, version=__version__)
        raise


def _reception(settings: Settings, answering: Answering, limits: Limits | None = None) -> Reception:
    from datetime import UTC, datetime

    from drivers.worker.link import DEFAULT_LIMITS
    from kiosk.reception import Reception, Require, Rules

    identity = settings.identity
    return Reception(
        {name: (plugin_named(name), driver_options(settings, name)) for name in settings.readers},
        verifier(settings),
        answering,
        now=lambda: datetime.now(UTC),
        kiosk=settings.kiosk_id,
        limits=limits or DEFAULT_LIMITS,
        rules=Rules(
            require=Require(identity.require),
            pin_before_certificate=identity.pin_before_certificate,
            union_office=settings.profile == "union_office",
            **settings.visit.model_dump(),
        ),
        simulation=settings.simulation,
    )


def _staff_pages(
    settings: Settings, reception: Reception, answering: Answering, listener: socket.socket | None
) -> AbstractAsyncContextManager[None]:
    """Return what serves the staff pages, on a port that is taken already, while the kiosk serves."""
    from kiosk.documents import stationery_for
    from kiosk.reception import LookingUp, OutOfUse, StaffDesk
    from kiosk.web import serving_beside
    from kiosk.web.staff import create_staff_app

    out_of_use = OutOfUse(settings.data_dir, settings.kiosk_id)
    desk = StaffDesk(reception, LookingUp(answering), out_of_use)
    if not settings.staff.listen:
        return nullcontext()
    app = create_staff_app(desk, settings, lambda: stationery_for(settings))
    return serving_beside(app, listener or _listening("staff.listen", settings.staff.listen))


def _routers(settings: Settings) -> list[APIRouter]:
    """Return the pages that plug-ins bring (the 模擬 panel), in a simulation only."""
    plugins = [plugin_named(name) for name in settings.readers]
    if not settings.simulation:
        for plugin in plugins:
            if plugin.simulated:
                refuse(f"readers: {plugin.name!r} has no hardware; it is taken only with simulation = true")
        return []
    return [router for plugin in plugins if (router := plugin.router()) is not None]


def _registry(settings: Settings) -> Registry:
    """Return the register, there or not, or end with status 2 for an address that can lead to none."""
    from kiosk.eligibility import Registry, RegistryError

    try:
        return Registry.at(settings.database)
    except RegistryError as error:
        refuse(f"database: {error}")


def _answering(settings: Settings, registry: Registry, opening: Opening) -> Answering:
    from datetime import UTC, datetime

    from kiosk.reception import Answering, SetAsideFile

    policy = insurer_policy(settings.policy)
    union = _union_office(settings, registry, policy)
    try:
        _require_schema(registry)
        books = opening.first()
    except SettingsWrong as error:
        refuse(str(error))
    return Answering(
        registry,
        books.journal if books else None,
        books.site_key if books else None,
        lambda: datetime.now(UTC),
        policy,
        union,
        open_books=opening.again,
        set_aside=SetAsideFile(settings.data_dir),
    )


def _require_schema(registry: Registry) -> None:
    """Raise SettingsWrong for a register that answers and is at another schema."""
    from kiosk.eligibility import RegistryError, RegistryMismatch

    try:
        registry.check()
    except RegistryMismatch as error:
        raise SettingsWrong(f"database: {error}") from error
    except RegistryError:
        return  # every look says so, until it is there


def _union_office(settings: Settings, registry: Registry, policy: Policy) -> UnionOffice | None:
    """Return what the union's own terminal shows beside the answer, and where it asks; None at a clinic."""
    from kiosk.documents import StationeryError, insurer_for
    from kiosk.eligibility import LONGEST_ACTOR
    from kiosk.issuance import Queue
    from kiosk.reception import UnionOffice

    if settings.profile != "union_office":
        return None
    try:
        name = insurer_for(settings).name
    except StationeryError as error:
        refuse(str(error))
    return UnionOffice(name, f"terminal {settings.kiosk_id}"[:LONGEST_ACTOR], Queue(registry, policy))
