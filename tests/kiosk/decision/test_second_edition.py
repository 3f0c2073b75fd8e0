"""Facts of the second edition get the decisions of the second edition: 5,000 recorded before the third was written.

The one difference is ``bring_card``: it no longer asks for a card that cannot be registered.
"""

import gzip
import json
from pathlib import Path

from kiosk.decision import confirmation_validity, decide, parse_facts

RECORDED = Path(__file__).with_name("second_edition.jsonl.gz")


def test_facts_of_the_second_edition_get_the_decision_that_they_got() -> None:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        recorded = [json.loads(line) for line in lines]
    assert len(recorded) == 5_000
    mended = [_differs(each) for each in recorded]
    assert 0 < sum(mended) < 200


def _differs(recorded: dict) -> bool:
    """Return whether the steps differ, which they may in one way only."""
    facts = parse_facts(recorded["facts"])
    then, now = recorded["decision"], json.loads(json.dumps(decide(facts).to_json()))
    validity = confirmation_validity(facts)
    days = validity and [validity.valid_from.isoformat(), validity.valid_until.isoformat()]
    assert days == recorded["validity"]
    assert {**now, "next_steps": None} == {**then, "next_steps": None}, recorded["facts"]
    if now["next_steps"] == then["next_steps"]:
        return False
    assert [step for step in then["next_steps"] if step != "bring_card"] == now["next_steps"], recorded["facts"]
    assert facts.certificate in {"expired", "revoked"} and facts.registration in {"unregistered", "cancelled"}
    return True
