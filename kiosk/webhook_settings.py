"""The settings ``[[webhook]]``: other programs to which each finished visit is posted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from kiosk.settings_section import Section

__all__ = ["WebhookSettings"]

_URL = re.compile(
    r"https?://(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:]{2,39}\])(?::[0-9]{1,5})?"
    r"(?:/[A-Za-z0-9._~%!$&'()*+,;=:@/-]{0,500})?(?:\?[A-Za-z0-9._~%!$&'()*+,;=:@/?-]{0,500})?"
)
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


class WebhookSettings(Section):
    """One table ``[[webhook]]``."""

    url: str = Field(description="where each finished visit is posted, such as http://192.168.1.20:8080/kiosk")
    secret_file: Path = Field(description="file with the key of the signatures, readable by the service alone")
    events: list[Literal["visit.finished"]] = Field(
        default=["visit.finished"], min_length=1, description="what is posted"
    )
    keep_hours: int = Field(default=72, ge=1, le=720, description="hours for which a visit that nobody takes is tried")
    timeout: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] = Field(
        default=10.0, description="seconds until an answer counts as not given"
    )
    ca_file: Path | None = Field(
        default=None, description="PEM file of who signed the server's certificate; none: those of the system"
    )
    hosts: list[str] = Field(
        default=[], max_length=8, description="names of servers that may lie outside of loopback and private networks"
    )

    @field_validator("url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if not _URL.fullmatch(value):
            raise ValueError("must be http:// or https:// with a host, and no user and no fragment")
        return value

    @field_validator("hosts")
    @classmethod
    def _names_only(cls, value: list[str]) -> list[str]:
        if not all(_HOST.fullmatch(host) for host in value):
            raise ValueError("must be host names in small letters, without a port")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.hosts and not self.url.startswith("https://"):
            raise ValueError("hosts: a server outside of private networks needs https")
        return self
