"""What the tests of the simulated 資格確認端末 share: services for the golden people at the golden time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulators.terminal.answering import AnsweringService, Options
from simulators.terminal.elements import Encoding
from simulators.terminal.file_names import ExchangeFileName
from simulators.terminal.insured import Scenario, read_members
from tests.simulators.terminal.reading import GOLDEN, NOW, Read, question, read

Make = Callable[..., AnsweringService]


@pytest.fixture
def service() -> Make:
    """Makes a service for the golden people at the golden time."""

    def make(scenario: Scenario | None = None, **options: object) -> AnsweringService:
        members = read_members(GOLDEN / "members.csv")
        return AnsweringService(members, Options(**options), lambda: NOW, scenario)  # type: ignore[arg-type]

    return make


@pytest.fixture
def ask(service: Make) -> Callable[..., Read]:
    """Asks a service under a scenario, with changed elements in the question."""

    def ask(scenario: str | None = None, encoding: Encoding | None = None, **changes: str | None) -> Read:
        asked = service(Scenario(scenario) if scenario else None, encoding=encoding)
        return read(asked.answer(ExchangeFileName("siquc01", "1"), question(**changes)))

    return ask
