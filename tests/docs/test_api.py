"""Every request of ``docs/api.md`` is made to a running kiosk, in the order of the page, and answered as it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final

import httpx
import pytest

from kiosk.staff import Accounts, ApiTokens, Scope, accounts_path, api_tokens_path
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.demo.visitor import Visitor
from simulators.readers import plugin
from tests.docs.pages import BLOCKS, Block

PASSWORD: Final = "tsuki-to-kaze9"  # noqa: S105 - of an invented person
VOLATILE: Final = {"as_of", "at", "birth_date", "called_at", "seconds", "sequence", "since", "version"}
IDENTIFIERS: Final = {"kid", "member", "receipt", "visit", "x"}
ON_THE_PAGE: Final = [one for one in BLOCKS if one.page == "docs/api.md"]


@dataclass(frozen=True, slots=True)
class Example:
    """A request of the page. ``scene`` is what happens before; ``answer`` the body that follows, None for no body."""

    scene: str
    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int
    answer: dict[str, Any] | None


def examples() -> Iterator[Example]:
    for one, following in pairwise([*ON_THE_PAGE, Block("", "", "", "")]):
        if one.language == "http":
            yield example(one, following)


def example(request: Block, following: Block) -> Example:
    head, _, body = request.text.partition("\n\n")
    line, *headers = head.splitlines()
    method, path = line.split()
    status, answer = 204, None
    if following.language == "json":
        status, answer = int(following.name.removeprefix("answer") or 200), json.loads(following.text)
    return Example(request.name, method, path, dict(header.split(": ") for header in headers), body, status, answer)


@dataclass(frozen=True, slots=True)
class Site:
    """A kiosk on whose reader a card lies, and a browser on each of its ports."""

    kiosk: RunningKiosk
    page: Visitor
    visitor: httpx.Client
    staff: httpx.Client
    token: str

    def play(self, scene: str) -> None:
        """Let happen what the page says has happened: somebody else's ``card``, or the ``result`` of the one there."""
        if scene == "card":
            before = self.page.sequence
            self.kiosk.take()
            self.kiosk.put("card-works")
            self.page.until(lambda view: view["state"] == "pin", since=before)
        elif scene == "result":
            self.page.press(action="pin", pin="1234")
            self.page.until(lambda view: view["state"] == "result")

    def ask(self, example: Example) -> httpx.Response:
        """Make the request, with the real token and the real password."""
        of_staff = example.path.startswith(("/api/v1/session", "/api/v1/desk"))
        headers = {name: value.replace("TOKEN", self.token) for name, value in example.headers.items()}
        body = example.body.replace('"PASSWORD"', json.dumps(PASSWORD)) or None
        client = self.staff if of_staff else self.visitor
        return client.request(example.method, self.path_of(example), headers=headers, content=body)

    def path_of(self, example: Example) -> str:
        """Return the path of the request, with the identifier of the first visit that has finished."""
        if "VISIT" not in example.path:
            return example.path
        headers = {"Authorization": f"Bearer {self.token}"}
        finished = self.visitor.get("/api/v1/visits", headers=headers).json()["visits"]
        return example.path.replace("VISIT", finished[0]["visit"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A kiosk that waits for the 暗証番号 of a card which was just put down."""
    keys = {"listen": f"127.0.0.1:{free_port()}", "staff.listen": f"127.0.0.1:{free_port()}"}
    stage = set_stage(tmp_path_factory.mktemp("api") / "stage", datetime.now(UTC), **keys)
    Accounts(accounts_path(stage.settings.data_dir)).add("hanako", "受付花子", PASSWORD)
    here, there = (f"http://{stage.settings.listen}", f"http://{stage.settings.staff.listen}")
    with RunningKiosk(stage, plugin.readers) as kiosk, Visitor(f"{here}/") as page:
        kiosk.put("card-works")
        page.until(lambda view: view["state"] == "pin")
        with (
            httpx.Client(base_url=here, trust_env=False) as visitor,
            httpx.Client(base_url=there, trust_env=False) as staff,
        ):
            programs = ApiTokens(api_tokens_path(stage.settings.data_dir))
            yield Site(kiosk, page, visitor, staff, programs.add("emr", set(Scope) - {Scope.STAFF_CONFIRM}))


def steady(answer: Any) -> Any:
    """Return an answer without what is another each time."""
    if isinstance(answer, list):
        return [steady(one) for one in answer]
    if not isinstance(answer, dict):
        return answer
    return {name: ("…" if is_volatile(name, value) else steady(value)) for name, value in answer.items()}


def is_volatile(name: str, value: Any) -> bool:
    return name in VOLATILE or (name in IDENTIFIERS and isinstance(value, str))


@pytest.mark.parametrize("example", list(examples()), ids=lambda one: f"{one.method} {one.path}")
def test_a_request_is_answered_as_the_page_says(site: Site, example: Example) -> None:
    site.play(example.scene)
    if example.path == "/api/v1/events":
        assert_streams(site, example)
        return
    answer = site.ask(example)
    body = steady(answer.json()) if answer.content else None
    assert (answer.status_code, body) == (example.status, steady(example.answer))


def assert_streams(site: Site, example: Example) -> None:
    """Say that the first event of the stream is the present visit."""
    headers = {"Authorization": f"Bearer {site.token}"}
    with site.visitor.stream(example.method, example.path, headers=headers) as answer:
        lines = answer.iter_lines()
        found = dict(line.partition(": ")[::2] for line in (next(lines), next(lines)))
    assert set(found) == {"id", "data"}
    assert json.loads(found["data"])["sequence"] == int(found["id"])


def documented(client: httpx.Client) -> set[tuple[str, str]]:
    paths = client.get("/api/openapi.json").json()["paths"]
    return {(method.upper(), path) for path, operations in paths.items() for method in operations}


def test_every_route_has_its_example(site: Site) -> None:
    shown = {(one.method, one.path.partition("?")[0].replace("VISIT", "{visit}")) for one in examples()}
    served = documented(site.visitor) | documented(site.staff)
    assert {one for one in served if one[1].startswith(("/api", "/healthz"))} == shown


def test_the_drawing_has_every_state(site: Site) -> None:
    document = site.visitor.get("/api/openapi.json").json()
    (drawing,) = [one.text for one in ON_THE_PAGE if one.language == "mermaid"]
    drawn = {state for line in re.findall(r"^ +([a-z_]+) --> ([a-z_]+)", drawing, re.MULTILINE) for state in line}
    assert drawn == set(states_of(document))


def states_of(document: dict[str, Any]) -> list[str]:
    """Return the closed list of states that the OpenAPI document has for the visit."""
    answer = document["paths"]["/api/v1/visit"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return list(resolved(document, resolved(document, answer)["properties"]["state"])["enum"])


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    found = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    assert isinstance(found, dict)
    return found
