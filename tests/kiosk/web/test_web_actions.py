"""Actions through the API: who may do which, for which screen, and what is refused."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from kiosk.decision import Need
from kiosk.reception import EnterPin, HolderUnknown, PhotoProblem, PhotoRefused, Screen, StateName
from kiosk.roles import Role
from kiosk.staff import Accounts, Scope, accounts_path

pytestmark = pytest.mark.anyio

PIN = {"action": "pin", "pin": "9517"}
STAFF = {"action": "staff_confirm", "staff": "hanako", "reason": "pin_forgotten"}
BUTTONS = [
    {"action": "staff"},
    {"action": "continue"},
    {"action": "finish"},
    {"action": "purpose", "purpose": "benefit_claim"},
    {"action": "needs", "needs": ["high_cost"]},
    {"action": "needs", "needs": []},
    {"action": "smartphone", "smartphone": True},
    {"action": "limit_consent", "limit_consent": True},
    {"action": "official_reader"},
    {"action": "guide"},
    {"action": "whereabouts", "card": "lost"},
    {"action": "phone_card", "phone_card": True},
    {"action": "belonging", "belonging": "notice"},
    {"action": "page", "page": "procedure", "event": "card_lost"},
    {"action": "aids", "spoken": True},
]


async def post(client: httpx.AsyncClient, body: object, headers: dict[str, str] | None = None) -> httpx.Response:
    return await client.post("/api/v1/visit/actions", json=body, headers=headers or {})


@pytest.mark.parametrize("body", BUTTONS)
async def test_the_buttons_are_the_visitors(kiosk: Any, client: httpx.AsyncClient, body: dict[str, str]) -> None:
    await client.get("/")
    assert (await post(client, body)).status_code == 200
    assert [action.action for action in kiosk.reception.actions] == [body["action"]]


@pytest.mark.parametrize("body", BUTTONS)
async def test_a_program_with_the_scope_may_press_them_too(
    kiosk: Any, client: httpx.AsyncClient, body: dict[str, str]
) -> None:
    assert (await post(client, body, kiosk.acting)).status_code == 200
    assert [action.action for action in kiosk.reception.actions] == [body["action"]]


async def test_a_暗証番号_is_taken_from_the_visitor_page(kiosk: Any, client: httpx.AsyncClient) -> None:
    await client.get("/")
    assert (await post(client, PIN)).status_code == 200
    assert kiosk.reception.actions == [EnterPin(action="pin", pin="9517")]


async def test_a_暗証番号_is_never_taken_with_the_token(kiosk: Any, client: httpx.AsyncClient) -> None:
    await client.get("/")  # not even where the cookie is there as well
    assert (await post(client, PIN, kiosk.acting)).status_code == 403
    assert kiosk.reception.actions == []


async def test_a_document_is_asked_for_by_the_visitor_and_by_nobody_in_their_name(
    kiosk: Any, client: httpx.AsyncClient
) -> None:
    assert (await post(client, {"action": "request"}, kiosk.acting)).status_code == 403
    assert kiosk.reception.actions == []
    await client.get("/")
    assert (await post(client, {"action": "request"})).status_code == 200
    assert [action.action for action in kiosk.reception.actions] == ["request"]


@pytest.mark.parametrize("staff", ["hanako", "nobody-at-all"])
async def test_the_目視確認_is_taken_neither_with_the_token_nor_from_the_visitor_page(
    kiosk: Any, client: httpx.AsyncClient, staff: str
) -> None:
    Accounts(accounts_path(kiosk.settings.data_dir)).add("hanako", "受付 花子", "tsuki-to-kaze9")
    seen = {"If-Match": f'"{kiosk.reception.view.sequence}"'}
    assert (await post(client, STAFF | {"staff": staff}, kiosk.acting | seen)).status_code == 403
    await client.get("/")
    assert (await post(client, STAFF | {"staff": staff}, seen)).status_code == 403
    assert kiosk.reception.actions == []


@pytest.fixture
async def clerk(kiosk: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A program whose token has the right to confirm, beside an account of staff."""
    accounts = Accounts(accounts_path(kiosk.settings.data_dir))
    accounts.add("hanako", "受付 花子", "tsuki-to-kaze9")
    async with kiosk.client(headers=kiosk.program(Scope.STAFF_CONFIRM)) as client:
        yield client


