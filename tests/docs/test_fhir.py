"""Every ``curl`` of ``docs/fhir.md`` asks a running kiosk, which answers as the page says."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final

import httpx
import pytest

from kiosk.staff import ApiTokens, Scope, api_tokens_path
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin
from tests.docs.pages import BLOCKS, Block
from tests.kiosk.fhir.r4_schema import problems

PAGE: Final = [one for one in BLOCKS if one.page == "docs/fhir.md"]
EXAMPLES: Final = [pair for pair in pairwise(PAGE) if pair[0].language == "curl"]
VOLATILE: Final = {
    "as_of",
    "birthDate",
    "created",
    "end",
    "fullUrl",
    "servicedDate",
    "start",
    "timestamp",
    "valueInstant",
}
"""What is another each time, or counted from today."""


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKiosk]:
    folder = tmp_path_factory.mktemp("fhir") / "stage"
    stage = set_stage(folder, datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")
    with RunningKiosk(stage, plugin.readers) as kiosk:
        yield kiosk


@pytest.fixture(scope="module")
def token(kiosk: RunningKiosk) -> str:
    """The token of a program that may read of members."""
    return ApiTokens(api_tokens_path(kiosk.stage.settings.data_dir)).add("emr", {Scope.MEMBER_READ})


def ask(kiosk: RunningKiosk, command: str, token: str) -> httpx.Response:
    """Do what a ``curl`` of the page does, with the real token."""
    _, silent, url, *rest = shlex.split(command.replace("\\\n", " ").replace("TOKEN", token))
    assert silent == "-s"
    options = list(zip(rest[::2], rest[1::2], strict=True))
    headers = dict(value.split(": ", 1) for name, value in options if name == "-H")
    form = dict(value.split("=", 1) for name, value in options if name == "--data-urlencode")
    body = next((value.encode() for name, value in options if name == "-d"), None)
    url = url.replace("127.0.0.1:8460", kiosk.stage.settings.listen)
    sent = {"data": form} if form else {"content": body}
    return httpx.request("POST" if form or body else "GET", url, headers=headers, trust_env=False, **sent)


def steady(answer: Any) -> Any:
    """Return an answer without what is another each time."""
    if isinstance(answer, list):
        return [steady(one) for one in answer]
    if not isinstance(answer, dict):
        return answer
    return {name: "…" if name in VOLATILE else steady(value) for name, value in answer.items()}


@pytest.mark.parametrize(("command", "answer"), EXAMPLES, ids=lambda one: one.text.splitlines()[0][:60])
def test_a_request_is_answered_as_the_page_says(kiosk: RunningKiosk, token: str, command: Block, answer: Block) -> None:
    found = ask(kiosk, command.text, token)
    assert found.status_code == int(command.name or 200)
    shown, given = json.loads(answer.text), found.json()
    assert problems(shown) == problems(given) == []
    if "contained" not in shown:
        given.pop("contained", None)
    assert steady(given) == steady(shown)
    # The page is read by people: names in the order in which they are sent.
    assert list(given) == list(shown)


def test_every_address_has_its_example() -> None:
    asked = {command.text.split()[2].rpartition("/fhir")[2].replace("\\", "") for command, _ in EXAMPLES}
    assert asked == {"/metadata", "/CoverageEligibilityRequest/$submit", "/Coverage/_search"}
