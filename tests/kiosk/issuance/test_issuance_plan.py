"""To whom the union owes a document: the simulated town, the rule of the first document, and a naive model."""

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.decision import DEFAULT_POLICY, Confirmation, Document, Policy, confirmation_validity, decide, parse_facts
from kiosk.decision.facts import FactsError
from kiosk.eligibility import Member, MemberId, Registry, Source, read_rows
from kiosk.issuance import PlanLine, line_for, plan_lines
from simulators.people import members_csv, people

ON = date(2026, 11, 22)
MakeMember = Callable[..., Member]

NOTICE = {
    "unreadable-phone": ["card_works"],
    "unreadable-nothing": ["card_works"],
    "not-here-nothing": ["card_works"],
    "not-linked": ["not_linked_yet"],
    "linkage-overdue": ["not_linked_yet", "linkage_overdue"],
    "my-number-missing": ["not_linked_yet", "my_number_missing"],
    "claim-with-phone": ["card_works"],
    "claim-without-paper": ["card_works"],
    "event-reemployed": ["not_linked_yet"],
    "without-pin-unreadable": ["card_works"],
}
"""Members with a valid マイナ保険証 to whom nothing was issued in this membership."""

CONFIRMATION = {
    "certificate-in-grace": ["card_works", "certificate_in_grace"],
    "registration-ending": ["card_works", "registration_ending"],
    "unregistered": ["not_registered"],
    "unregistered-not-here": ["not_registered"],
    "registration-cancelled": ["registration_cancelled"],
    "certificate-expired": ["certificate_expired"],
    "certificate-revoked": ["certificate_revoked"],
    "never-issued": ["no_card", "not_registered"],
    "never-issued-notice": ["no_card", "not_registered", "notice_not_enough"],
    "card-lost": ["card_lost"],
    "card-returned": ["card_returned", "not_registered"],
    "confirmation-ending": ["no_card", "not_registered", "confirmation_ending"],
    "confirmation-expired": ["no_card", "not_registered", "confirmation_expired"],
    "paper-of-earlier-insurance": ["no_card", "not_registered", "paper_of_earlier_insurance"],
    "legacy-card-expired": ["no_card", "not_registered", "old_card_expired"],
    "claim-without-card-or-paper": ["no_card", "not_registered"],
    "event-enrolled-requested": ["no_card", "not_registered"],
    "event-certificate-expired": ["certificate_expired"],
    "event-registration-cancelled": ["registration_cancelled"],
    "revoked-card": ["certificate_revoked", "notice_not_enough"],
    "withheld": ["information_withheld"],
    "withheld-not-here": ["information_withheld"],
    "special-consideration": ["card_works"],
    "without-pin": ["not_registered"],
}
"""Members without a マイナ保険証, or with one that will end soon, who have no valid 資格確認書."""


@pytest.fixture
def town(registry: Registry, source: Callable[..., Source]) -> Registry:
    """Return a register with everybody of the simulated town."""
    registry.import_members(read_rows(io.BytesIO(members_csv(ON).encode())), source())
    return registry


def test_the_town_is_owed_what_the_tables_say_and_nobody_else_anything(town: Registry) -> None:
    ids = {person.member["number"]: person.id for person in people(ON) if person.member}
    lines = {ids[line.member.number]: line for line in plan_lines(town.members(), ON, DEFAULT_POLICY)}
    owed = {name: list(line.reasons) for name, line in lines.items()}
    assert owed == NOTICE | CONFIRMATION
    assert {name for name, line in lines.items() if line.issue is Document.NOTICE} == set(NOTICE)


def test_only_who_must_not_be_found_is_set_aside(town: Registry) -> None:
    ids = {person.member["number"]: person.id for person in people(ON) if person.member}
    lines = list(plan_lines(town.members(), ON, DEFAULT_POLICY))
    assert {ids[line.member.number] for line in lines if line.aside} == {"withheld", "withheld-not-here"}
    for line in lines:
        assert line.to_json().get("aside", False) is line.aside


def test_lines_come_in_the_order_of_the_four_columns_as_strings(registry: Registry, load: Callable[..., Any]) -> None:
    symbols = (("71", "2"), ("71-0", "1"), ("71", "10"), ("あ", "1"), ("A", "1"), ("a", "1"), ("", "1"))
    load(*[{"symbol": symbol, "number": number, "notice_issued_on": ""} for symbol, number in symbols])
    lines = [line.member for line in plan_lines(registry.members(), ON, DEFAULT_POLICY)]
    assert len(lines) == len(symbols)
    assert lines == sorted(lines)


