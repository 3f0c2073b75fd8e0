"""The whole service as one web application."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, FastAPI
from starlette.types import Lifespan

from drivers.worker.link import Limits
from kiosk import __version__
from kiosk.assembly.fhir import fhir_of
from kiosk.assembly.opening import Opening
from kiosk.assembly.outage import opened_outage, watcher_of
from kiosk.assembly.outlets import opened_outlets
from kiosk.assembly.parts import (
    make_eligibility_service,
    make_reception,
    make_registry,
    serve_staff_pages,
    simulation_routers,
)
from kiosk.assembly.sources import opened_reader, sources_of
from kiosk.failures import code_of, place_of
from kiosk.reception import Anchoring, LateAnswers, Reception
from kiosk.settings import Settings, SettingsError
from kiosk.web import create_app
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
        outlets.attach(reception, service)
        reception.watch(anchoring.look)
        if outage is not None:
            reception.watch(watcher_of(outage, service))
        staff_pages = serve_staff_pages(
            settings, reception, service, staff_listener, late, outlets.orca, outlets.results
        )
        closing = ExitStack()
        running = _lifespan(closing, anchoring, reception, staff_pages)
        routers = [*simulation_routers(settings), *extra]
        try:
            app = create_app(
                reception,
                settings,
                routers=routers,
                lifespan=running,
                tokens=tokens,
                fhir=fhir_of(settings, service),
                receipt_keys=outlets.receipts.public_keys,
                results=outlets.results,
                queues=outlets.queues,
            )
        except ScaleError as error:
            raise SettingsError(f"screen: {error}") from error
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
    """Log why the start failed; the server knows only that it did, and ends with status 3."""
    try:
        yield
    except Exception as error:
        said = {"code": code_of(error).value, "place": place_of(error), "problem": type(error).__qualname__}
        _log.critical("not started", **said, version=__version__)
        raise
