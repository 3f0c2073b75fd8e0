"""A reader whose name is no ASCII, through the whole service on the real pcscd."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.demo.visitor import Visitor
from simulators.pcscd import PrivatePcscd, missing_parts
from simulators.pytest_plugin import need
from simulators.virtual import VirtualReaders

NO_UTF_8 = os.fsdecode(b"PaSoRi\xff")
Opened = Callable[..., AbstractContextManager[tuple[RunningKiosk, Visitor]]]


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AbstractContextManager[PrivatePcscd]]:
    need(missing_parts())

    @contextmanager
    def daemon(**names: str) -> Iterator[PrivatePcscd]:
        with PrivatePcscd(**names) as running:
            for name, value in running.environment.items():
                monkeypatch.setenv(name, value)
            yield running

    return daemon


@pytest.fixture
def opened(tmp_path: Path, daemon: Callable[..., AbstractContextManager[PrivatePcscd]]) -> Opened:
    @contextmanager
    def opened(**names: str) -> Iterator[tuple[RunningKiosk, Visitor]]:
        listen = f"127.0.0.1:{free_port()}"
        stage = set_stage(tmp_path / "stage", datetime.now(UTC), reader="pcsc", listen=listen)
        with (
            daemon(**names) as running,
            RunningKiosk(stage, VirtualReaders(running)) as kiosk,
            Visitor(kiosk.url) as visitor,
        ):
            yield kiosk, visitor

    return opened


def a_visit(kiosk: RunningKiosk, visitor: Visitor) -> None:
    visitor.until(lambda view: view["screen"] == "idle")
    kiosk.put("card-works")
    visitor.until(lambda view: view["screen"] == "pin")
    visitor.press(action="pin", pin="1234")
    visitor.until(lambda view: view["screen"] == "result_card")


def test_a_visit_on_a_reader_with_a_japanese_name(opened: Opened) -> None:
    with opened(name="カードリーダー") as (kiosk, visitor):
        a_visit(kiosk, visitor)
        assert visitor.health() == []


def test_beside_a_reader_whose_name_is_no_text_it_is_told_and_visits_go_on(opened: Opened) -> None:
    with opened(beside=NO_UTF_8) as (kiosk, visitor):
        a_visit(kiosk, visitor)
        assert set(visitor.health()) == {"R-11"}


def test_the_only_reader_has_such_a_name(opened: Opened) -> None:
    with opened(name=NO_UTF_8) as (_, visitor):
        view = visitor.until(lambda view: bool(view["failure"]) and view["failure"]["code"] == "R-11")
        assert view["screen"] == "reader_trouble"
        assert visitor.health()[0] == "R-11"


def test_the_command_lists_what_works_and_what_is_left_out(
    daemon: Callable[..., AbstractContextManager[PrivatePcscd]],
) -> None:
    command = [sys.executable, "-c", "from kiosk.cli import main; main()", "card", "list", "--json"]
    with daemon(name="カードリーダー", beside=NO_UTF_8):
        done = subprocess.run(command, capture_output=True, timeout=60, env=os.environ | {"LC_ALL": "C.UTF-8"})
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == 0
    assert [reader["name"] for reader in found["readers"]] == ["カードリーダー 00 00", "カードリーダー 00 01"]
    assert {(one["name"][:10], one["code"]) for one in found["left_out"]} == {(r"PaSoRi\xff", "R-11")}
