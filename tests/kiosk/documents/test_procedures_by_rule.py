"""The papers that the guidance names are those that the decision asks for: on the sheet, on the screen, by the rule."""

import pytest

from kiosk.decision import LifeEvent, decide, parse_facts
from kiosk.documents import procedures
from kiosk.web.texts import PAPERS

SIXTY = {
    "on": "2026-11-24",
    "birth_date": "1966-01-01",
    "acquired_on": "2026-04-01",
    "card": "never_issued",
    "registration": "unregistered",
}


def test_the_guide_has_every_event_once_and_in_order() -> None:
    assert list(procedures()) == list(LifeEvent)


@pytest.mark.parametrize("event", LifeEvent)
def test_the_papers_are_those_of_the_decision(event: LifeEvent) -> None:
    decision = decide(parse_facts(SIXTY | {"event": event.value}))
    assert set(procedures()[event].files) == set(decision.file)


@pytest.mark.parametrize("event", [event for event in LifeEvent if event is not LifeEvent.REEMPLOYED])
def test_the_sheet_writes_each_of_them_by_its_name(event: LifeEvent) -> None:
    row = procedures()[event]
    assert len(row.papers) == len(row.files)
    assert all(
        PAPERS[code].removeprefix("利用登録の") in name for code, name in zip(row.files, row.papers, strict=True)
    )


def test_of_reemployment_the_sheet_writes_both_in_one() -> None:
    (name,) = procedures()[LifeEvent.REEMPLOYED].papers
    assert "脱退届" in name and "加入届" in name
