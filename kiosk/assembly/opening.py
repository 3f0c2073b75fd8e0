"""Open what a visit writes into: folder, site key, journal and API token.

The service starts without them if they may come later (a full disk, a database that is still starting): they are tried
again with every look at the parts below. A start fails for wrong settings alone.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from kiosk.assembly.site_key import obtain_site_key
from kiosk.audit import Journal, JournalError, JournalNotOurs, journal_path
from kiosk.eligibility import Registry, RegistryError, RegistryMismatch
from kiosk.failures import Code, Failure, place_of
from kiosk.folder_lock import FolderLock, LockedElsewhere
from kiosk.identity import SiteKeyNotKept, site_key_fingerprint
from kiosk.reception import Books, NotOpen, known_end
from kiosk.settings import Settings, SettingsError
from kiosk.web.tokens import TokenError, TokenNotKept, Tokens, api_token, kept_api_token

__all__ = ["Opening"]

_NO_SUCH_FOLDER = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL}
"""A disk that is full or read-only can heal; a folder whose path is impossible is a wrong setting."""


class Opening:
    """Opens the books of one kiosk: its folder, site key, journal and the API's token (into ``tokens``)."""

    def __init__(self, settings: Settings, registry: Registry, tokens: Tokens) -> None:
        self._settings, self._registry, self._tokens = settings, registry, tokens
        self._lock: FolderLock | None = None
        # Kept where the token is still to come: each time that the journal is opened is an entry in it.
        self._books: Books | None = None

    def first(self) -> Books | None:
        """Return the books; None if they cannot be opened yet. Raises SettingsError."""
        try:
            return self._open()
        except NotOpen:
            return None

    def again(self) -> Books:
        """Return the books. Raises NotOpen, also for a setting that would have been refused at the start."""
        try:
            return self._open()
        except SettingsError as error:
            code = Code.REGISTRY_DOWN if isinstance(error.__cause__, RegistryMismatch) else Code.JOURNAL_DOWN
            raise NotOpen(Failure(code, place_of(error), str(error))) from error

    def close(self) -> None:
        """Let go of the folder, and of a journal that nobody has stopped."""
        if self._books:
            self._books.journal.close()
        lock, self._lock = self._lock, None
        if lock:
            lock.release()

    def _open(self) -> Books:
        settings, now = self._settings, datetime.now(UTC)
        with _translated():
            self._tokens.api = self._tokens.api or kept_api_token(settings.data_dir)
            self._take_folder(now)
            key = obtain_site_key(settings, self._registry)
            key_is_known = self._registry.check_site_key(site_key_fingerprint(key))
            self._books = self._books or Books(self._journal(key, now, key_is_known=key_is_known), key)
            self._tokens.api = self._tokens.api or api_token(settings.data_dir)
        return self._books

    def _journal(self, key: bytes, now: datetime, *, key_is_known: bool) -> Journal:
        kiosk = self._settings.kiosk_id
        anchor = known_end(self._registry, kiosk, key)
        try:
            return Journal.open(journal_path(self._settings.data_dir, kiosk), kiosk, key, now=now, anchor=anchor)
        except JournalNotOurs as error:
            if key_is_known:  # then it is the file that is wrong, and no setting
                raise NotOpen(Failure(Code.JOURNAL_DOWN, place_of(error), str(error))) from error
            raise

    def _take_folder(self, now: datetime) -> None:
        """Make the folder and take it. Raises SettingsError, LockedElsewhere, OSError."""
        folder = self._settings.data_dir
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = self._lock or FolderLock.take(folder, f"kiosk serve, kiosk_id {self._settings.kiosk_id}", now)
        except OSError as error:
            if error.errno in _NO_SUCH_FOLDER:
                raise SettingsError(f"data_dir: {folder}: {error.strerror}") from None
            raise


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what can heal into NotOpen, with its code, and what cannot into SettingsError."""
    try:
        yield
    except LockedElsewhere as error:
        raise NotOpen(Failure(Code.DATA_DIR_IN_USE, place_of(error), str(error))) from error
    except RegistryMismatch as error:
        raise SettingsError(f"site_key_file: {error}") from error
    except RegistryError as error:
        raise NotOpen(Failure(Code.REGISTRY_DOWN, place_of(error), str(error))) from error
    except JournalNotOurs as error:
        raise SettingsError(f"data_dir: {error}") from error
    except (JournalError, SiteKeyNotKept, TokenNotKept) as error:
        raise NotOpen(Failure(Code.JOURNAL_DOWN, place_of(error), str(error))) from error
    except TokenError as error:
        raise SettingsError(f"data_dir: {error}") from error
    except OSError as error:
        raise NotOpen(Failure(Code.JOURNAL_DOWN, place_of(error), f"data_dir: {error}")) from error
