"""The settings ``[[webhook]]``: other programs to which each finished visit is posted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from kiosk.peer_settings import PeerSettings, can_be_asked

__all__ = ["WebhookSettings"]

_URL = re.compile(
    r"https?://(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:]{2,39}\])(?::[0-9]{1,5})?"
    r"(?:/[A-Za-z0-9._~%!$&'()*+,;=:@/-]{0,500})?(?:\?[A-Za-z0-9._~%!$&'()*+,;=:@/?-]{0,500})?"
)


class WebhookSettings(PeerSettings):
    """One table ``[[webhook]]``."""

    url: str = Field(description="where each finished visit is posted, such as http://192.168.1.20:8080/kiosk")
    secret_file: Path = Field(description="file with the key of the signatures, readable by the service alone")
    events: list[Literal["visit.finished"]] = Field(
        default=["visit.finished"], min_length=1, description="what is posted"
    )
    keep_hours: int = Field(default=72, ge=1, le=720, description="hours for which a visit that nobody takes is tried")

    @field_validator("url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if not (_URL.fullmatch(value) and can_be_asked(value)):
            raise ValueError("must be http:// or https:// with a host, and no user and no fragment")
        return value
