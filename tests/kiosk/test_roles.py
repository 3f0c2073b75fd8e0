"""Who may use which part of the staff port: the whole table."""

from __future__ import annotations

import pytest

from kiosk.roles import ROLE_NAMES, Part, Role, may_use

TABLE = {
    Role.STAFF: {Part.DESK},
    Role.OFFICER: {Part.OFFICE},
    Role.ADMIN: {Part.DESK, Part.OFFICE},
}


@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("role", Role)
def test_the_table(role: Role, part: Part) -> None:
    assert may_use(role, part) is (part in TABLE[role])


def test_every_role_has_a_name_of_its_own() -> None:
    assert set(ROLE_NAMES) == set(Role) and len(set(ROLE_NAMES.values())) == len(Role)
