"""An invented person in the usual case, and the decision for any change of it."""

import json

import pytest

from kiosk.decision import DEFAULT_POLICY, confirmation_validity, decide, facts_from_json, parse_facts

USUAL = {
    "on": "2026-11-24",
    "birth_date": "1980-05-15",
    "acquired_on": "2026-04-01",
    "filed_on": "2026-04-01",
    "linked_on": "2026-04-06",
    "card": "held",
    "registration": "registered",
}
"""A Tuesday; an insured person whose マイナ保険証 works."""


@pytest.fixture
def usual():
    return dict(USUAL)


@pytest.fixture
def known():
    """Facts of the usual case, with changes."""
    return lambda **changes: parse_facts(USUAL | changes)


@pytest.fixture
def decided():
    """The decision for the usual case with changes, as plain JSON."""

    def decide_for(policy=DEFAULT_POLICY, **changes):
        facts = facts_from_json(json.dumps(USUAL | changes))
        return json.loads(json.dumps(decide(facts, policy).to_json()))

    return decide_for


@pytest.fixture
def valid():
    """First and last day of the confirmation issued in the usual case with changes, or None."""

    def validity_for(policy=DEFAULT_POLICY, **changes):
        issued = confirmation_validity(parse_facts(USUAL | changes), policy)
        return issued and (issued.valid_from.isoformat(), issued.valid_until.isoformat())

    return validity_for


@pytest.fixture
def held():
    """A 資格確認書 with these first and last days."""
    return lambda valid_from, valid_until: {"valid_from": valid_from, "valid_until": valid_until}


@pytest.fixture
def paper(held):
    return {"confirmation_held": held("2026-04-01", "2031-03-31")}
