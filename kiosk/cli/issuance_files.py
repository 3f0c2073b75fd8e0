"""Files of `kiosk issuance`: plans in and out."""

from __future__ import annotations

from datetime import date

from kiosk.cli.registry_common import private_output
from kiosk.cli.shared import tracked
from kiosk.decision import Policy
from kiosk.eligibility import Registry
from kiosk.issuance import plan, write_plan

__all__ = ["write_plan_file"]


def write_plan_file(registry: Registry, file: str, on: date, policy: Policy) -> dict[str, int]:
    """Write the plan of a day to `file` (`-`: standard output); returns how many of each document there are.

    Raises:
        RegistryError: the database cannot serve.
        OSError: the file cannot be written.

    """
    members = tracked(registry.members(), lambda: registry.stats(date.min).members, "issuance plan")
    with private_output(file) as stream:
        return write_plan(stream, plan(members, on, policy))