async def test_a_目視確認_must_name_an_account_of_staff(kiosk: Any, clerk: httpx.AsyncClient) -> None:
    seen = {"If-Match": f'"{kiosk.reception.view.sequence}"'}
    for name in ("nobody-at-all", "hanako2", "受付 花子"):
        assert (await post(clerk, STAFF | {"staff": name}, seen)).status_code == 422
    assert kiosk.reception.actions == []
    assert (await post(clerk, STAFF, seen)).status_code == 200
    assert [action.action for action in kiosk.reception.actions] == ["staff_confirm"]


async def test_a_目視確認_is_no_act_of_the_office(kiosk: Any, clerk: httpx.AsyncClient) -> None:
    Accounts(accounts_path(kiosk.settings.data_dir)).set_role("hanako", Role.OFFICER)
    answer = await post(clerk, STAFF, {"If-Match": f'"{kiosk.reception.view.sequence}"'})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "no_such_account")
    assert kiosk.reception.actions == []


@pytest.mark.parametrize(
    ("problem", "status", "code", "field"),
    [
        (PhotoProblem.UNASKED, 422, "photo_unasked", "card_has_photo"),
        (PhotoProblem.MISSING, 409, "card_without_photo", None),
    ],
)
async def test_a_目視確認_of_a_small_child_says_whether_the_card_has_a_photograph(
    kiosk: Any, clerk: httpx.AsyncClient, problem: PhotoProblem, status: int, code: str, field: str | None
) -> None:
    def refuse(_: object) -> None:
        raise PhotoRefused(problem)

    kiosk.reception.react = refuse
    seen = {"If-Match": f'"{kiosk.reception.view.sequence}"'}
    answer = await post(clerk, STAFF | {"card_has_photo": False}, seen)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error.get("field")) == (status, code, field)
    assert ("sequence" in answer.json()) is (status == 409), "a conflict has the state in its body"
    assert (await post(clerk, STAFF | {"card_has_photo": "no"}, seen)).status_code == 422


async def test_a_目視確認_must_say_which_screen_it_saw(kiosk: Any, clerk: httpx.AsyncClient) -> None:
    assert (await post(clerk, STAFF)).status_code == 428
    assert (await post(clerk, STAFF, {"If-Match": "*"})).status_code == 428
    assert (await post(clerk, STAFF, {"If-Match": '"77"'})).status_code == 412
    assert kiosk.reception.actions == []


