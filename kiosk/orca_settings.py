"""The settings ``[orca]``: the ORCA (日医標準レセプトソフト) to which confirmed visits are handed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from kiosk.peer_settings import PeerSettings, can_be_asked

__all__ = ["OrcaSettings"]

_URL = re.compile(
    r"(https?)://([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:]{2,39}\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]{0,200})?"
)

_Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,10}$")]


class OrcaSettings(PeerSettings):
    """``[orca]``: none without ``url``."""

    url: str = Field(default="", description="where its API is, such as http://192.168.1.10:8000; empty: no ORCA")
    user: str = Field(default="", pattern=r"^[!-9;-~]{0,64}$", description="user of its API")
    password_file: Path | None = Field(default=None, description="file whose first line is that user's password")
    register_receptions: bool = Field(
        default=False,
        description="register a reception (受付) where exactly one patient fits, with the insurance that was checked",
    )
    department: _Code = Field(default="", description="診療科コード of the reception, such as 01")
    physician: _Code = Field(default="", description="ドクターコード of the reception, such as 10001")
    medical: _Code = Field(default="", description="診療内容区分 of the reception, such as 01; empty: ORCA's first")

    @field_validator("url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value and not (_URL.fullmatch(value) and can_be_asked(value)):
            raise ValueError("must be http:// or https:// with a host, and no user and no query")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.url and not (self.user and self.password_file and self.department):
            raise ValueError("url needs user, password_file and department")
        if self.register_receptions and not (self.url and self.physician):
            raise ValueError("register_receptions needs url and physician")
        return self
