"""The whole service as one web application."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, FastAPI
from starlette.types import Lifespan

from drivers.worker.link import Limits
from kiosk import __version__
from kiosk.assembly.fhir import fhir_of
from kiosk.assembly.fonts import ScreenFonts
from kiosk.assembly.opening import Opening
from kiosk.assembly.outage import opened_outage, watcher_of
from kiosk.assembly.outlets import Outlets, opened_outlets
from kiosk.assembly.parts import (
    make_eligibility_service,
    make_reception,
    make_registry,
    serve_staff_pages,
    simulation_routers,
)
from kiosk.assembly.sources import opened_reader, sources_of
from kiosk.assembly.spoken_guide import SpokenGuide
from kiosk.eligibility.terminal import Outage
from kiosk.failures import code_of, place_of
from kiosk.reception import Anchoring, EligibilityService, LateAnswers, ProgramDesk, Reception
from kiosk.settings import Settings, SettingsError
from kiosk.web import create_app
from kiosk.web.catalogues import CatalogueError
from kiosk.web.scale import ScaleError
from kiosk.web.tokens import Tokens

__all__ = ["build_app"]

_log = structlog.get_logger(__name__)

_LAST_ANCHOR = 5.0
"""Seconds that an orderly end waits for the register to take the journal's last anchor."""


def build_app(
    settings: Settings,
    *,
    extra: Sequence[APIRouter] = (),
    limits: Limits | None = None,
    staff_listener: socket.socket | None = None,
) -> FastAPI:
    """Return the application of these settings; it starts and stops its parts with its own lifespan.

    Args:
        settings: what to serve.
        extra: pages of a simulation that no plug-in of the settings brings.
        limits: the patience with the readers; None: the usual one.
        staff_listener: a socket that is on the staff pages' port already.

    Raises:
        SettingsError: a setting cannot be used; whatever was opened is closed again.

    """
    with ExitStack() as opened:
        parts = _opened(opened, settings, limits)
        closing, outlets = ExitStack(), parts.outlets
        staff_pages = serve_staff_pages(
            settings, parts.reception, parts.service, staff_listener, parts.late, outlets.orca, outlets.results
        )
        running = _lifespan(closing, parts.anchoring, parts.reception, staff_pages)
        app = _application(settings, parts, [*simulation_routers(settings), *extra], running)
        closing.enter_context(opened.pop_all())
    return app


@dataclass(frozen=True, slots=True)
class _Parts:
    """What one service is made of, beside its pages."""

    tokens: Tokens
    late: LateAnswers
    outlets: Outlets
    service: EligibilityService
    anchoring: Anchoring
    reception: Reception


def _opened(opened: ExitStack, settings: Settings, limits: Limits | None) -> _Parts:
    """Return the parts; ``opened`` closes again what they hold. Raises SettingsError."""
    registry, tokens = opened.enter_context(make_registry(settings)), Tokens(None)
    opening = Opening(settings, registry, tokens)
    opened.callback(opening.close)
    late = LateAnswers(lambda: datetime.now(UTC))
    outage = opened.enter_context(opened_outage(settings, late.note))
    sources = sources_of(settings, outage, opened.enter_context(opened_reader(settings)))
    outlets = opened.enter_context(opened_outlets(settings))
    service = make_eligibility_service(settings, registry, opening, sources, outlets.receipts)
    outlets.begin(service)
    anchoring = Anchoring(registry, settings.kiosk_id, service)
    opened.callback(anchoring.stop, _LAST_ANCHOR)
    opened.callback(service.stop)
    reception = make_reception(settings, service, limits, lambda: outlets.results.first_event)
    _watch(reception, service, outlets, anchoring, outage)
    reception.watch(ScreenFonts(settings.screen.languages).look)
    reception.watch(SpokenGuide(settings.screen.languages).look)
    return _Parts(tokens, late, outlets, service, anchoring, reception)


def _watch(
    reception: Reception, service: EligibilityService, outlets: Outlets, anchoring: Anchoring, outage: Outage | None
) -> None:
    """Have the reception look after everything that can fail beside it."""
    outlets.attach(reception, service)
    reception.watch(anchoring.look)
    if outage is not None:
        reception.watch(watcher_of(outage, service))


def _application(
    settings: Settings, parts: _Parts, routers: Sequence[APIRouter], running: Lifespan[FastAPI]
) -> FastAPI:
    """Return the visitor's pages and the API. Raises SettingsError for a panel or languages that cannot be."""
    programs, outlets = ProgramDesk(parts.service), parts.outlets
    try:
        return create_app(
            parts.reception,
            settings,
            routers=routers,
            lifespan=running,
            tokens=parts.tokens,
            fhir=fhir_of(settings, programs),
            receipt_keys=outlets.receipts.public_keys,
            results=outlets.results,
            programs=programs,
            queues=outlets.queues,
        )
    except ScaleError as error:
        raise SettingsError(f"screen: {error}") from error
    except CatalogueError as error:
        raise SettingsError(f"screen.languages: {error}") from error


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
    """Log why the start failed; the server knows only that it did, and ends with status 3."""
    try:
        yield
    except Exception as error:
        said = {"code": code_of(error).value, "place": place_of(error), "problem": type(error).__qualname__}
        _log.critical("not started", **said, version=__version__)
        raise