async def test_where_the_accounts_cannot_be_read_no_目視確認_is_taken(kiosk: Any, clerk: httpx.AsyncClient) -> None:
    accounts_path(kiosk.settings.data_dir).write_text("broken")
    seen = {"If-Match": f'"{kiosk.reception.view.sequence}"'}
    assert (await post(clerk, STAFF, seen)).status_code == 503
    assert kiosk.reception.actions == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "9517",
        {"action": "9517"},
        {"action": "purpose", "purpose": "9517"},
        {"action": "needs", "needs": ["9517"]},
        {"action": "needs", "needs": ["high_cost"] * (len(Need) + 1)},
        {"action": "needs", "needs": "9517"},
        {"action": "smartphone", "smartphone": "9517"},
        {"action": "phone_card", "phone_card": "9517"},
        {"action": "whereabouts", "card": "unreadable", "9517": ""},
        {"action": "whereabouts", "card": "unreadable"},
        {"action": "belonging", "belonging": "9517"},
        {"action": "page", "page": "9517"},
        {"action": "page", "page": "procedure", "event": "9517"},
        {"action": "request", "document": "9517"},
        {"action": "pin"},
        {"action": "pin", "pin": 9517},
        {"action": "pin", "pin": "9517" * 5},
        {"action": "pin", "pin": "9517", "9517": 1},
        {"action": "finish", "9517": "9517"},
    ],
)
async def test_what_is_no_action_is_refused_without_an_echo(
    kiosk: Any, client: httpx.AsyncClient, body: object, caplog: pytest.LogCaptureFixture
) -> None:
    await client.get("/")
    with caplog.at_level(logging.DEBUG):
        answer = await post(client, body)
    assert answer.status_code == 422
    assert "9517" not in answer.text + caplog.text
    assert kiosk.reception.actions == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"staff": "9517\n"}, "staff"),
        ({"staff": "9517 0000 0006"}, "staff"),
        ({"reason": "9517"}, "reason"),
        ({"staff": "nobody-at-all"}, "staff"),
    ],
)
async def test_a_目視確認_that_says_something_wrong_is_refused_likewise(
    kiosk: Any, clerk: httpx.AsyncClient, wrong: dict[str, str], field: str
) -> None:
    answer = await post(clerk, STAFF | wrong, {"If-Match": '"77"'})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)
    assert "9517" not in answer.text
    assert kiosk.reception.actions == []


@pytest.mark.parametrize("body", [{"action": "pin"}, {"action": "pin", "pin": 9517}, STAFF | {"reason": "9517"}])
async def test_what_a_caller_may_not_do_is_refused_before_what_is_wrong_with_it(
    kiosk: Any, client: httpx.AsyncClient, body: dict[str, object]
) -> None:
    answer = await post(client, body, kiosk.acting | {"If-Match": '"77"'})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_permitted")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "body: is missing."),
        (b"{", "body: is not JSON."),
        (b"[]", "body: does not fit the OpenAPI document."),
        (b"{}", "action: is missing."),
        (b'{"action": "dance"}', "action: does not fit the OpenAPI document."),
        (b'{"action": "purpose"}', "purpose: is missing."),
        (b'{"action": "smartphone", "smartphone": "9517"}', "smartphone: does not fit the OpenAPI document."),
        (b'{"action": "needs", "needs": ["9517"]}', "needs: does not fit the OpenAPI document."),
        (b'{"action": "finish", "9517": 1}', "body: has a key that is not known here."),
    ],
)
async def test_a_422_names_the_field_and_comes_before_what_the_present_screen_says(
    kiosk: Any, client: httpx.AsyncClient, body: bytes, message: str
) -> None:
    kiosk.reception.ignores = True
    headers = {**kiosk.acting, "Content-Type": "application/json", "If-Match": '"77"'}
    answer = await client.post("/api/v1/visit/actions", content=body, headers=headers)
    error = {"code": "invalid", "message": message, "field": message.partition(":")[0]}
    assert (answer.status_code, answer.json()) == (422, {"error": error})


@pytest.mark.parametrize("kind", [{}, {"Content-Type": "text/plain"}, {"If-Match": "7 of 9"}])
async def test_a_body_that_is_missing_is_told_first(
    kiosk: Any, client: httpx.AsyncClient, kind: dict[str, str]
) -> None:
    answer = await client.post("/api/v1/visit/actions", headers=kiosk.acting | kind)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "body")


