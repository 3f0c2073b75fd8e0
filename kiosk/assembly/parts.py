"""The parts of one service: register, answers, reception, staff pages, each made from the settings."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime

from fastapi import APIRouter

from drivers.worker.link import DEFAULT_LIMITS, Limits
from kiosk.assembly.certificates import verifier
from kiosk.assembly.listening import listener_for
from kiosk.assembly.opening import Opening
from kiosk.assembly.readers import plugin_named, plugins_named
from kiosk.decision import DEFAULT_POLICY, Policy, PolicyError
from kiosk.documents import StationeryError, insurer_for, stationery_for
from kiosk.eligibility import LONGEST_ACTOR, Registry, RegistryError, RegistryMismatch
from kiosk.eligibility.sources import Sources
from kiosk.issuance import Queue
from kiosk.orca import Connector
from kiosk.policy_file import load_policy
from kiosk.receipts import ReceiptIssuer
from kiosk.reception import (
    EligibilityService,
    Heart,
    LateAnswers,
    LookCopying,
    LookingUp,
    Neighbours,
    Office,
    OutOfUse,
    Reception,
    ReceptionOptions,
    Require,
    Rules,
    SetAsideFile,
    StaffDesk,
    UnionOffice,
)
from kiosk.results import FinishedVisits
from kiosk.settings import Settings, SettingsError
from kiosk.staff import Accounts, accounts_path
from kiosk.web import serving_beside
from kiosk.web.staff_port import create_staff_app

__all__ = ["make_eligibility_service", "make_reception", "make_registry", "serve_staff_pages", "simulation_routers"]


def make_registry(settings: Settings) -> Registry:
    """Return the register, whether or not it answers now. Raises SettingsError for an address that cannot be one."""
    try:
        return Registry.at(settings.database)
    except RegistryError as error:
        raise SettingsError(f"database: {error}") from error


def make_eligibility_service(
    settings: Settings, registry: Registry, opening: Opening, sources: Sources, receipts: ReceiptIssuer
) -> EligibilityService:
    """Return what answers a visit, with its books opened if that is possible now. Raises SettingsError."""
    policy = _policy(settings)
    union = _union_office(settings, registry, policy)
    _require_schema(registry)
    books = opening.first()
    return EligibilityService(
        registry,
        books.journal if books else None,
        books.site_key if books else None,
        lambda: datetime.now(UTC),
        policy,
        union,
        open_books=opening.again,
        set_aside=SetAsideFile(settings.data_dir),
        sources=sources,
        receipts=receipts,
    )


def make_reception(
    settings: Settings,
    service: EligibilityService,
    limits: Limits | None = None,
    first_sequence: Callable[[], int] = lambda: 1,
) -> Reception:
    """Return the reception with its readers. Raises SettingsError.

    Args:
        settings: the settings of the service.
        service: the register, the rules and the journal.
        limits: bound its patience with the readers; None: the usual ones.
        first_sequence: the least number that a change may have.

    """
    identity = settings.identity
    rules = Rules(
        require=Require(identity.require),
        pin_before_certificate=identity.pin_before_certificate,
        union_office=settings.profile == "union_office",
        takes_phone_card=service.policy.desk_takes_phone_card,
        terminal_limit=settings.terminal.timeout,
        official_reader=service.sources.reader is not None,
        languages=tuple(settings.screen.languages),
        **settings.visit.model_dump(),
    )
    options = ReceptionOptions(
        kiosk=settings.kiosk_id,
        rules=rules,
        limits=limits or DEFAULT_LIMITS,
        simulation=settings.simulation,
        first_sequence=first_sequence,
    )
    plugins = plugins_named(settings.readers, settings)
    return Reception(plugins, verifier(settings), service, lambda: datetime.now(UTC), options)


def serve_staff_pages(
    settings: Settings,
    reception: Reception,
    service: EligibilityService,
    listener: socket.socket | None,
    late: LateAnswers,
    orca: Connector | None = None,
    results: FinishedVisits | None = None,
) -> AbstractAsyncContextManager[None]:
    """Return a context manager that serves the staff pages; it does nothing if the settings name no port for them.

    Args:
        settings: the settings of the service.
        reception: what staff see and act upon.
        service: the register and the rules, for staff who look somebody up.
        listener: a socket that is on the port already; None: the port is taken now.
        late: the answers that came after their visits, for staff to see.
        orca: who hands finished visits to ORCA; None where the kiosk has none.
        results: the finished visits, of which staff may take today's as a list.

    Raises:
        SettingsError: the port is taken.

    """
    standing = None if orca is None else orca.standing
    looking_up = LookingUp(service, Accounts(accounts_path(settings.data_dir)).role_of)
    neighbours = Neighbours(settings.kiosk_id)
    desk = StaffDesk(reception, looking_up, OutOfUse(settings.data_dir, settings.kiosk_id), late, standing, neighbours)
    office = _office(looking_up, neighbours)
    if office is not None:
        reception.tend(Heart(desk, service.registry, neighbours, reception.trust_as_of).run)
        copying = LookCopying(service, settings.kiosk_id)
        reception.tend(copying.run)
        reception.watch(copying.look)
    if not settings.staff.listen:
        return nullcontext()
    app = create_staff_app(desk, settings, lambda: stationery_for(settings), results, office)
    return serving_beside(app, listener or listener_for("staff.listen", settings.staff.listen))


def _office(looking_up: LookingUp, neighbours: Neighbours) -> Office | None:
    """Return the union's office; None where the kiosk has no register."""
    service = looking_up.service
    if not service.sources.registry:
        return None
    return Office(looking_up, Queue(service.registry, service.policy), neighbours)


def simulation_routers(settings: Settings) -> list[APIRouter]:
    """Return the pages that plug-ins bring (the 模擬 panel); only in a simulation.

    Raises:
        SettingsError: a driver without hardware is chosen, and this is no simulation.

    """
    plugins = [plugin_named(name) for name in settings.readers]
    if not settings.simulation:
        for plugin in plugins:
            if plugin.simulated:
                wrong = f"{plugin.name!r} has no hardware; it is taken only with simulation = true"
                raise SettingsError(f"readers: {wrong}")
        return []
    return [router for plugin in plugins if (router := plugin.router()) is not None]


def _policy(settings: Settings) -> Policy:
    if settings.policy is None:
        return DEFAULT_POLICY
    try:
        return load_policy(settings.policy)
    except PolicyError as error:
        raise SettingsError(f"{settings.policy}: {error}") from error


def _require_schema(registry: Registry) -> None:
    """Raise SettingsError for a register that answers and has another schema; one that is silent may come later."""
    try:
        registry.check()
    except RegistryMismatch as error:
        raise SettingsError(f"database: {error}") from error
    except RegistryError:
        return


def _union_office(settings: Settings, registry: Registry, policy: Policy) -> UnionOffice | None:
    """Return what the union's own terminal shows beside the answer; None at a clinic. Raises SettingsError."""
    if settings.profile != "union_office":
        return None
    try:
        name = insurer_for(settings).name
    except StationeryError as error:
        raise SettingsError(str(error)) from error
    return UnionOffice(name, f"terminal {settings.kiosk_id}"[:LONGEST_ACTOR], Queue(registry, policy))
