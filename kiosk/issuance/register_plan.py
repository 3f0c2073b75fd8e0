"""The plan of a whole register: ranges of its members, shared out to processes, in the order of the members."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from io import StringIO

from sqlalchemy import Connection

from kiosk.crew import Crew, cores
from kiosk.decision import Policy
from kiosk.eligibility import KeyRange, Registry, circumstances_in, key_ranges
from kiosk.issuance.plan import plan_lines
from kiosk.issuance.plan_file import write_plan
from kiosk.store.snapshot import joined_snapshot, shared_snapshot

__all__ = ["MOST_PROCESSES", "PlanPart", "plan_parts"]

MOST_PROCESSES = 8
"""Each has a connection to the database."""

_MEMBERS_AT_ONCE = 4_000
_WORTH_A_PROCESS = 20_000
"""A process takes about as long to start as this many members take."""


@dataclass(frozen=True, slots=True)
class PlanPart:
    """Some lines of a plan.

    Attributes:
        text: the lines.
        members: the number of members that they are about, owed a document or not.
        counts: how many lines there are of each document.

    """

    text: str
    members: int
    counts: dict[str, int]


def plan_parts(
    registry: Registry,
    on: date,
    policy: Policy,
    *,
    processes: int | None = None,
    members_at_once: int = _MEMBERS_AT_ONCE,
) -> Generator[PlanPart, None, None]:
    """Yield the plan of a day for every member, in their order, as the register was at one moment.

    Args:
        registry: the register.
        on: the day (Asia/Tokyo).
        policy: the insurer's values.
        processes: how many share the work (1: this process alone); None: as many as there are cores, if it is worth it.
        members_at_once: how many members a part is about.

    Raises:
        RegistryError: the database cannot serve.
        ChildProcessError: one of the processes was ended from outside.

    """
    if (count := processes or _processes_for(registry)) == 1:
        with joined_snapshot(registry.engine) as connection:
            for keys in key_ranges(connection, members_at_once):
                yield _part(connection, keys, on, policy)
        return
    work = _PlanWork(registry.engine.url.render_as_string(hide_password=False), on, policy)
    with Crew(work, count) as crew, shared_snapshot(registry.engine, crew.each) as connection:
        yield from crew.in_order(key_ranges(connection, members_at_once))


def _processes_for(registry: Registry) -> int:
    return max(1, min(cores(), MOST_PROCESSES, registry.member_count() // _WORTH_A_PROCESS))


def _part(connection: Connection, keys: KeyRange, on: date, policy: Policy) -> PlanPart:
    members, text = circumstances_in(connection, keys), StringIO()
    counts = write_plan(text, plan_lines(members, on, policy))
    return PlanPart(text.getvalue(), len(members), counts)


@dataclass(frozen=True, slots=True, repr=False)
class _PlanWork:
    """What each process does: it joins a snapshot when it is given the name of one, and plans ranges of keys there."""

    url: str
    on: date
    policy: Policy

    @contextmanager
    def __call__(self) -> Iterator[Callable[[str | KeyRange], PlanPart]]:
        """Open the register for the tasks."""
        with Registry.open(self.url) as registry, _Snapshot(registry) as snapshot:

            def work(task: str | KeyRange) -> PlanPart:
                if isinstance(task, str):
                    snapshot.join(task)
                    return _NOTHING
                return _part(snapshot.connection, task, self.on, self.policy)

            yield work


_NOTHING = PlanPart("", 0, {})


class _Snapshot(ExitStack):
    """The transaction of a process; joining another snapshot ends it."""

    def __init__(self, registry: Registry) -> None:
        super().__init__()
        self._registry = registry

    def join(self, name: str) -> None:
        self.close()
        self.connection = self.enter_context(joined_snapshot(self._registry.engine, name))
