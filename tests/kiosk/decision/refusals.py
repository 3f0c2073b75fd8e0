"""Which field a refusal of facts names, and the order of the fields."""

import pytest

from kiosk.decision import Facts, FactsError, facts_from_json

TABLE = list(Facts.__dataclass_fields__)


def refused_field(text):
    with pytest.raises(FactsError) as refusal:
        facts_from_json(text)
    return refusal.value.field
