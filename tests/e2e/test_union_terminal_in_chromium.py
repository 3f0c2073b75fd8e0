"""The union's own terminal in Chromium, with the real queue of issuance behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from kiosk.audit import JournaledLook, LookPurpose
from kiosk.audit.chain import Seal
from kiosk.cli import app
from kiosk.eligibility import Registry, keep_looks
from kiosk.identity import load_site_key
from kiosk.roles import Part
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.demo.stage import member_id
from simulators.readers import plugin

WHO = "claim-without-paper"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[RunningKiosk]:
    listen, profile = f"127.0.0.1:{free_port()}", {"profile": "union_office", "kiosk_id": "union-1"}
    with RunningKiosk(set_stage(tmp_path / "stage", datetime.now(UTC), listen=listen, **profile), plugin.readers) as it:
        yield it


def shows(page: Page, screen: str) -> None:
    expect(page.locator("main")).to_have_attribute("data-screen", screen, timeout=15_000)


def confirmed_at_the_request(page: Page, terminal: RunningKiosk) -> None:
    """Enter the number of somebody who misses a notice, and open the page that asks for it."""
    page.goto(terminal.url)
    terminal.put(WHO)
    shows(page, "pin")
    for digit in "1234":
        page.click(f'[data-key="{digit}"]')
    page.click('[data-key="enter"]')
    shows(page, "question_purpose")
    page.click('[data-purpose="visit"]')
    shows(page, "result_card")
    page.click('[data-page="menu"]')
    shows(page, "union_menu")
    page.click('[data-page="document_request"]')
    shows(page, "document_request")


def queue(terminal: RunningKiosk) -> list[dict[str, object]]:
    """Return the open orders as `kiosk issuance list` tells them."""
    config = str(terminal.stage.folder / "kiosk.toml")
    result = CliRunner().invoke(app, ["issuance", "list", "--json", "--config", config])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_document_asked_for_here_stands_in_the_queue_of_the_union(terminal: RunningKiosk, page: Page) -> None:
    confirmed_at_the_request(page, terminal)
    assert queue(terminal) == []
    page.click('[data-action="request"]')
    shows(page, "orders")
    expect(page.locator("main")).to_contain_text("資格情報通知書")
    expect(page.locator("main")).to_contain_text("に用意できる見込みです。")
    (order,) = queue(terminal)
    assert (order["member"], order["document"]) == (str(member_id(terminal.persona(WHO))), "notice")
    assert (order["requested_by"], order["state"]) == ("terminal union-1", "open")
    page.click('[data-page="menu"]')
    shows(page, "union_menu")
    expect(page.locator('[data-page="document_request"]')).to_have_count(0)
    page.click('[data-page="orders"]')
    shows(page, "orders")


def test_without_a_card_the_terminal_explains_until_one_is_put_down(terminal: RunningKiosk, page: Page) -> None:
    page.goto(terminal.url)
    page.click('[data-page="menu"]')
    shows(page, "union_menu")
    expect(page.locator('[data-page="own_record"]')).to_have_count(0)
    page.click('[data-page="procedures"]')
    shows(page, "procedures")
    page.click('[data-event="card_lost"]')
    shows(page, "procedure")
    expect(page.locator("main")).to_contain_text("資格確認書交付申請書を、この窓口に提出してください。")
    terminal.put(WHO)
    shows(page, "pin")


def looked_at(terminal: RunningKiosk, who: str, number: int, purpose: LookPurpose) -> None:
    """Put a look of an officer into the register, as another kiosk that shares it does."""
    settings, now = terminal.stage.settings, datetime.now(UTC)
    seal = Seal.of(load_site_key(settings.site_key_path))
    whose = seal.reference(str(member_id(terminal.persona(who))))
    with Registry.open(settings.database) as registry:
        keep_looks(registry.engine, "2", [JournaledLook(number, now, whose, Part.OFFICE, purpose)], now)


def test_a_visitor_sees_who_looked_at_them_at_another_kiosk(terminal: RunningKiosk, page: Page) -> None:
    looked_at(terminal, WHO, 1, LookPurpose.POSTING)
    looked_at(terminal, "card-works", 2, LookPurpose.CORRECTION)
    confirmed_at_the_request(page, terminal)
    page.click('[data-page="menu"]')
    page.click('[data-page="own_record"]')
    page.get_by_role("button", name="だれが見たか").click()
    shows(page, "looks")
    expect(page.get_by_role("columnheader")).to_have_text(["日時", "見た人", "目的"])
    expect(page.locator("main tbody tr")).to_have_count(1)
    expect(page.get_by_role("cell", name="組合の係員")).to_be_visible()
    expect(page.get_by_role("cell", name="書類の発送")).to_be_visible()
    page.click('[data-page="own_record"]')
    shows(page, "own_record")


def test_a_queue_that_does_not_serve_is_said_and_may_be_tried_again(terminal: RunningKiosk, page: Page) -> None:
    confirmed_at_the_request(page, terminal)
    rename(terminal, "issuance_order", "away")
    page.click('[data-action="request"]')
    expect(page.locator("main .remark")).to_contain_text("記録されたかどうかわかりません", timeout=15_000)
    expect(page.get_by_role("status")).to_contain_text("記録されたかどうかわかりません")
    expect(page.locator("main")).to_contain_text("N-05")
    rename(terminal, "away", "issuance_order")
    assert queue(terminal) == []
    page.click('[data-action="request"]')
    shows(page, "orders")
    assert len(queue(terminal)) == 1


def rename(terminal: RunningKiosk, old: str, new: str) -> None:
    engine = create_engine(terminal.stage.settings.database)
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
    engine.dispose()
