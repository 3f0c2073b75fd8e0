"""What the settings of every server have to which this program posts: ``[orca]`` and ``[[webhook]]``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from kiosk.settings_section import Section

__all__ = ["PeerSettings", "can_be_asked"]

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


class PeerSettings(Section):
    """A section with the address of a server, and how far it is trusted."""

    url: str = Field(description="where it is")
    timeout: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] = Field(
        default=10.0, description="seconds until an answer counts as not given"
    )
    ca_file: Path | None = Field(
        default=None, description="PEM file of who signed the server's certificate; none: those of the system"
    )
    hosts: list[str] = Field(
        default=[], max_length=8, description="names of servers that may lie outside of loopback and private networks"
    )

    @field_validator("hosts")
    @classmethod
    def _names_only(cls, value: list[str]) -> list[str]:
        if not all(_HOST.fullmatch(host) for host in value):
            raise ValueError("must be host names in small letters, without a port")
        return value

    @model_validator(mode="after")
    def _far_away_by_tls(self) -> Self:
        if self.hosts and not self.url.startswith("https://"):
            raise ValueError("hosts: a server outside of private networks needs https")
        return self


def can_be_asked(url: str) -> bool:
    """Return whether the library that posts takes the host, and the port is one."""
    import httpx  # where there is such a server only

    try:
        host, port = httpx.URL(url).host, httpx.URL(url).port
    except (httpx.InvalidURL, ValueError):
        return False
    return bool(host) and (port is None or 0 < port < 65536)
