"""Files of `kiosk issuance`: plans in and out."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime

from kiosk.cli.bars import tracked_parts
from kiosk.cli.register import opened_input, private_output
from kiosk.decision import Document, Policy
from kiosk.eligibility import Registry
from kiosk.issuance import Enqueued, Queue, plan_parts, read_plan

__all__ = ["enqueue_plan_file", "write_plan_file"]


def write_plan_file(registry: Registry, file: str, on: date, policy: Policy) -> dict[str, int]:
    """Write the plan of a day to `file` (`-`: standard output); returns how many of each document there are.

    Raises:
        RegistryError: the database cannot serve.
        OSError: the file cannot be written, or one of the processes that share the work was ended from outside.

    """
    counts = Counter({Document.NOTICE.value: 0, Document.CONFIRMATION.value: 0})
    with private_output(file) as stream, closing(plan_parts(registry, on, policy)) as parts:
        for part in tracked_parts(parts, lambda one: one.members, registry.member_count, "issuance plan"):
            stream.write(part.text)
            counts.update(part.counts)
    return dict(counts)


def enqueue_plan_file(queue: Queue, file: str, by: str) -> Enqueued:
    """Put every line of a plan (`-`: standard input) into the queue, or no line; return what they did.

    Raises:
        DataRefused: a line is not a line of a plan, or names an unknown member.
        RegistryError: the database cannot serve.
        OSError: the file cannot be read.

    """
    with opened_input(file, "issuance enqueue") as stream:
        return queue.enqueue_plan(read_plan(stream), by, datetime.now(UTC))
