"""Serve a page on which invented people use the simulated 顔認証付きカードリーダー beside a demo's kiosk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from kiosk.web.errors import ErrorCode, documented
from simulators.people import outsiders, people
from simulators.people.town import JAPAN
from simulators.terminal import GivenConsents, Scenario, SimulatedTerminal

__all__ = ["official_reader_router"]

_FILES: Final = Path(__file__).parent
_ASSETS: Final = {"/official-reader": "official_reader.html", "/panel/official_reader.js": "official_reader.js"}
_KEY: Final = ("insurer_number", "symbol", "number", "branch")


class Mishap(StrEnum):
    """What goes wrong with one result."""

    WRONG_FACE = "wrong_face"
    HALF_WRITTEN = "half_written"
    BROKEN = "broken"


class UserOut(BaseModel):
    """One invented person who may use the reader."""

    id: str
    label: str


class UsersOut(BaseModel):
    """Everybody who may use the reader."""

    people: list[UserOut]


class UseRequest(BaseModel):
    """Who uses the reader, what goes wrong, and whether they agree to the 薬剤・診療・健診 (包括同意)."""

    model_config = ConfigDict(extra="forbid")

    person: Annotated[str, Field(pattern="^[a-z0-9-]{1,64}$")]
    trouble: Mishap | None = None
    consent: bool = True


class ResultOut(BaseModel):
    """The name of the face file."""

    face_file: str


def official_reader_router(
    terminal: SimulatedTerminal, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> APIRouter:
    """Return the page of the terminal's face reader, its files and its API."""
    router = APIRouter(tags=["simulation"])
    refusals = documented([ErrorCode.NOT_FOUND, ErrorCode.TOO_SLOW, ErrorCode.INVALID])

    @router.get("/official-reader/people")
    def list_users() -> UsersOut:
        """List everybody who may use the reader."""
        everybody = _everybody(clock().astimezone(JAPAN).date())
        return UsersOut(people=[UserOut(id=one, label=label) for one, (label, _) in everybody.items()])

    @router.post("/official-reader", responses=refusals)
    def use_reader(request: UseRequest) -> ResultOut:
        """Write the face file of a person whose card the reader has just read."""
        found = _everybody(clock().astimezone(JAPAN).date()).get(request.person)
        if found is None:
            raise HTTPException(404, "no such person")
        scenario = Scenario(request.trouble) if request.trouble else None
        said = request.consent
        agreed = GivenConsents(checkup=said, medicine=said, treatment=said, operation=said)
        return ResultOut(face_file=terminal.write_face(found[1], agreed, scenario=scenario).name)

    for path, name in _ASSETS.items():
        router.add_api_route(path, _file(name), methods=["GET"], include_in_schema=False)
    return router


def _everybody(on: date) -> dict[str, tuple[str, str]]:
    """Return label and member key of everybody whom the terminal knows, by id."""
    here = {
        one.id: (one.label, ":".join(one.member[part] for part in _KEY))
        for one in people(on)
        if one.member is not None and one.card is not None
    }
    return here | {one.id: (one.label, one.key) for one in outsiders(on)}


def _file(name: str) -> Callable[[], FileResponse]:
    def serve_file() -> FileResponse:
        return FileResponse(_FILES / name, headers={"Cache-Control": "no-cache"})

    return serve_file
