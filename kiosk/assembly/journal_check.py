"""One check of a kiosk's journal: every entry against the site key, and its end against the register's anchor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit import Head, Verification, journal_path
from kiosk.audit import verify as verify_journal
from kiosk.eligibility import Registry, RegistryError
from kiosk.files import FileError
from kiosk.identity import SiteKeyError, load_site_key
from kiosk.settings import Settings, SettingsError

__all__ = ["AnchorChanged", "JournalCheck", "JournalUnreadable", "check_journal"]


class AnchorChanged(Exception):
    """The register's anchor of the journal was changed, or sealed under another site key."""


class JournalUnreadable(Exception):
    """The journal cannot be read; the text names it and says how many entries the register knows of."""


@dataclass(frozen=True, slots=True)
class JournalCheck:
    """What was checked and found.

    Attributes:
        path: the journal.
        verification: what is wrong with its entries, if anything.
        anchor: how far it reached, as the register knows it; None if it was not compared with the register.

    """

    path: Path
    verification: Verification
    anchor: Head | None


def check_journal(settings: Settings, journal: Path | None, warn: Callable[[str], None]) -> JournalCheck:
    """Check every entry of a journal.

    Args:
        settings: whose site key and register count.
        journal: another journal than that of the settings' kiosk, which the register does not know.
        warn: called with the reason why the journal is not compared with the register.

    Raises:
        SettingsError: the site key cannot be read.
        AnchorChanged: the register's anchor cannot be relied on.
        JournalUnreadable: the journal cannot be read.

    """
    path = journal or journal_path(settings.data_dir, settings.kiosk_id)
    try:
        key = load_site_key(settings.site_key_path)
    except SiteKeyError as error:
        raise SettingsError(f"site_key_file: {error}") from error
    anchor = None if journal else _anchor(settings, key, warn)
    try:
        return JournalCheck(path, verify_journal(path, key, anchor), anchor)
    except FileError as error:
        known = f"; the register knows {anchor.sequence} entries of it" if anchor else ""
        raise JournalUnreadable(f"{path}: {error}{known}") from error


def _anchor(settings: Settings, key: bytes, warn: Callable[[str], None]) -> Head | None:
    """Return how far the journal reached, as the register knows it; else None, and why."""
    try:
        with Registry.open(settings.database) as registry:
            anchor = registry.anchor(settings.kiosk_id)
    except RegistryError as error:
        warn(f"not compared with the register: {error}")
        return None
    if anchor is None:
        warn("not compared with the register: it has no anchor of this journal")
        return None
    if not anchor.is_genuine(key):
        raise AnchorChanged("the register's anchor of this journal was changed, or sealed under another site key")
    return anchor.end
