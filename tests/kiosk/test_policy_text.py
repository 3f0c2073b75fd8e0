"""A policy as an officer reads it: nothing is missing, and what is printed is the same policy."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.decision import DEFAULT_POLICY, Policy, Supplement
from kiosk.decision.policy import UnknownRegistrationIssue
from kiosk.policy_file import load_policy
from kiosk.policy_text import attribute_notes, differences, policy_text

OTHER = Policy(
    linkage_days=(1, 9),
    office_closed=frozenset({(2, 29), (12, 31)}),
    legacy_card_last_day=date(2026, 3, 31),
    notice_on_change=False,
    printed_on_confirmation=frozenset({Supplement.LIMIT_APPLICATION_CERTIFICATE}),
    unknown_registration_issue=UnknownRegistrationIssue.CONFIRMATION,
    desk_takes_phone_card=True,
)
NAMES = [field.name for field in fields(Policy)]


@pytest.mark.parametrize("policy", [DEFAULT_POLICY, OTHER, replace(OTHER, office_closed=frozenset())])
def test_what_is_printed_is_the_same_policy(tmp_path: Path, policy: Policy) -> None:
    (tmp_path / "policy.toml").write_text(policy_text(policy), "utf-8")
    assert load_policy(tmp_path / "policy.toml") == policy


def test_every_value_is_there_with_its_default_also_where_it_is_another() -> None:
    lines = policy_text(OTHER).splitlines()
    assert [line.split(" = ")[0] for line in lines if line and not line.startswith("#")] == NAMES
    assert "linkage_days = [1, 9]" in lines and "# Default: [3, 4]" in lines


@pytest.mark.parametrize("name", NAMES)
def test_every_value_says_where_it_comes_from(name: str) -> None:
    note = attribute_notes(Policy)[name]
    source = note.rpartition("(")[2].rpartition(")")[0]
    assert source.startswith(("「", "public rule", "this program's", "the insurer's", "the desk's")), note


def test_a_section_that_is_named_is_one_of_the_union_page_that_the_reasons_name() -> None:
    named = {note.rpartition("(「")[2].partition("」")[0] for note in attribute_notes(Policy).values() if "(「" in note}
    assert named == {
        "組合の資格情報登録",
        "保険証は令和6年12月1日で発行を終了しました",
        "資格確認書を交付します",
        "資格確認書交付の概要",
    }


def test_only_what_differs_is_a_difference() -> None:
    assert differences(DEFAULT_POLICY) == ()
    found = {one.name: (one.value, one.default) for one in differences(OTHER)}
    assert list(found) == [name for name in NAMES if name in found]
    assert found["linkage_days"] == ("[1, 9]", "[3, 4]")
    assert found["unknown_registration_issue"] == ('"confirmation"', '"none"')
    assert found["desk_takes_phone_card"] == ("true", "false")
    assert len(found) == 7
