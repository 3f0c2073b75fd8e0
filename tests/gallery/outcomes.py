"""Build what each invented person sees in the end: the decision from the register's facts, or the card's failure."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from kiosk.decision import Purpose, decide, published
from kiosk.eligibility import Registry
from kiosk.failures import Code
from kiosk.reception import View
from simulators.demo import set_stage
from simulators.demo.rounds import facts_of
from simulators.people import FailureKind, people
from tests.gallery.views import failure_view, result_view

__all__ = ["outcome_screens"]

_CODES = {
    FailureKind.UNKNOWN_MEMBER: Code.UNKNOWN_MEMBER,
    FailureKind.NOT_GENUINE: Code.NOT_GENUINE,
    FailureKind.REVOKED: Code.CERTIFICATE_REVOKED,
    FailureKind.PIN_BLOCKED: Code.PIN_BLOCKED,
    FailureKind.PIN_LAST_TRY: Code.PIN_LAST_TRY,
    FailureKind.NOT_MY_NUMBER_CARD: Code.NOT_MY_NUMBER_CARD,
    FailureKind.WITHOUT_PIN: Code.CARD_WITHOUT_PIN,
}


def outcome_screens(now: datetime) -> dict[str, View]:
    """Return the last screen of each persona's visit, by the persona's id."""
    views: dict[str, View] = {}
    with tempfile.TemporaryDirectory() as folder:
        stage = set_stage(Path(folder) / "stage", now)
        with Registry.open(stage.settings.database) as registry:
            for person in people(stage.on):
                if person.failure:
                    views[person.id] = failure_view(_CODES[person.failure])
                else:
                    facts = facts_of(stage, registry, person)
                    decision = published(decide(facts), facts)
                    views[person.id] = result_view(decision, purpose=Purpose(person.visit.purpose))
    return views
