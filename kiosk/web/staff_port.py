"""Build the application of the staff port: the staff pages and the office, behind the visitor's shield, with their
own cookie.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from kiosk.documents import Stationery
from kiosk.reception import Office, StaffDesk
from kiosk.results import FinishedVisits
from kiosk.roles import Part
from kiosk.staff import Accounts, Door, Sessions, accounts_path
from kiosk.web.assets import STATIC, STATIC_FOLDER
from kiosk.web.errors import install
from kiosk.web.officer import LARGER_BODIES, LOG_IN, OFFICE, refuse_with_page, serve_office
from kiosk.web.security import (
    BodyLimit,
    Failsafe,
    OwnOriginOnly,
    Refuse,
    SecurityHeaders,
    own_hosts,
    refuse_in_json,
)
from kiosk.web.staff.access import StaffAccess
from kiosk.web.staff.api import staff_api
from kiosk.web.staff.board import Board
from kiosk.web.staff.misses import Misses
from kiosk.web.staff.pages import staff_pages
from kiosk.web.staff.papers import Papers
from kiosk.web.staff.refusals import install_refusals
from kiosk.web.staff.seams import StaffWebSettings
from kiosk.web.staff.todays_visits import todays_visits
from kiosk.web.texts import DESKS

__all__ = ["create_staff_app"]


def create_staff_app(
    desk: StaffDesk,
    settings: StaffWebSettings,
    stationery: Callable[[], Stationery],
    results: FinishedVisits | None = None,
    office: Office | None = None,
) -> FastAPI:
    """Return the application for ``settings.staff.listen``. It shares only the reception with the visitor's.

    Args:
        desk: What the pages show and act on.
        settings: The settings that the staff pages read.
        stationery: Returns what all documents that staff print have in common; it may raise StationeryError.
        results: The finished visits, of which staff may take today's as a list; None: they may not.
        office: The union's office; None where the kiosk has no register.

    """
    accounts = Accounts(accounts_path(settings.data_dir))
    sessions = Sessions(accounts, idle=settings.staff.idle_limit)
    door = Door(accounts, sessions)
    proxied = frozenset(settings.staff.hosts)
    misses = Misses(desk, door.attempts)
    desk.reception.watch(misses.look)
    access = StaffAccess(sessions, proxied, Part.DESK, "/api/v1/session")
    word = DESKS[settings.profile]
    in_words = refuse_with_page(settings.kiosk_id, simulation=settings.simulation) if office else refuse_in_json
    app = _bare(own_hosts(settings.staff.listen), proxied, in_words)
    app.state.closing = closing = asyncio.Event()
    board = _board(desk, settings, gives_visits=results is not None)
    papers, number = Papers(desk, stationery), settings.insurer_number
    app.include_router(staff_api(desk, papers, door, misses, sessions, access, word=word, insurer_number=number))
    app.include_router(staff_pages(desk, door, sessions, access, board, closing))
    if results is not None:
        app.include_router(todays_visits(desk, results, access))
    if office is not None:
        of_office = StaffAccess(sessions, proxied, Part.OFFICE, LOG_IN)
        serve_office(app, office, desk, settings, stationery, door, misses, sessions, of_office, closing.is_set)
    app.mount(STATIC, StaticFiles(directory=STATIC_FOLDER), name="static")
    return app


def _board(desk: StaffDesk, settings: StaffWebSettings, *, gives_visits: bool) -> Board:
    return Board(
        profile=settings.profile,
        kiosk=settings.kiosk_id,
        simulation=settings.simulation,
        asks_terminal=desk.asks_terminal,
        takes_results=desk.takes_results,
        gives_visits=gives_visits,
    )


def _bare(hosts: frozenset[str], proxied: frozenset[str], refuse: Refuse) -> FastAPI:
    app = FastAPI(
        title="kiosk staff desk",
        description="The staff desk of an eligibility kiosk: its state, and what staff may do.",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(SecurityHeaders, forms=OFFICE),
            Middleware(Failsafe, refuse=refuse),
            Middleware(OwnOriginOnly, hosts=hosts, proxied=proxied, refuse=refuse),
            Middleware(BodyLimit, larger=LARGER_BODIES, refuse=refuse),
        ],
        # FastAPI's own telemetry would put validation errors, and with them what was sent, into traces.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    install(app)
    install_refusals(app)
    return app
