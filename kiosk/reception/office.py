"""The union's office: officers search the register and look at members. Every look is journaled, with its reason."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from kiosk.audit import LookReason
from kiosk.decision import CardStatus, Decision, Facts, Policy, Registration, UsableFrom, decide, published
from kiosk.decision.linkage import usual_time
from kiosk.documents import Stationery
from kiosk.eligibility import (
    Binding,
    FeedKind,
    FileAge,
    FormerKey,
    KeptStanding,
    KioskSeen,
    Member,
    MemberId,
    MemberLine,
    MemberSearch,
    NotBornYet,
    UnknownMember,
    VersionSource,
    WaitingOrders,
    facts_for,
)
from kiosk.issuance import Order, Queue
from kiosk.printing import PrintingQueues
from kiosk.reception.desk import DeskProblem, DeskRefused, FoundMember, LookingUp, Neighbours
from kiosk.reception.desk.within import within
from kiosk.reception.figures import Counting
from kiosk.reception.intake import Intake
from kiosk.reception.post import PostDesk

__all__ = ["MemberFile", "Office", "OrdersWaiting", "Today", "WhatIf"]

_LIMIT: Final = 10.0
_AGEING: Final = frozenset({FeedKind.CARD, FeedKind.CERTIFICATE, FeedKind.REGISTRATION})
"""The state's monthly data."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What an officer supposes of a member. None: as the register has it."""

    on: date | None = None
    certificate_valid_until: date | None = None
    lost_on: date | None = None
    card: CardStatus | None = None
    registration: Registration | None = None

    def supposed(self, member: Member) -> Member:
        """Return the member as they would be."""
        made = replace(member, lost_on=self.lost_on or member.lost_on, card=self.card or member.card)
        ends = self.certificate_valid_until or member.certificate_valid_until
        return replace(made, certificate_valid_until=ends, registration=self.registration or member.registration)


@dataclass(frozen=True, slots=True, repr=False)
class MemberFile:
    """All that an officer reads of a member.

    ``versions`` are the oldest first, each with its origin in ``sources``. ``facts`` and ``decision`` are of ``on``,
    None before the birth; ``supposed`` is the decision if something else were so.
    """

    member: Member
    versions: tuple[Member, ...]
    sources: tuple[VersionSource, ...]
    former: tuple[FormerKey, ...]
    bindings: tuple[Binding, ...]
    orders: tuple[Order, ...]
    on: date
    facts: Facts | None
    decision: Decision | None
    what_if: WhatIf | None = None
    supposed_facts: Facts | None = field(default=None)
    supposed: Decision | None = field(default=None)

    @property
    def published(self) -> Decision | None:
        """The decision of today as more people may read it than officers."""
        return published(self.decision, self.facts) if self.decision and self.facts else None


@dataclass(frozen=True, slots=True)
class OrdersWaiting:
    """Open orders of one document and day, and the days between which they are expected (None: no table of holidays).

    ``overdue``: the last of these days is over.
    """

    waiting: WaitingOrders
    expected: UsableFrom | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Today:
    """How register, queue and kiosks stand.

    ``old_feeds`` are the numbers of files of the state's data that are older than the policy's `feed_valid_days`.
    ``counted_at``: when queue and files were counted (UTC), some seconds ago at most.
    """

    on: date
    queue: tuple[OrdersWaiting, ...]
    files: tuple[FileAge, ...]
    old_feeds: frozenset[int]
    kiosks: tuple[KioskSeen, ...]
    counted_at: datetime

    @property
    def waiting(self) -> int:
        """How many orders wait in all."""
        return sum(line.waiting.count for line in self.queue)

    @property
    def overdue(self) -> int:
        """How many of them should have been issued by now."""
        return sum(line.waiting.count for line in self.queue if line.overdue)


