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
from kiosk.assembly.hooks import opened_senders
from kiosk.assembly.hooks import watcher_of as watcher_of_hooks
from kiosk.assembly.opening import Opening
from kiosk.assembly.orca import opened_connector
from kiosk.assembly.orca import watcher_of as watcher_of_orca
from kiosk.assembly.outage import opened_outage, watcher_of
from kiosk.assembly.parts import (
    make_eligibility_service,
    make_reception,
    make_registry,
    serve_staff_pages,
    simulation_routers,
)
from kiosk.assembly.programs import watcher_of as watcher_of_programs
from kiosk.assembly.receipts import issuer_of
from kiosk.assembly.receipts import watcher_of as watcher_of_receipts
from kiosk.assembly.results import begin_if_open, keeper, opened_results
from kiosk.assembly.results import watcher_of as watcher_of_results
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
        receipts = issuer_of(settings)
        service = make_eligibility_service(settings, registry, opening, sources, receipts)
        results = opened.enter_context(opened_results(settings))
        orca = opened.enter_context(opened_connector(settings, results))
        senders = opened.enter_context(opened_senders(settings, results))
        begin_if_open(results, service)
        anchoring = Anchoring(registry, settings.kiosk_id, service)
        opened.callback(anchoring.stop, _LAST_ANCHOR)
        opened.callback(service.stop)
        reception = make_reception(settings, service, limits, lambda: results.first_event)
        reception.on_end(keeper(results, settings.profile))
        reception.watch(watcher_of_results(results, service))
        reception.watch(watcher_of_programs(settings))
        if orca is not None:
            reception.watch(watcher_of_orca(orca))
        reception.watch(watcher_of_hooks(senders))
        look_at_receipts = watcher_of_receipts(receipts, service)
        look_at_receipts()
        reception.watch(look_at_receipts)
        reception.watch(anchoring.look)
        if outage is not None:
            reception.watch(watcher_of(outage, service))
        staff_pages = serve_staff_pages(settings, reception, service, staff_listener, late, orca, results)
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
                receipt_keys=receipts.public_keys,
                results=results,
                queues=lambda: [sender.line() for sender in senders],
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
