"""Whole visits with cards that are less common: the next one, a phone, a card without a 暗証番号.

Each through the service and its API, on the simulated reader and on the true PC/SC stack.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.eligibility import Registry
from kiosk.identity import binding_key, last_day_of, load_site_key, site_key_fingerprint
from kiosk.staff import Accounts, accounts_path
from simulators.card import JpkiCardSimulator
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.demo.stage import member_id
from simulators.issuing import android_token, card_without_pin, issue_ten_years, next_card
from simulators.people import certificate_of, persona
from simulators.pki import Issued, lookalike, next_authority
from simulators.profiles import NEXT_CARD_FILE
from simulators.readers import plugin

WHO = "card-works"
PASSWORD = "tsuki-to-kaze9"
Open = Callable[..., "Hands"]


class Hands:
    """A person at the kiosk, a program that looks on with the token, and staff at their own page."""

    def __init__(self, kiosk: RunningKiosk) -> None:
        self.kiosk, self.now = kiosk, kiosk.stage.now
        self.authority = kiosk.stage.authority
        token = (kiosk.stage.settings.data_dir / "api-token").read_text("ascii").strip()
        self._page = httpx.Client(base_url=kiosk.url, trust_env=False, timeout=20)
        self._page.get("").raise_for_status()
        self._api = httpx.Client(
            base_url=kiosk.url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=20
        )
        self._staff = httpx.Client(base_url=f"http://{kiosk.stage.settings.staff.listen}", trust_env=False, timeout=20)

    def close(self) -> None:
        for client in (self._page, self._api, self._staff):
            client.close()

    def own(self) -> Issued:
        """The certificate that the register knows this person by."""
        return certificate_of(persona(WHO, self.kiosk.stage.on), self.authority)

    def put(self, card: JpkiCardSimulator) -> JpkiCardSimulator:
        self.kiosk.put(card)
        return card

    def until(self, *screens: str) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            visit: dict[str, Any] = self._api.get("api/v1/visit").json()
            if visit["screen"] in screens:
                return visit
        raise AssertionError(f"{screens} never came: {visit}")

    def enter(self, pin: str) -> None:
        self._page.post("api/v1/visit/actions", json={"action": "pin", "pin": pin}).raise_for_status()

    def confirm(self, visit: dict[str, Any], reason: str) -> None:
        Accounts(accounts_path(self.kiosk.stage.settings.data_dir)).add("hanako", "受付 花子", PASSWORD)
        self._staff.post("/api/v1/session", json={"name": "hanako", "password": PASSWORD}).raise_for_status()
        action = {"action": "confirm", "sequence": visit["sequence"], "reason": reason}
        self._staff.post("/api/v1/desk/actions", json=action).raise_for_status()

    def page(self) -> str:
        return self._page.get("").text

    def bind(self, issued: Issued) -> None:
        settings = self.kiosk.stage.settings
        key, who = load_site_key(settings.site_key_path), member_id(persona(WHO, self.kiosk.stage.on))
        binding, last_day = binding_key(issued.certificate, key), last_day_of(issued.certificate)
        with Registry.open(settings.database) as registry:
            registry.bind(who, binding, last_day, "test", self.now, fingerprint=site_key_fingerprint(key))


@pytest.fixture(params=["simulator", "pcsc"])
def open_kiosk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """A function that starts a kiosk with further settings; it ends with the test."""
    started = ExitStack()

    def start(**keys: object) -> Hands:
        stage = set_stage(
            tmp_path / "stage",
            datetime.now(UTC),
            reader=request.param,
            listen=f"127.0.0.1:{free_port()}",
            **{"staff.listen": f"127.0.0.1:{free_port()}"},
            **{name.replace("__", "."): value for name, value in keys.items()},
        )
        (tmp_path / "stage" / "trust" / "next.pem").write_bytes(next_authority(stage.now).pem)
        readers = plugin.readers if request.param == "simulator" else virtual(request)
        return started.enter_context(closing(Hands(started.enter_context(RunningKiosk(stage, readers)))))

    with started:
        yield start


def virtual(request: pytest.FixtureRequest) -> Any:
    from simulators.virtual import VirtualReaders

    return VirtualReaders(request.getfixturevalue("pcscd"))


def test_the_next_card_is_confirmed_like_todays(open_kiosk: Open) -> None:
    desk = open_kiosk(card__profiles=[str(NEXT_CARD_FILE)])
    authority = next_authority(desk.now)
    issued = issue_ten_years(authority, desk.now)
    years = issued.certificate.not_valid_after_utc.year - issued.certificate.not_valid_before_utc.year
    assert years == 10
    desk.bind(issued)
    desk.put(next_card(authority, desk.now, issued))
    assert desk.until("pin")["level"] == "presented"
    desk.enter("1234")
    assert desk.until("result_card")["level"] == "confirmed"


def test_without_its_profile_the_next_card_is_none_that_is_known(open_kiosk: Open) -> None:
    desk = open_kiosk()
    desk.put(next_card(next_authority(desk.now), desk.now))
    assert desk.until("not_my_number_card")["failure"]["code"] == "C-03"


def test_a_phone_is_not_sent_a_number_that_nobody_allowed(open_kiosk: Open) -> None:
    desk = open_kiosk()
    phone = desk.put(android_token(desk.authority, desk.now, desk.own()))
    visit = desk.until("card_unreadable")
    assert (visit["failure"]["code"], visit["unchecked_before_pin"]) == ("C-15", False)
    assert all(exchange.ins != 0x20 for exchange in phone.apdu_log)


def test_a_phone_is_confirmed_after_the_number_where_that_is_allowed(open_kiosk: Open) -> None:
    desk = open_kiosk(identity__pin_before_certificate=True)
    desk.put(android_token(desk.authority, desk.now, desk.own()))
    visit = desk.until("pin")
    assert (visit["level"], visit["revocation"], visit["unchecked_before_pin"]) == (None, None, True)
    assert "電子証明書は、暗証番号の入力後に確認します" in desk.page()
    desk.enter("9999")
    assert desk.until("pin_wrong")["level"] is None
    desk.enter("1234")
    visit = desk.until("result_card")
    assert (visit["level"], visit["revocation"], visit["unchecked_before_pin"]) == ("confirmed", "good", True)


def test_a_phone_that_turns_out_forged_gets_no_level(open_kiosk: Open) -> None:
    desk = open_kiosk(identity__pin_before_certificate=True)
    desk.put(android_token(lookalike(desk.authority), desk.now))
    desk.until("pin")
    desk.enter("1234")
    visit = desk.until("not_genuine")
    assert (visit["failure"]["code"], visit["level"], visit["decision"]) == ("C-07", None, None)


def test_a_card_without_a_number_goes_to_staff(open_kiosk: Open) -> None:
    desk = open_kiosk()
    card = desk.put(card_without_pin(desk.authority, desk.now, desk.own()))
    visit = desk.until("staff_check")
    assert (visit["level"], visit["failure"]["code"]) == ("presented", "C-14")
    assert "このカードは、暗証番号を使いません" in desk.page()
    assert all(exchange.sent == 4 for exchange in card.apdu_log if exchange.ins == 0x20)
    desk.confirm(visit, "card_without_pin")
    assert desk.until("result_card")["level"] == "staff_confirmed"


def test_a_forged_card_without_a_number_is_refused_before_that(open_kiosk: Open) -> None:
    desk = open_kiosk()
    desk.put(card_without_pin(lookalike(desk.authority), desk.now))
    assert desk.until("not_genuine")["failure"]["code"] == "C-07"
