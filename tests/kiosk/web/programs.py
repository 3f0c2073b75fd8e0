"""A stand-in for where programs ask about people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kiosk.eligibility import KeyQuery, Member
from kiosk.reception import ProgramAnswer
from kiosk.results import NamedMember
from tests.kiosk.fhir.people import TARO, TODAY, judged

__all__ = ["Programs"]


@dataclass
class Programs:
    """Knows 土木 太郎 alone; fails as the tests say."""

    asked: list[tuple[KeyQuery, str, str]] = field(default_factory=list)
    read: list[tuple[NamedMember, str, str]] = field(default_factory=list)
    failing: Exception | None = None
    today: date = TODAY

    async def coverage(self, query: KeyQuery, act: str, by: str) -> list[Member]:
        self._note(query, act, by)
        return [TARO] if query.number == TARO.id.number else []

    async def eligibility(self, query: KeyQuery, on: date | None, act: str, by: str) -> ProgramAnswer:
        self._note(query, act, by)
        return judged(TARO, on or TODAY) if query.number == TARO.id.number else ProgramAnswer(TODAY)

    async def visit(self, person: NamedMember, act: str, by: str) -> None:
        if self.failing is not None:
            raise self.failing
        self.read.append((person, act, by))

    def _note(self, query: KeyQuery, act: str, by: str) -> None:
        self.asked.append((query, act, by))
        if self.failing is not None:
            raise self.failing
