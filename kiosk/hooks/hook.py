"""One webhook of the settings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["Hook"]


@dataclass(frozen=True, slots=True)
class Hook:
    """Where finished visits are posted.

    Attributes:
        number: its place in the settings, from 1, which names it for people: its path or query may be a secret.
        url: the address.
        secret_file: the key of its signatures; read for each delivery.
        keep: for how long a visit is tried.
        timeout: seconds that one delivery may take.
        ca_file: PEM file of who signed the server's certificate; None: those of the system.
        hosts: names that may lie outside of private networks.

    """

    number: int
    url: str
    secret_file: Path
    keep: timedelta
    timeout: float = 10.0
    ca_file: Path | None = None
    hosts: Collection[str] = ()

    @property
    def consumer(self) -> str:
        """The name of its cursor: the same for the same address, wherever it is in the settings."""
        return f"webhook {sha256(self.url.encode()).hexdigest()[:32]}"

    @property
    def parts(self) -> tuple[str, str]:
        """Return the server, ``https://host:port``, and the path with its query, ``/kiosk?key=1``."""
        parts = urlsplit(self.url)
        path = parts.path or "/"
        return f"{parts.scheme}://{parts.netloc}", f"{path}?{parts.query}" if parts.query else path

    @property
    def label(self) -> str:
        """Return what log and ``/healthz`` call it: ``webhook 1 (https://host:port)``."""
        return f"webhook {self.number} ({self.parts[0]})"