@pytest.mark.parametrize("body", [b"", b"9517", b"{", b'{"action":"finish"', b"\xff\xfe", b"[" * 9000])
async def test_what_is_no_json_is_refused_likewise(kiosk: Any, client: httpx.AsyncClient, body: bytes) -> None:
    headers = {**kiosk.acting, "Content-Type": "application/json"}
    answer = await client.post("/api/v1/visit/actions", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")


async def test_a_button_of_a_screen_that_is_gone_does_nothing(
    kiosk: Any, client: httpx.AsyncClient, a_view: Any
) -> None:
    await client.get("/")
    shown = kiosk.reception.publish(a_view(Screen.PIN, StateName.PIN))
    kiosk.reception.publish(a_view(Screen.PIN_WRONG, StateName.PIN))
    answer = await post(client, PIN, {"If-Match": f'"{shown.sequence}"'})
    assert (answer.status_code, answer.json()["error"]["code"]) == (412, "screen_has_changed")
    assert kiosk.reception.actions == []


@pytest.mark.parametrize("tag", ['"1"', ' "1" ', "*", "1", " 1 "])
async def test_a_button_of_the_present_screen_is_pressed(kiosk: Any, client: httpx.AsyncClient, tag: str) -> None:
    await client.get("/")
    assert (await post(client, {"action": "finish"}, {"If-Match": tag})).status_code == 200
    assert len(kiosk.reception.actions) == 1


@pytest.mark.parametrize("tag", ['"x"', "x", '"1', '1"', 'W/"1"', '"1", "2"', '"' + "9" * 40 + '"', "9" * 40, ""])
async def test_a_tag_that_names_no_screen_never_fits_and_the_answer_says_what_would(
    kiosk: Any, client: httpx.AsyncClient, tag: str
) -> None:
    await client.get("/")
    answer = await post(client, {"action": "finish"}, {"If-Match": tag})
    assert (answer.status_code, answer.json()["error"]["code"]) == (412, "not_a_screen")
    assert 'If-Match must be the number of one screen in quotes ("7")' in answer.json()["error"]["message"]
    assert kiosk.reception.actions == []


@pytest.mark.parametrize("tag", ['"2"', "2"])
async def test_a_tag_of_another_screen_does_nothing_whichever_way_it_is_written(
    kiosk: Any, client: httpx.AsyncClient, tag: str
) -> None:
    kiosk.reception.ignores = True
    answer = await post(client, {"action": "finish"}, kiosk.acting | {"If-Match": tag})
    assert (answer.status_code, answer.json()["error"]["code"]) == (412, "screen_has_changed")


async def test_the_answer_to_an_action_is_the_visit_after_it(
    kiosk: Any, client: httpx.AsyncClient, a_view: Any
) -> None:
    kiosk.reception.react = lambda action: kiosk.reception.publish(a_view(Screen.TAKE_CARD, StateName.TAKE_CARD))
    answer = await post(client, {"action": "finish"}, kiosk.acting)
    assert (answer.json()["screen"], answer.json()["sequence"]) == ("take_card", 2)


@pytest.mark.parametrize("body", [*BUTTONS, {"action": "request"}, PIN, STAFF, {"action": "dance"}, {}])
async def test_a_token_that_may_only_read_does_nothing_whatever_it_sends(
    kiosk: Any, client: httpx.AsyncClient, body: dict[str, str]
) -> None:
    for headers in (kiosk.bearer, kiosk.program(Scope.VISIT_READ, Scope.MEMBER_READ)):
        answer = await post(client, body, headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_permitted")
    answer = await client.post("/api/v1/visit/actions", headers=kiosk.bearer)
    assert answer.status_code == 403
    assert kiosk.reception.actions == []


@pytest.mark.parametrize("body", [*BUTTONS, PIN, {"action": "dance"}])
async def test_who_may_confirm_may_press_no_button(clerk: httpx.AsyncClient, body: dict[str, str]) -> None:
    assert (await post(clerk, body)).status_code == 403


async def test_while_the_holder_cannot_be_looked_up_the_目視確認_is_refused_and_nothing_was_done(
    kiosk: Any, clerk: httpx.AsyncClient
) -> None:
    def refuse(_: object) -> None:
        raise HolderUnknown

    kiosk.reception.react = refuse
    answer = await post(clerk, STAFF, {"If-Match": f'"{kiosk.reception.view.sequence}"'})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "register_down")
