"""Say who may use which part of the staff port, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["ROLE_NAMES", "Part", "Role", "may_use"]


class Role(StrEnum):
    """What an account is for."""

    STAFF = "staff"
    OFFICER = "officer"
    ADMIN = "admin"


class Part(StrEnum):
    """A part of the staff port."""

    DESK = "desk"
    """The desk of the kiosk, ``/``, and the 目視確認 that a program reports in somebody's name."""
    OFFICE = "office"
    """The union's office, ``/officer``."""


_PARTS: Mapping[Role, frozenset[Part]] = {
    Role.STAFF: frozenset({Part.DESK}),
    Role.OFFICER: frozenset({Part.OFFICE}),
    Role.ADMIN: frozenset({Part.DESK, Part.OFFICE}),
}

ROLE_NAMES: Mapping[Role, str] = {
    Role.STAFF: "窓口の係員",
    Role.OFFICER: "組合の職員",
    Role.ADMIN: "管理者",
}
"""The roles as people read them."""


def may_use(role: Role, part: Part) -> bool:
    """Return whether somebody of this role may use a part."""
    return part in _PARTS[role]
