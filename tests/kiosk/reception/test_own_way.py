"""The way of one's own data to the card: what the union's terminal says of filing and linkage (資格情報の連携)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.decision import DEFAULT_POLICY, CardStatus, Facts, Registration
from kiosk.reception.union_office import Linkage, OwnWay, own_way

FILED = date(2026, 11, 20)  # a Friday; Monday the 23rd is 勤労感謝の日
USABLE = (date(2026, 11, 26), date(2026, 11, 27))
FACTS = Facts.checked(
    on=date(2026, 11, 25),
    birth_date=date(1980, 4, 1),
    acquired_on=date(2026, 11, 16),
    filed_on=FILED,
    card=CardStatus.HELD,
    registration=Registration.REGISTERED,
)


@pytest.mark.parametrize(
    ("facts", "way"),
    [
        (FACTS, OwnWay(Linkage.EXPECTED, FILED, usable=USABLE)),
        (replace(FACTS, on=USABLE[1]), OwnWay(Linkage.EXPECTED, FILED, usable=USABLE)),
        (replace(FACTS, on=date(2026, 11, 28)), OwnWay(Linkage.LATE, FILED)),
        (replace(FACTS, linked_on=FACTS.on), OwnWay(Linkage.DONE, FILED, linked_on=FACTS.on)),
        (replace(FACTS, linked_on=date(2026, 11, 26)), OwnWay(Linkage.EXPECTED, FILED, usable=USABLE)),
        (replace(FACTS, my_number_reported=False), OwnWay(Linkage.WITHOUT_MY_NUMBER, FILED)),
        (replace(FACTS, filed_on=None), OwnWay(Linkage.UNKNOWN, None)),
        (replace(FACTS, filed_on=None, linked_on=FILED), OwnWay(Linkage.DONE, None, linked_on=FILED)),
    ],
)
def test_the_way_has_the_dates_of_the_record(facts: Facts, way: OwnWay) -> None:
    assert own_way(facts, DEFAULT_POLICY) == way
