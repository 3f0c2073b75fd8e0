"""The registry's site key, which is made on a first start."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog

from kiosk.audit import journal_path
from kiosk.identity import SiteKeyError, SiteKeyNotKept, create_site_key, load_site_key
from kiosk.settings import Settings, SettingsError

__all__ = ["UsesSiteKey", "obtain_site_key"]

_log = structlog.get_logger(__name__)


class UsesSiteKey(Protocol):
    """Something that may have been written under the site key: the register."""

    def needs_site_key(self) -> bool:
        """Return whether it was. Raises RegistryError."""


def _log_warning(sentence: str) -> None:
    _log.warning("site key", problem=sentence)


def obtain_site_key(settings: Settings, registry: UsesSiteKey, warn: Callable[[str], None] = _log_warning) -> bytes:
    """Return the site key, and make it on a first start unless the settings name a file.

    A key that is missing is never replaced by a new one: no bound certificate would be found under that, and no journal
    could be read.

    Args:
        settings: where the key is.
        registry: what may have been written under it.
        warn: takes one sentence about a key file that others could read.

    Raises:
        SettingsError: the key is missing although it was used, or the file holds no key.
        RegistryError: the register does not say whether it needs the key; it may later.
        OSError: the folder of the key cannot be made or read; it may be later.
        SiteKeyNotKept: a new key could not be written; it may be later.

    """
    path = settings.site_key_path
    try:
        if not path.exists():
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            _require_none_in_use(settings, registry)
        if settings.site_key_file is None and not path.exists():
            create_site_key(path)
        if path.exists():
            _make_private(path, warn)
        return load_site_key(path)
    except SiteKeyNotKept:
        raise
    except SiteKeyError as error:
        raise SettingsError(f"site_key_file: {error}") from error


def _require_none_in_use(settings: Settings, registry: UsesSiteKey) -> None:
    """Raise SettingsError if something was written under the missing site key. Raises OSError, RegistryError."""
    journal = journal_path(settings.data_dir, settings.kiosk_id)
    if registry.needs_site_key():
        written = "certificates are bound under a site key"
    elif journal.exists() and journal.stat().st_size:
        written = f"{journal} was written under a site key"
    else:
        return
    missing = f"site_key_file: {settings.site_key_path} is missing, and {written}: put a copy of that key there"
    raise SettingsError(missing)


def _make_private(path: Path, warn: Callable[[str], None]) -> None:
    """Close our own key file to others if it was open to them, and warn: somebody may have read it."""
    state = path.stat()
    if state.st_uid == os.geteuid() and state.st_mode & 0o077:
        path.chmod(0o600)
        warn(f"site_key_file: {path} was open to others; its mode is 0600 now, consider a new key")
