"""Files of `kiosk issuance`: plans in and out."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kiosk.cli.answers import tracked
from kiosk.cli.register import opened_input, private_output
from kiosk.decision import Policy
from kiosk.eligibility import Registry
from kiosk.issuance import Enqueued, Queue, plan_lines, read_plan, write_plan

__all__ = ["enqueue_plan_file", "write_plan_file"]


def write_plan_file(registry: Registry, file: str, on: date, policy: Policy) -> dict[str, int]:
    """Write the plan of a day to `file` (`-`: standard output); returns how many of each document there are.

    Raises:
        RegistryError: the database cannot serve.
        OSError: the file cannot be written.

    """
    members = tracked(registry.members(), lambda: registry.stats(date.min).members, "issuance plan")
    with private_output(file) as stream:
        return write_plan(stream, plan_lines(members, on, policy))


def enqueue_plan_file(queue: Queue, file: str, by: str) -> Enqueued:
    """Put every line of a plan (`-`: standard input) into the queue, or no line; return what they did.

    Raises:
        DataRefused: a line is not a line of a plan, or names an unknown member.
        RegistryError: the database cannot serve.
        OSError: the file cannot be read.

    """
    with opened_input(file, "issuance enqueue") as stream:
        return queue.enqueue_plan(read_plan(stream), by, datetime.now(UTC))