class Office:
    """The register, the queue and the journal, for officers. Each act raises DeskRefused if it is not done."""

    def __init__(self, looking_up: LookingUp, queue: Queue, neighbours: Neighbours) -> None:
        self._looking_up, self._service, self._queue = looking_up, looking_up.service, queue
        self._neighbours = neighbours
        self._standing = KeptStanding(self._service.registry, self._service.now)
        self.figures = Counting(self._service)
        # Threads of its own: an officer's list keeps no visitor and no desk waiting.
        self._askers, self._scribe = ThreadPoolExecutor(4, "office"), ThreadPoolExecutor(1, "office-journal")

    @property
    def today(self) -> date:
        """The day in Asia/Tokyo."""
        return self._service.today

    @property
    def policy(self) -> Policy:
        """The insurer's values."""
        return self._service.policy

    @property
    def kiosks(self) -> tuple[KioskSeen, ...]:
        """The kiosks of the register, as they were seen last."""
        return self._neighbours.seen

    def intake(self, folder: Path, most_changed: int, closing: Callable[[], bool]) -> Intake:
        """Return where officers hand in files.

        Args:
            folder: for drafts.
            most_changed: the setting, in percent.
            closing: says whether the service ends.

        """
        return Intake(self._looking_up, folder, most_changed, closing)

    def post(
        self,
        folder: Path,
        stationery: Callable[[], Stationery],
        queues: PrintingQueues,
        closing: Callable[[], bool],
    ) -> PostDesk:
        """Return where officers make papers and say that they are issued.

        Args:
            folder: for plans and papers.
            stationery: returns what all papers share; it may raise StationeryError.
            queues: the settings' queues of CUPS.
            closing: says whether the service ends.

        """
        return PostDesk(self._looking_up, self._queue, folder, stationery, queues, closing)

    async def search(self, wanted: MemberSearch, by: str) -> list[MemberLine]:
        """Return the members sought, by フリガナ. That somebody searched is journaled first.

        Raises:
            TooManyFound: Very many members fit.
            DeskRefused: The register or the journal cannot serve.

        """
        await self._journaled(lambda: self._looking_up.write("members_sought", by))
        return await self._asked(lambda: self._service.registry.search(wanted))

    async def overview(self) -> Today:
        """Return how register, queue and kiosks stand. Nothing of a person is in it, so nothing is journaled.

        What other kiosks have written in the last seconds may not be in it; what this one has written is.
        """
        stands = await self._asked(self._standing.get)
        files = stands.files
        on, policy = self.today, self._service.policy
        oldest_feed = on - timedelta(days=policy.feed_valid_days)
        return Today(
            on=on,
            queue=tuple(_due(line, on, policy) for line in stands.waiting),
            files=tuple(files),
            old_feeds=frozenset(file.batch for file in files if file.kind in _AGEING and file.valid_from < oldest_feed),
            kiosks=self._neighbours.seen,
            counted_at=stands.at,
        )

    async def list_taken(self, by: str, what: str) -> None:
        """Journal that somebody takes a list as CSV."""
        await self._journaled(lambda: self._looking_up.write("list_taken", by, detail=what))

    async def look(self, whose: MemberId, reason: LookReason, by: str, what_if: WhatIf | None = None) -> MemberFile:
        """Return a member, once the journal has the look and its reason.

        Args:
            whose: the member.
            reason: why the officer looks at them.
            by: the account.
            what_if: what to suppose; nothing of it is stored.

        Raises:
            DeskRefused: The member is gone, or the register or the journal cannot serve.

        """
        self._looking_up.require_clock()
        file = await self._asked(lambda: self._file(whose, what_if))
        act, detail = ("supposed" if what_if else "looked_at"), reason.value
        found, shown = FoundMember(file.member), file.published
        await self._journaled(lambda: self._looking_up.write(act, by, found, decision=shown, detail=detail))
        return file

    def _file(self, whose: MemberId, what_if: WhatIf | None) -> MemberFile:
        registry = self._service.registry
        member = registry.member(whose)
        if member is None:
            raise DeskRefused(DeskProblem.MEMBER_GONE)
        facts, decision = self._judged(member, self.today)
        supposing = what_if or WhatIf()
        supposed_facts, supposed = self._judged(supposing.supposed(member), supposing.on or self.today)
        try:
            return MemberFile(
                member,
                versions=tuple(registry.history(whose)),
                sources=tuple(registry.version_sources(whose)),
                former=tuple(registry.former_keys(whose)),
                bindings=tuple(registry.bindings(whose)),
                orders=tuple(self._queue.history(whose)),
                on=self.today,
                facts=facts,
                decision=decision,
                what_if=what_if,
                supposed_facts=supposed_facts if what_if else None,
                supposed=supposed if what_if else None,
            )
        except UnknownMember as error:
            raise DeskRefused(DeskProblem.MEMBER_GONE) from error

    def _judged(self, member: Member, on: date) -> tuple[Facts, Decision] | tuple[None, None]:
        policy = self._service.policy
        facts = facts_for(member, on, policy=policy)
        return (None, None) if isinstance(facts, NotBornYet) else (facts, decide(facts, policy))

    async def _asked(self, work: Callable[[], _T]) -> _T:
        return await within(_LIMIT, self._askers, work, DeskProblem.REGISTER_DOWN)

    async def _journaled(self, work: Callable[[], _T]) -> _T:
        return await within(_LIMIT, self._scribe, work, DeskProblem.JOURNAL_DOWN)


def _due(line: WaitingOrders, on: date, policy: Policy) -> OrdersWaiting:
    """Return the orders with the days they are expected on: 概ね3～4日後（土日、祝日は含まない）."""
    expected = usual_time(line.asked_on, policy)
    return OrdersWaiting(line, expected, expected is not None and expected.latest < on)