def test_a_line_holds_the_validity_of_a_confirmation_only(member: MakeMember) -> None:
    notice = line_for(member(notice_issued_on=""), ON, DEFAULT_POLICY)
    confirmation = line_for(member(card="never_issued"), ON, DEFAULT_POLICY)
    assert notice is not None and confirmation is not None
    assert notice.to_json() == {"member": "133033:71-0000:000001:00", "issue": "notice", "reasons": ["card_works"]}
    assert confirmation.to_json() == {
        "member": "133033:71-0000:000001:00",
        "issue": "confirmation",
        "reasons": ["no_card", "notice_not_enough"],
        "valid_from": "2026-11-22",
        "valid_until": "2031-11-21",
    }


NO_NOTICE = {"notice_issued_on": ""}


@pytest.mark.parametrize(
    ("changed", "owed"),
    [
        (NO_NOTICE, True),
        ({"notice_issued_on": "2020-04-01"}, False),
        ({"notice_issued_on": "2020-03-31"}, True),
        ({"notice_issued_on": "2026-11-22"}, False),
        ({"notice_issued_on": "2026-11-23"}, False),
        ({"notice_issued_on": "2027-04-01"}, False),
        (NO_NOTICE | {"confirmation_valid_from": "2020-04-01", "confirmation_valid_until": "2021-03-31"}, False),
        (NO_NOTICE | {"confirmation_valid_from": "2020-03-31", "confirmation_valid_until": "2025-03-30"}, True),
        (NO_NOTICE | {"confirmation_valid_from": "2027-01-01", "confirmation_valid_until": "2031-12-31"}, False),
        (NO_NOTICE | {"legacy_card_until": "2025-12-01"}, False),
        (NO_NOTICE | {"legacy_card_until": "2021-12-01", "acquired_on": "2024-12-01"}, False),
        (NO_NOTICE | {"legacy_card_until": "2025-12-01", "acquired_on": "2024-12-02"}, True),
        (NO_NOTICE | {"lost_on": "2026-11-23"}, True),
        (NO_NOTICE | {"lost_on": "2026-11-22"}, False),
        (NO_NOTICE | {"acquired_on": "2026-11-22", "filed_on": "2026-11-22"}, True),
        (NO_NOTICE | {"acquired_on": "2026-11-23", "filed_on": "2026-11-22"}, False),
        (NO_NOTICE | {"filed_on": ""}, False),
        (NO_NOTICE | {"filed_on": "2026-11-23"}, False),
        (NO_NOTICE | {"birth_date": "1951-11-23"}, True),
        (NO_NOTICE | {"birth_date": "1951-11-22"}, False),
        (NO_NOTICE | {"birth_date": "2026-11-23", "acquired_on": "2026-11-23"}, False),
    ],
    ids=lambda value: " ".join(f"{name}={cell}" for name, cell in value.items()) if isinstance(value, dict) else None,
)
def test_a_notice_is_owed_when_nothing_was_issued_in_this_membership(
    member: MakeMember, changed: dict[str, str], owed: bool
) -> None:
    line = line_for(member(**changed), ON, DEFAULT_POLICY)
    assert (line is not None and line.issue is Document.NOTICE) is owed
    assert line is None or owed


@pytest.mark.parametrize(
    ("changed", "owed"),
    [
        ({"card": "returned"}, None),
        ({"card": "returned", "notice_issued_on": ""}, Document.CONFIRMATION),
        ({"card": "returned", "confirmation_valid_from": "2020-04-01", "confirmation_valid_until": "2025-03-31"},
         Document.CONFIRMATION),
        ({"card": "lost", "legacy_card_until": "2025-12-01", "notice_issued_on": ""}, None),
        ({"card": "never_issued"}, Document.CONFIRMATION),
        ({"notice_issued_on": "", "confirmation_requested": "true"}, Document.CONFIRMATION),
        ({"notice_issued_on": "", "confirmation_requested": "true", "filed_on": ""}, None),
    ],
)  # fmt: skip
def test_who_has_papers_to_file_is_left_out(member: MakeMember, changed: dict[str, str], owed: Document | None) -> None:
    line = line_for(member(**changed), ON, DEFAULT_POLICY)
    assert (line.issue if line else None) == owed


def test_the_last_day_of_issue_is_the_insurers(member: MakeMember) -> None:
    person = member(legacy_card_until="2025-12-01", acquired_on="2024-12-02", notice_issued_on="")
    assert line_for(person, ON, DEFAULT_POLICY) is not None
    assert line_for(person, ON, Policy(legacy_card_last_issue=date(2024, 12, 2))) is None


def test_the_confirmation_is_valid_up_to_the_cap(member: MakeMember) -> None:
    line = line_for(member(card="never_issued", lost_on="2027-03-01"), ON, DEFAULT_POLICY)
    assert line is not None and line.validity == Confirmation(ON, date(2027, 2, 28))


def test_a_day_that_no_facts_can_speak_of_is_refused(member: MakeMember) -> None:
    with pytest.raises(FactsError, match="on: must lie in the years"):
        list(plan_lines([member()], date(2200, 1, 1), DEFAULT_POLICY))


