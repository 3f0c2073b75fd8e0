"""Build the web application of one kiosk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan

from kiosk.results import FinishedVisits
from kiosk.staff import Accounts, ApiTokens, accounts_path, api_tokens_path
from kiosk.web.access import Access
from kiosk.web.api import api_router
from kiosk.web.assets import STATIC, STATIC_FOLDER
from kiosk.web.errors import SHIELD, ErrorCode, documented, install
from kiosk.web.fhir import Fhir, fhir_router, install_fhir
from kiosk.web.openapi import Application
from kiosk.web.pages import page_router
from kiosk.web.receipts import ReceiptKeys, no_keys, receipt_router
from kiosk.web.scale import scale_css
from kiosk.web.screens import Screens
from kiosk.web.seams import ProgramsPort, Queues, ReceptionPort, WebSettings, no_queues
from kiosk.web.security import BodyLimit, Failsafe, OwnOriginOnly, SecurityHeaders, own_hosts
from kiosk.web.texts import DESKS
from kiosk.web.tokens import Tokens, api_token
from kiosk.web.visits import visits_router

__all__ = ["create_app"]

_PANEL = "/simulation"


def create_app(
    reception: ReceptionPort,
    settings: WebSettings,
    *,
    routers: Sequence[APIRouter] = (),
    lifespan: Lifespan[FastAPI] | None = None,
    tokens: Tokens | None = None,
    fhir: Fhir | None = None,
    receipt_keys: ReceiptKeys = no_keys,
    results: FinishedVisits | None = None,
    programs: ProgramsPort | None = None,
    queues: Queues = no_queues,
) -> FastAPI:
    """Return the application.

    Args:
        reception: What the application shows and acts on.
        settings: The settings that the web reads.
        routers: The routers of the simulated readers, mounted under ``/simulation``.
        lifespan: What runs while the application does.
        tokens: The secrets, if the caller keeps them; None to use the API's token of ``settings.data_dir``.
        fhir: What answers programs that speak FHIR; None: nothing does.
        receipt_keys: Returns the public keys of receipts.
        results: The finished visits; None: nobody is given any.
        programs: Where the journal notes who reads of whom; needed with ``results``.
        queues: Returns a line for each queue of results, for ``details`` of ``/healthz``.

    Raises:
        CatalogueError: A language cannot be offered.
        ScaleError: The panel is too small.
        TokenError: ``settings.data_dir`` cannot hold the API's token.
        ValueError: There are simulated readers without ``simulation``, or ``results`` without ``programs``.

    """
    if routers and not settings.simulation:
        raise ValueError("routers of simulated readers are mounted only with simulation = true")
    tokens = tokens or Tokens(api_token(settings.data_dir))
    access = Access(tokens, ApiTokens(api_tokens_path(settings.data_dir)))
    app = _bare(settings, lifespan, panel=_PANEL if routers else None)
    app.state.closing, app.state.leaving = asyncio.Event(), reception.leave
    _serve_visits(app, reception, settings, access, results, programs, queues)
    app.include_router(receipt_router(receipt_keys))
    _serve_pages(app, reception, settings, access, tokens, panel=bool(routers))
    if fhir is not None:
        install_fhir(app)
        app.include_router(fhir_router(fhir, access.member_reader))
    _serve_panels(app, routers, access)
    return app


def _serve_visits(
    app: FastAPI,
    reception: ReceptionPort,
    settings: WebSettings,
    access: Access,
    results: FinishedVisits | None,
    programs: ProgramsPort | None,
    queues: Queues,
) -> None:
    """Serve the visit that is on and its actions, and the finished ones if there are any to give."""
    accounts, desk = Accounts(accounts_path(settings.data_dir)), DESKS[settings.profile]
    app.include_router(api_router(reception, access, accounts, desk, app.state.closing, results, queues))
    if results is None:
        return
    if programs is None:
        raise ValueError("finished visits are given only where the journal notes who reads of whom")
    app.include_router(visits_router(reception, results, programs, access, settings.profile))


def _serve_pages(
    app: FastAPI, reception: ReceptionPort, settings: WebSettings, access: Access, tokens: Tokens, *, panel: bool
) -> None:
    """Serve the visitor's page, with what it is made of."""
    panel_settings = settings.screen
    screens = Screens(
        profile=settings.profile,
        panel=panel,
        curtain=panel_settings.curtain,
        speech=panel_settings.speech,
        languages=panel_settings.languages,
    )
    scale = scale_css(panel_settings)
    app.include_router(page_router(reception, screens, access, tokens, app.state.closing, scale))
    app.mount(STATIC, StaticFiles(directory=STATIC_FOLDER), name="static")


def _serve_panels(app: FastAPI, routers: Sequence[APIRouter], access: Access) -> None:
    """Serve the pages of simulated readers to everybody who comes with a secret."""
    known, refusals = [Depends(access.anyone_known)], documented([*SHIELD, ErrorCode.UNAUTHENTICATED])
    for router in routers:
        app.include_router(router, prefix=_PANEL, dependencies=known, responses=refusals)


def _bare(settings: WebSettings, lifespan: Lifespan[FastAPI] | None, *, panel: str | None) -> FastAPI:
    """Return an application behind its shield, with no route except the OpenAPI document."""
    app = Application(
        title="kiosk",
        description="Eligibility kiosk for マイナ保険証: the visit, its changes and its actions.",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        middleware=_shield(settings, panel=panel),
        # FastAPI's own telemetry would put validation errors, and with them what was sent, into traces.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    install(app)
    return app


def _shield(settings: WebSettings, *, panel: str | None) -> list[Middleware]:
    return [
        Middleware(SecurityHeaders, panel=panel),
        Middleware(Failsafe),
        Middleware(OwnOriginOnly, hosts=own_hosts(settings.listen)),
        Middleware(BodyLimit),
    ]
