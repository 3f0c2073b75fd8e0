"""The table of a state machine: which handler answers to an event in a state, checked by type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, TypeVar

from kiosk.reception.visit.effects import Effect
from kiosk.reception.visit.events import VisitEvent
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import VisitState
from kiosk.reception.visit.visit import Visit

__all__ = ["IGNORED", "Handler", "Ignored", "Key", "Moment", "On", "Reaction", "Row", "Transition", "table_of"]


@dataclass(frozen=True, slots=True)
class Ignored:
    """The event means nothing here; it is counted."""


@dataclass(frozen=True, slots=True)
class Transition:
    """The next visit, and the effects to carry out."""

    visit: Visit
    effects: tuple[Effect, ...] = ()


Reaction = Ignored | Transition
IGNORED = Ignored()

StateT = TypeVar("StateT", bound=VisitState)
EventT = TypeVar("EventT", bound=VisitEvent)
State_co = TypeVar("State_co", bound=VisitState, covariant=True)
Event_co = TypeVar("Event_co", bound=VisitEvent, covariant=True)


@dataclass(frozen=True, slots=True)
class Moment(Generic[State_co, Event_co]):
    """An event that meets a visit in a state, under the rules of this kiosk."""

    visit: Visit
    state: State_co
    event: Event_co
    rules: Rules


Handler = Callable[[Moment[StateT, EventT]], Reaction]
Key = tuple[type, type]
Answer = Callable[[Visit, VisitEvent, Rules], Reaction]
Row = tuple[Key, Answer]


class On(Generic[StateT, EventT]):
    """A handler for an event; ``at`` names the states in which it answers, all of which it must accept."""

    def __init__(self, event: type[EventT], handler: Handler[StateT, EventT]) -> None:
        self._event, self._handler = event, handler

    def at(self, *states: type[StateT]) -> list[Row]:
        """Return one row of the table for each of these states."""
        return [((state, self._event), self._answer_in(state)) for state in states]

    def _answer_in(self, state: type[StateT]) -> Answer:
        def answer(visit: Visit, event: VisitEvent, rules: Rules) -> Reaction:
            if not isinstance(visit.state, state) or not isinstance(event, self._event):
                return IGNORED
            return self._handler(Moment(visit, visit.state, event, rules))

        return answer


def table_of(rows: Iterable[Row]) -> Mapping[Key, Answer]:
    """Return the rows as a table. Raises ValueError for two rows of the same state and event."""
    table: dict[Key, Answer] = {}
    for key, answer in rows:
        if key in table:
            raise ValueError(f"two rows for {key[0].__name__} and {key[1].__name__}")
        table[key] = answer
    return MappingProxyType(table)
