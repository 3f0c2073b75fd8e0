"""The whole service with a simulated 資格確認端末, in the browsers of visitor and staff."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from simulators.people.elsewhere import outsiders
from simulators.people.town import JAPAN
from simulators.terminal import Scenario, SimulatedTerminal
from tests.e2e.staffed import Staffed, at_desk, enter, keys_of, shows, terminal_beside

TODAY = datetime.now(UTC).astimezone(JAPAN).date()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[SimulatedTerminal]:
    with terminal_beside(tmp_path, delay=2.5) as running:
        yield running


@pytest.fixture
def staff_keys(terminal: SimulatedTerminal) -> dict[str, object]:
    return keys_of(terminal, timeout=15)


def test_the_bar_appears_after_a_second_and_the_answer_follows_the_terminal(
    terminal: SimulatedTerminal, staffed: Staffed, page: Page, staff: Page
) -> None:
    terminal.scenario = Scenario.INVALID
    page.goto(staffed.url)
    at_desk(staff, staffed)
    staffed.put("card-works")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "asking_terminal")
    expect(page.locator(".progress")).to_have_css("animation-delay", "1s")
    expect(page.locator(".progress__limit")).to_be_visible()
    expect(page.locator(".progress__limit")).to_have_text("長くても15秒ほどで終わります。")
    shows(page, "result_none")
    row = staff.locator("#live-visit tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("資格喪失年月日")
    staffed.take()
    shows(page, "idle")
    expect(row).to_have_count(0)


def test_the_consent_to_the_限度額_is_given_on_the_keypad_and_gone_after_the_visit(
    terminal: SimulatedTerminal, staffed: Staffed, page: Page
) -> None:
    terminal.scenario = Scenario.LIMIT
    page.goto(staffed.url)
    staffed.put("unregistered-confirmation")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "question_needs")
    page.click('[data-need="high_cost"]')
    page.click('.button--primary[data-action="needs"]')
    shows(page, "question_limit_consent")
    page.keyboard.press("NumpadMultiply")  # the first key only makes the numbers show
    agree = page.locator('[data-limit-consent="true"][data-number]')
    page.keyboard.press(f"Numpad{agree.get_attribute('data-number')}")
    shows(page, "asking_terminal")
    shows(page, "result_confirmation")
    expect(page.locator("main figure").filter(visible=True)).to_have_text("資格確認書青いプラスチックのカード")
    staffed.take()
    shows(page, "idle")
    assert "consent" not in json.dumps(staffed.entries())


def test_the_visitor_may_give_up_and_the_late_answer_is_nobodys(
    terminal: SimulatedTerminal, staffed: Staffed, page: Page
) -> None:
    page.goto(staffed.url)
    staffed.put("card-works")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "asking_terminal")
    page.click('[data-action="finish"]')
    shows(page, "take_card")
    staffed.take()
    shows(page, "idle")
    assert terminal.wait_until_taken(1, 10)
    assert [entry["applies"] for entry in staffed.entries() if entry["kind"] == "visit"] == [None]


def test_staff_tie_a_card_to_the_patient_number_and_its_visit_goes_on(
    staffed: Staffed, page: Page, staff: Page
) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    staffed.put("unknown-member")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "unknown_member")
    paper = next(one.member for one in outsiders(TODAY) if one.id == "kyokai-valid")
    staff.click("#online summary")
    for name in ("insurer_number", "symbol", "number", "branch", "birth_date"):
        staff.fill(f"#seek-online [name={name}]", paper[name])
    staff.click("#seek-online [type=submit]")
    staff.check("#person [name=identified]")
    staff.fill("#person [name=reference]", "P-00042")
    staff.click('#person [data-act="tie_patient"]')
    expect(page.locator("main")).to_have_attribute("data-state", "result", timeout=15_000)
    expect(staff.locator("#work")).to_contain_text("この方のカードは、診察券番号と結びついています。")
    assert "patient_tied" in staffed.acts()


def test_staff_ask_about_somebody_of_another_insurer(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    paper = next(one.member for one in outsiders(TODAY) if one.id == "kyokai-valid")
    staff.click("#online summary")
    for name in ("insurer_number", "symbol", "number", "branch", "birth_date"):
        staff.fill(f"#seek-online [name={name}]", paper[name])
    staff.click("#seek-online [type=submit]")
    expect(staff.locator("#work")).to_contain_text("模擬健康保険協会")
    staff.check("[name=identified]")
    staff.click('[data-act="show"]')
    expect(page.locator("main")).to_have_attribute("data-state", "result")


def test_what_was_typed_about_one_visitor_is_gone_with_the_next_one(staffed: Staffed, staff: Page) -> None:
    at_desk(staff, staffed)
    staff.click("#online summary")
    for form in ("seek", "seek-online"):
        for field in staff.locator(f"#{form} input:required").all():
            field.fill("花子")
        staff.click(f"#{form} [type=submit]")
        expect(staff.locator(f"#{form}-error")).not_to_be_empty()
        expect(staff.locator(f"#{form} [name=birth_date]")).to_have_value("花子")
    staffed.put("card-works")
    for form in ("seek", "seek-online"):
        expect(staff.locator(f"#{form}-error")).to_be_empty()
        expect(staff.locator(f"#{form} [name=birth_date]")).to_have_value("")


def test_the_official_steps_come_with_an_outage_and_go_with_it(
    terminal: SimulatedTerminal, staffed: Staffed, staff: Page
) -> None:
    at_desk(staff, staffed)
    expect(staff.locator("#live-fall-backs .steps")).to_have_count(0)
    terminal.folders.res.rename(terminal.folders.res.with_name("gone"))
    expect(staff.locator("#live-fall-backs .steps li")).to_have_count(5)
    staff.click("#more-fall-backs")
    for heading in ("ほかの方法で資格を確認する", "システム障害時の資格確認", "災害時の資格確認"):
        expect(staff.locator("#fall-backs").get_by_role("heading", name=heading)).to_be_visible()
    with staff.context.expect_page() as opened:
        staff.click("#fall-backs-form")
    opened.value.close()
    staff.locator("#fall-backs").get_by_role("button", name="とじる").click()
    terminal.folders.res.with_name("gone").rename(terminal.folders.res)
    expect(staff.locator("#live-fall-backs .steps")).to_have_count(0)
    staff.get_by_role("button", name="確認できないとき").click()
    expect(staff.locator("#fall-backs")).to_be_visible()