def test_members_are_taken_one_at_a_time(member: MakeMember) -> None:
    taken: list[int] = []

    def members() -> Iterator[Member]:
        for number in range(3):
            taken.append(number)
            yield member(notice_issued_on="")

    next(plan_lines(members(), ON, DEFAULT_POLICY))
    assert taken == [0]


DAYS = st.dates(ON - timedelta(days=900), ON + timedelta(days=900)).map(date.isoformat)
MAYBE = st.just("") | DAYS
CELLS = st.fixed_dictionaries(
    {
        "birth_date": st.dates(date(1950, 11, 1), date(1953, 1, 31)).map(date.isoformat) | st.just("1990-01-01"),
        "acquired_on": DAYS,
        "filed_on": MAYBE,
        "my_number_reported": st.sampled_from(["true", "false", ""]),
        "linked_on": MAYBE,
        "card": st.sampled_from(["held", "never_issued", "returned", "lost"]),
        "certificate": st.sampled_from(["valid", "expired", "revoked", "unknown", ""]),
        "certificate_valid_until": DAYS,
        "registration": st.sampled_from(["registered", "unregistered", "cancelled"]),
        "registration_ends_on": MAYBE,
        "confirmation_requested": st.sampled_from(["true", "false", ""]),
        "notice_issued_on": MAYBE,
        "legacy_card_until": MAYBE,
    }
)
PAIRS = st.tuples(DAYS, DAYS).map(sorted)


def naive(cells: dict[str, str], on: date) -> dict[str, object] | None:
    """Return the line of a member by the letter of docs/decision.md and docs/formats.md, from the cells of the file."""
    today = on.isoformat()

    def maybe(name: str) -> str | None:
        return cells.get(name) or None

    def since(name: str) -> bool:
        return cells.get(name, "") >= cells["acquired_on"]

    legacy = bool(cells["legacy_card_until"]) and cells["acquired_on"] <= "2024-12-01"
    issued = since("notice_issued_on") or since("confirmation_valid_from") or legacy
    certificate = cells["certificate"] or "valid"
    if certificate != "revoked":
        past = cells["certificate_valid_until"] < today
        certificate = "expired" if past else "valid" if certificate == "expired" else certificate
    held = {name: cells.get(f"confirmation_{name}") for name in ("valid_from", "valid_until")}
    facts = parse_facts(
        {
            "on": today,
            "birth_date": cells["birth_date"],
            "acquired_on": cells["acquired_on"],
            "lost_on": maybe("lost_on"),
            "filed_on": cells["filed_on"] if "" < cells["filed_on"] <= today else None,
            "my_number_reported": cells["my_number_reported"] != "false",
            "linked_on": maybe("linked_on"),
            "card": cells["card"],
            "certificate": certificate,
            "certificate_expired_on": cells["certificate_valid_until"] if certificate == "expired" else None,
            "registration": cells["registration"],
            "registration_ends_on": maybe("registration_ends_on") if cells["registration"] == "cancelled" else None,
            "notice_held": since("notice_issued_on") and cells["notice_issued_on"] <= today,
            "confirmation_held": held if held["valid_from"] else None,
            "legacy_card_until": maybe("legacy_card_until"),
            "event": None if issued else "enrolled",
            "confirmation_requested": cells["confirmation_requested"] == "true",
        }
    )
    decision, validity = decide(facts), confirmation_validity(facts)
    if not decision.issue or decision.file:
        return None
    line = {"member": "133033:71-0000:000001:00", "issue": decision.issue, "reasons": list(decision.reasons)}
    if validity:
        line |= {"valid_from": validity.valid_from.isoformat(), "valid_until": validity.valid_until.isoformat()}
    return line


@given(cells=CELLS, confirmation=st.none() | PAIRS, lost_after=st.none() | st.integers(0, 900))
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_plan_is_what_a_naive_decision_for_each_member_says(
    member: MakeMember, cells: dict[str, str], confirmation: list[str] | None, lost_after: int | None
) -> None:
    if confirmation:
        cells |= dict(zip(("confirmation_valid_from", "confirmation_valid_until"), confirmation, strict=True))
    if lost_after is not None:
        cells |= {"lost_on": (date.fromisoformat(cells["acquired_on"]) + timedelta(days=lost_after)).isoformat()}
    lines = [line.to_json() for line in plan_lines([member(**cells)], ON, DEFAULT_POLICY)]
    assert lines == [line for line in [naive(cells, ON)] if line is not None]


def test_a_plan_line_shows_nobody_in_its_repr() -> None:
    line = PlanLine(MemberId("133033", "71-0000", "000001", "00"), Document.NOTICE, (), None)
    assert "000001" not in repr(line)
