"""The file of the keys that sign receipts: the newest with its private part, the earlier ones public alone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.files import FileError, read_bounded
from kiosk.kept_files import keep_directory_entry, locked, replace_whole
from kiosk.receipts.jws import from_base64url, to_base64url
from kiosk.receipts.key_set import MOST_KEYS, PublicJwk, public_jwk

__all__ = ["KEY_FILE", "ReceiptKeyFile", "KeyFileError", "Keys"]

KEY_FILE: Final = "receipt-keys.json"
_LOCK: Final = "receipt-keys.lock"
_LARGEST: Final = 512 * 1024


class KeyFileError(Exception):
    """The keys cannot be read, made or replaced now. The message names the file, and quotes nothing of it."""


class _Kept(BaseModel):
    """The content: 32 bytes each, in base64url. ``earlier`` has the newest first."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    private: str = Field(repr=False)
    earlier: tuple[str, ...] = Field(default=(), max_length=MOST_KEYS - 1)


@dataclass(frozen=True, slots=True)
class Keys:
    """The key that signs, and all that have signed, the newest first."""

    private: Ed25519PrivateKey
    earlier: tuple[Ed25519PublicKey, ...] = ()

    @classmethod
    def of_bytes(cls, content: bytes) -> Self:
        """Return the keys of a file. Raises ValueError."""
        kept = _Kept.model_validate_json(content)
        private = Ed25519PrivateKey.from_private_bytes(from_base64url(kept.private))
        return cls(private, tuple(Ed25519PublicKey.from_public_bytes(from_base64url(each)) for each in kept.earlier))

    def to_bytes(self) -> bytes:
        """Return the content for the file."""
        earlier = tuple(to_base64url(key.public_bytes_raw()) for key in self.earlier)
        kept = _Kept(private=to_base64url(self.private.private_bytes_raw()), earlier=earlier)
        return kept.model_dump_json().encode()

    def rotated(self) -> Keys:
        """Return a new key with these as the earlier ones; the private part of the present one is forgotten."""
        earlier = (self.private.public_key(), *self.earlier)
        return Keys(Ed25519PrivateKey.generate(), earlier[: MOST_KEYS - 1])

    def public(self) -> list[PublicJwk]:
        """Return every public key, the one that signs first."""
        return [public_jwk(key) for key in (self.private.public_key(), *self.earlier)]


class ReceiptKeyFile:
    """The file in ``data_dir`` (mode 0600). A change by another process is seen by `version`."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / KEY_FILE
        self._lock = data_dir / _LOCK

    def version(self) -> tuple[int, ...]:
        """Return what differs after each change of the file; empty if there is none. Raises KeyFileError."""
        try:
            state = self.path.stat()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._error(error) from None
        return state.st_ino, state.st_mtime_ns, state.st_size, state.st_mode

    def obtain(self) -> Keys:
        """Return the keys; a first one is made where there is none. Raises KeyFileError."""
        try:
            with locked(self._lock):
                if not self.path.exists():
                    self._write(Keys(Ed25519PrivateKey.generate()))
                return self._read()
        except OSError as error:
            raise self._error(error) from None

    def rotate(self) -> Keys:
        """Make a new key that signs from now on, and return the keys. Raises KeyFileError; then nothing has changed."""
        try:
            with locked(self._lock):
                keys = self._read().rotated()
                self._write(keys)
                return keys
        except OSError as error:
            raise self._error(error) from None

    def read(self) -> Keys:
        """Return the keys, without making one. Raises KeyFileError."""
        return self._read()

    def _write(self, keys: Keys) -> None:
        replace_whole(self.path, keys.to_bytes())
        keep_directory_entry(self.path.parent)

    def _read(self) -> Keys:
        try:
            self._require_private()
            return Keys.of_bytes(read_bounded(self.path, _LARGEST))
        except OSError as error:
            raise self._error(error) from None
        except FileError as error:
            raise KeyFileError(f"{self.path}: {error}") from None
        except (ValidationError, ValueError):
            raise KeyFileError(f"{self.path}: not the file of keys that kiosk has made") from None

    def _require_private(self) -> None:
        state = self.path.stat()
        if state.st_uid not in {os.geteuid(), 0} or state.st_mode & 0o077:
            raise KeyFileError(f"{self.path}: others may read or write it; it must have mode 0600, and a new key")

    def _error(self, error: OSError) -> KeyFileError:
        return KeyFileError(f"{self.path}: {error.strerror or type(error).__qualname__}")
