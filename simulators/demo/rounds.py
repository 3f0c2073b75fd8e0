"""Make one visit per persona, as people make it: over the kiosk's pages and API, or by a look-up without a card."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from kiosk.decision import DEFAULT_POLICY, CardToday, Facts, LifeEvent, Need, Purpose, decide
from kiosk.eligibility import Registry, facts_for
from simulators.cards import Card
from simulators.demo.stage import Stage, member_id
from simulators.people import FailureKind, Path, Persona, make_card, people

__all__ = ["Hands", "RoundResult", "facts_of", "make_rounds"]

_CODES = {
    FailureKind.UNKNOWN_MEMBER: {"N-01"},
    FailureKind.NOT_GENUINE: {"C-07", "C-11"},
    FailureKind.REVOKED: {"C-08"},
    FailureKind.PIN_BLOCKED: {"P-03"},
    FailureKind.PIN_LAST_TRY: {"P-02"},
    FailureKind.NOT_MY_NUMBER_CARD: {"C-03"},
    FailureKind.WITHOUT_PIN: {"C-14"},
}
_ONLINE = {
    "not-linked": "N-16",
    "not-linked-notice": "N-16",
    "not-linked-confirmation": "N-16",
    "my-number-missing": "N-16",
    "filing-unknown": "N-16",
    "not-yet-insured": "N-16",
    "linkage-overdue": "card_works",
}
"""How a visit ends where the 資格確認端末 is asked and says something else than the register.

It is 該当資格なし while the terminal has no data of a new member, and a valid 資格 where the register alone does not
know yet that the data are linked.
"""

_LIMIT = 30.0


@dataclass(frozen=True, slots=True)
class Hands:
    """The functions that put a card on the reader and take it away."""

    put: Callable[[Card], None]
    take: Callable[[], None]


@dataclass(frozen=True, slots=True)
class RoundResult:
    """How one visit ended.

    ``decision`` is that of ``kiosk decide``, ``code`` that of a failure. ``right`` says whether this is as expected.
    ``online`` says whether the 資格確認端末 was asked.
    """

    persona: Persona
    level: str | None
    decision: dict[str, Any] | None
    code: str | None
    milliseconds: float
    online: bool = False

    @property
    def right(self) -> bool:
        """Whether this is what the persona's row in the decision tables demands, or what the terminal says instead."""
        if self.online and self.persona.id in _ONLINE:
            return (self.decision["reasons"][0] if self.decision else self.code) == _ONLINE[self.persona.id]
        expected, decision = self.persona.expected, self.decision
        if expected is None or decision is None:
            failure = self.persona.failure
            return failure is not None and decision is None and self.code in _CODES[failure]
        found = (decision["applies"], decision["usable"], decision["reasons"][0], decision["next_steps"][0])
        reason = expected.reason if self.persona.path is Path.LOOKUP else expected.published_reason
        due = (expected.applies, expected.usable, reason, expected.step)
        return found == due and decision["issue"] == expected.issue


async def make_rounds(stage: Stage, registry: Registry, base: str, hands: Hands) -> AsyncIterator[RoundResult]:
    """Yield the result of each persona's visit; ``base`` is the URL of the running kiosk."""
    async with _Page.opened(base) as page:
        for person in people(stage.on):
            if person.path is Path.LOOKUP:
                yield _look_up(stage, registry, person)
            else:
                yield await _visit(stage, page, hands, person)


class _Page:
    """A visitor's page: its cookie, the stream of views, the buttons."""

    def __init__(self, client: httpx.AsyncClient, views: AsyncIterator[dict[str, Any]]) -> None:
        self._client, self._views = client, views

    @classmethod
    @asynccontextmanager
    async def opened(cls, base: str) -> AsyncIterator[_Page]:
        async with httpx.AsyncClient(base_url=base, timeout=_LIMIT, trust_env=False) as client:
            (await client.get("/")).raise_for_status()
            async with client.stream("GET", "/api/v1/events") as stream:
                stream.raise_for_status()
                yield cls(client, _views(stream))

    async def until(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the next view that fits."""
        async for view in self._views:
            if fits(view):
                return view
        raise ConnectionError("the kiosk ended")

    async def press(self, **action: str) -> None:
        """Press a button of the page."""
        (await self._client.post("/api/v1/visit/actions", json=action)).raise_for_status()


async def _views(stream: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in stream.aiter_lines():
        if line.startswith("data:"):
            yield json.loads(line.removeprefix("data:"))


async def _visit(stage: Stage, page: _Page, hands: Hands, person: Persona) -> RoundResult:
    card = make_card(person, stage.authority, stage.now)
    begun = time.perf_counter()
    hands.put(card)
    view = await page.until(lambda seen: seen["state"] in {"pin", "staff", "failure"})
    if view["state"] == "pin" and person.card:
        await page.press(action="pin", pin=person.card.pin)
        view = await page.until(lambda seen: seen["state"] in {"result", "failure"})
    if view["state"] == "result" and person.visit.purpose != "visit":
        await page.press(action="purpose", purpose=person.visit.purpose)
        view = await page.until(lambda seen: seen["state"] == "result" and seen["sequence"] > view["sequence"])
    milliseconds = (time.perf_counter() - begun) * 1000
    hands.take()
    await page.until(lambda seen: seen["state"] in {"idle", "farewell"})
    failure = view["failure"]
    return RoundResult(
        person, view["level"], view["decision"], failure and failure["code"], milliseconds, _is_online(stage)
    )


def _is_online(stage: Stage) -> bool:
    return "terminal" in stage.settings.eligibility.sources


def _look_up(stage: Stage, registry: Registry, person: Persona) -> RoundResult:
    """Answer somebody without a readable card as staff do, from the register alone."""
    begun = time.perf_counter()
    decision = decide(facts_of(stage, registry, person)).to_json()
    return RoundResult(person, None, decision, None, (time.perf_counter() - begun) * 1000)


def facts_of(stage: Stage, registry: Registry, person: Persona) -> Facts:
    """Return what the register and the person's visit say.

    Raises:
        LookupError: The register does not know the person.

    """
    member = registry.member(member_id(person)) if person.member else None
    if member is None:
        raise LookupError(f"{person.id} is not in the register")
    visit = person.visit
    facts = facts_for(
        member,
        stage.on,
        policy=DEFAULT_POLICY,
        card_today=CardToday(visit.card_today),
        purpose=Purpose(visit.purpose),
        needs=[Need(need) for need in visit.needs],
        smartphone=visit.smartphone,
        phone_card=visit.phone_card,
        event=LifeEvent(visit.event) if visit.event else None,
    )
    if not isinstance(facts, Facts):
        raise LookupError(f"{person.id} is not born yet")
    return facts
