"""What the settings configure, as objects: plug-ins, roots, revocation, site key; or an end with status 2."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kiosk import TOKYO
from kiosk.cli.answers import refuse

if TYPE_CHECKING:  # imported when needed: `kiosk decide` must not pay for FastAPI or SQLAlchemy
    from drivers.options import ReaderOptions
    from drivers.worker.plugin import ReaderPlugin
    from kiosk.eligibility import Registry
    from kiosk.identity import RevocationSource, TrustStore, Verifier
    from kiosk.settings import Settings

__all__ = [
    "SettingsWrong",
    "card_options",
    "driver_options",
    "driver_section",
    "load_settings",
    "moment",
    "obtain_site_key",
    "plugin_named",
    "revocation_source",
    "settings_files",
    "site_key",
    "trust_store",
    "verifier",
    "worker_options",
]


class SettingsWrong(Exception):
    """A setting, or what it names, cannot be used, and waiting mends nothing. The text names the setting."""


def load_settings(config: Path | None) -> Settings:
    """Return the settings of ``--config`` and the environment, or end with status 2."""
    from kiosk.settings import SettingsError, load

    try:
        return load(config)
    except SettingsError as error:
        refuse(str(error))


def settings_files(config: Path | None) -> list[Path]:
    """Return the settings' file and those that the settings name, which no output may replace; or end with status 2."""
    from kiosk.settings import settings_file

    named = load_settings(config).named_files.values()
    file = settings_file(config)
    return [*([file] if file else []), *(path for paths in named for path in paths)]


def plugin_named(name: str) -> ReaderPlugin:
    """Return the reader plug-in installed under ``kiosk.readers``, or end with status 2."""
    from kiosk import reader_plugins

    try:
        return reader_plugins.plugin_named(name)
    except reader_plugins.PluginError as error:
        refuse(str(error))


def driver_section(settings: Settings, driver: str) -> ReaderOptions:
    """Return a driver's section of the settings, or its defaults; or end with status 2 where it has none."""
    from pydantic import ValidationError

    from kiosk.settings import first_problem, is_reserved

    if is_reserved(driver):
        refuse(f"readers: no driver can be called {driver!r}, which is a name of the settings")
    try:
        return settings.options_of(driver) or plugin_named(driver).options()
    except ValidationError as error:
        key, message = first_problem(error)
        refuse(f"{driver}.{key}: {message}")


def driver_options(settings: Settings, driver: str) -> dict[str, object]:
    """Return what the settings say to a driver's worker, or end with status 2 for a wrong card profile."""
    return worker_options(settings, driver_section(settings, driver))


def worker_options(settings: Settings, section: ReaderOptions) -> dict[str, object]:
    """Return a driver's own options and those of every reader, as its worker takes them; or end with status 2."""
    return section.model_dump(mode="json") | card_options(settings)


def card_options(settings: Settings) -> dict[str, object]:
    """Return what the worker of every reader is told of the cards, or end with status 2 for a wrong profile."""
    from drivers.profiles import ProfileError, load_profiles

    paths = [path.absolute() for path in settings.card.profiles]
    try:
        profiles = load_profiles(paths)
    except ProfileError as error:
        refuse(f"card.profiles: {error}")
    for profile in profiles:
        if not all(profile.pin.fits(bytes([digit]) * 4) for digit in b"0123456789"):
            refuse(f"card.profiles: profile {profile.name}: pin: is not four digits, which is what the key pad gives")
    return {"profiles": [str(path) for path in paths]} if paths else {}


def trust_store(paths: list[Path], *, allow_test: bool, name: str = "identity.trust") -> TrustStore:
    """Return the roots of ``paths``, or end with status 2; test roots only where simulation is on.

    ``name`` is the setting or option that gave the paths.
    """
    from kiosk.identity import TrustError, TrustStore

    try:
        store = TrustStore.load(paths)
    except TrustError as error:
        refuse(f"{name}: {error}")
    if not allow_test and any(anchor.is_test for anchor in store.anchors):
        refuse(f"{name}: holds a root of a test hierarchy; it is taken only with simulation = true")
    return store


