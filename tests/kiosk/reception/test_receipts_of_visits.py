"""Each confirmed visit yields one receipt: with the answer, in the journal by its hash, and with the finished visit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.decision import Purpose
from kiosk.identity import Level
from kiosk.receipts import KeySet, PresenceReceipt, fingerprint, verified
from kiosk.reception import ChoosePurpose, Ended, Require, Rules, Screen, View
from kiosk.reception.desk import Asked, Seen
from simulators.demo import Stage
from tests.kiosk.reception.sites import Site, open_site

pytestmark = pytest.mark.anyio


def read(site: Site, view: View) -> PresenceReceipt:
    """Return what the receipt of an answer says, checked by the published keys alone."""
    assert view.receipt is not None
    return verified(view.receipt, KeySet.of_json(json.dumps({"keys": site.receipt_keys()}).encode()))


def fits(receipt: PresenceReceipt, view: View) -> bool:
    decision = view.decision
    assert decision is not None
    said = (receipt.visit, receipt.sub, receipt.applies, receipt.usable)
    return said == (view.identifier, view.member, decision.applies, decision.usable)


async def test_a_confirmed_visit_has_one_that_says_what_the_screen_says(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        ended: list[Ended] = []
        site.reception.on_end(ended.append)
        site.put("card-works")
        before = await site.until(Screen.PIN)
        await site.pin()
        view = await site.until(Screen.RESULT_CARD)
        receipt = read(site, view)
        assert (before.receipt, receipt.level, fits(receipt, view)) == (None, "confirmed", True)
        (entry,) = site.entries("visit")
        assert view.receipt is not None
        assert entry["receipt"] == fingerprint(view.receipt)
        site.readers.take()
        await site.until(Screen.FAREWELL)
        assert [one.view.receipt for one in ended] == [view.receipt]


async def test_another_answer_in_the_same_visit_has_its_own(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        first = await site.prove("card-works", Screen.RESULT_CARD)
        await site.reception.act(ChoosePurpose(action="purpose", purpose=Purpose.BENEFIT_CLAIM))
        second = await site.showing(lambda view: view.purpose is Purpose.BENEFIT_CLAIM and view.decision is not None)
        assert first.receipt != second.receipt
        assert fits(read(site, second), second)
        shown = [view.receipt for view in (first, second) if view.receipt]
        assert [entry["receipt"] for entry in site.entries("visit")] == list(map(fingerprint, shown))


async def test_an_answer_that_staff_put_on_the_screen_has_one(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        asked = Asked()
        found = await site.found("card-works")
        decision = await site.desk.decide(found, asked, "hanako")
        await site.desk.show(found, asked, decision, Seen.PASSPORT, "hanako", site.sequence)
        view = await site.showing(lambda view: view.decision is not None)
        receipt = read(site, view)
        assert (receipt.level, fits(receipt, view)) == ("staff_confirmed", True)
        shown = [entry for entry in site.acts() if entry["act"] == "shown"]
        assert view.receipt is not None
        assert [entry["receipt"] for entry in shown] == [fingerprint(view.receipt)]


async def test_a_visit_that_proves_nobodys_presence_has_none(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path, rules=Rules(require=Require.PRESENTED)) as site:
        site.put("card-works")
        view = await site.until(Screen.RESULT_CARD)
        assert (view.level, view.receipt) == (Level.PRESENTED, None)
        assert [entry["receipt"] for entry in site.entries("visit")] == [None]


async def test_a_failed_visit_has_none(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        view = await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
        assert (view.level, view.receipt) == (Level.CONFIRMED, None)