def verifier(
    settings: Settings,
    store: TrustStore | None = None,
    *,
    crl: list[Path] | None = None,
    ocsp: str | None = None,
) -> Verifier:
    """Return who checks certificates by these settings, or end with status 2; what is given counts before them."""
    from kiosk.identity import Verifier

    identity = settings.identity
    lists, responder = crl or identity.crl, ocsp or identity.ocsp
    required = identity.revocation == "require"
    if required and not (lists or responder):
        refuse("identity.revocation: require needs a source, identity.crl or identity.ocsp")
    names = ("--crl" if crl else "identity.crl", "--ocsp" if ocsp else "identity.ocsp")
    source = revocation_source(lists, responder, names=names)
    roots = trust_store(identity.trust, allow_test=settings.simulation) if store is None else store
    return Verifier(roots, source, require_revocation=required)


def revocation_source(
    crl: list[Path], ocsp: str | None, *, names: tuple[str, str] = ("identity.crl", "identity.ocsp")
) -> RevocationSource:
    """Return the configured sources as one, or end with status 2; ``names`` are the settings or options of the two.

    A list that the settings name may come yet; one that an option names is there, or the option is wrong.
    """
    from kiosk.identity import Combined, CrlSource, NoSource

    missing = [path for path in crl if names[0].startswith("--") and not path.exists()]
    if missing:
        refuse(f"{names[0]}: {missing[0]}: no such file or folder")
    sources: list[RevocationSource] = [CrlSource.load(crl)] if crl else []
    if ocsp:
        sources.append(_ocsp(ocsp, names[1]))
    return Combined(sources) if sources else NoSource()


def _ocsp(url: str, name: str) -> RevocationSource:
    from kiosk.identity import OcspSource

    try:
        return OcspSource(url)
    except ValueError as error:
        refuse(f"{name}: {error}")


def site_key(settings: Settings, registry: Registry) -> bytes:
    """Return the site key, made on a first start unless the settings name a file, or end with status 2.

    Raises RegistryError.
    """
    from kiosk.identity import SiteKeyNotKept

    try:
        return obtain_site_key(settings, registry)
    except OSError as error:
        refuse(f"data_dir: {settings.data_dir}: {error.strerror}")
    except SiteKeyNotKept as error:
        refuse(f"site_key_file: {error}")
    except SettingsWrong as error:
        refuse(str(error))


def obtain_site_key(settings: Settings, registry: Registry) -> bytes:
    """Return the site key, made on a first start unless the settings name a file.

    It is never made in the place of one that is missing: under a fresh one no bound certificate would be found, and
    no journal could be read. Raises SettingsWrong; RegistryError, OSError and SiteKeyNotKept, which may pass.
    """
    from kiosk.identity import SiteKeyError, SiteKeyNotKept, create_site_key, load_site_key

    path = settings.site_key_path
    try:
        if not path.exists():
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            _require_none_in_use(settings, registry)
        if settings.site_key_file is None and not path.exists():
            create_site_key(path)
        if path.exists():
            _make_private(path)
        return load_site_key(path)
    except SiteKeyNotKept:
        raise
    except SiteKeyError as error:
        raise SettingsWrong(f"site_key_file: {error}") from error


def _require_none_in_use(settings: Settings, registry: Registry) -> None:
    """Raise SettingsWrong where something was written under the missing site key. Raises OSError, RegistryError."""
    from kiosk.audit import journal_path

    journal = journal_path(settings.data_dir, settings.kiosk_id)
    if registry.needs_site_key():
        written = "certificates are bound under a site key"
    elif journal.exists() and journal.stat().st_size:
        written = f"{journal} was written under a site key"
    else:
        return
    missing = f"site_key_file: {settings.site_key_path} is missing, and {written}: put a copy of that key there"
    raise SettingsWrong(missing)


def _make_private(path: Path) -> None:
    """Close a key file of ours that others may read, and say so: who could read it may have."""
    state = path.stat()
    if state.st_uid == os.geteuid() and state.st_mode & 0o077:
        path.chmod(0o600)
        typer.echo(f"site_key_file: {path} was open to others; its mode is 0600 now, consider a new key", err=True)


def moment(text: str | None) -> datetime:
    """Return ``--on`` as an aware instant (no offset: Asia/Tokyo), the present without it, or end with status 2."""
    if text is None:
        return datetime.now(UTC)
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        refuse("--on: not an ISO 8601 date and time")
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=TOKYO)
