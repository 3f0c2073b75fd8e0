"""A reader whose name is not ASCII, on the real pcscd: UTF-8 is as good as any, what is not is left out, alone."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from drivers.errors import Trouble
from drivers.pcsc import plugin
from drivers.worker.client import ReaderInfo, list_readers
from simulators.pcscd import PrivatePcscd, missing_parts
from simulators.pytest_plugin import need
from tests.drivers.workers import PATIENT, real_worker

if TYPE_CHECKING:
    from simulators.card import JpkiCardSimulator
JAPANESE = "カードリーダー"
SHIFT_JIS = os.fsdecode(JAPANESE.encode("cp932"))
NO_UTF_8 = os.fsdecode(b"PaSoRi\xff")

pytestmark = pytest.mark.anyio


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., object]]:
    need(missing_parts())

    @contextmanager
    def opened(**names: str) -> Iterator[PrivatePcscd]:
        with PrivatePcscd(**names) as daemon:
            for name, value in daemon.environment.items():
                monkeypatch.setenv(name, value)
            yield daemon

    yield opened


async def listed(**options: object) -> list[ReaderInfo]:
    return await list_readers(plugin, options=options, limits=PATIENT)


async def test_a_japanese_name_is_a_name_like_any_other(
    opened: Callable[..., Any], card: Callable[..., JpkiCardSimulator]
) -> None:
    with opened(name=JAPANESE) as daemon:
        daemon.put(card())
        async with real_worker(plugin, {"readers": ["カード"]}) as (client, events):
            await events.until("card_inserted")
            assert (await client.read(daemon.reader, 1)).tries_left == 3
            await asyncio.to_thread(daemon.take)
            await events.until("card_removed")


@pytest.mark.parametrize(
    ("name", "shown"),
    [(SHIFT_JIS, r"\x83J\x81[\x83h\x83\x8a\x81[\x83_\x81[ 00 00"), (NO_UTF_8, r"PaSoRi\xff 00 00")],
    ids=["Shift_JIS", "0xFF"],
)
async def test_a_name_that_is_no_text_leaves_its_reader_out(opened: Callable[..., Any], name: str, shown: str) -> None:
    with opened(name=name):
        assert ReaderInfo(shown, "pcsc", False, Trouble.READER_NAME_UNREADABLE) in await listed()


async def test_beside_it_every_other_reader_works(
    opened: Callable[..., Any], card: Callable[..., JpkiCardSimulator]
) -> None:
    with opened(beside=NO_UTF_8) as daemon:
        daemon.put(card())
        readers = {info.name: info.trouble for info in await listed()}
        assert readers == {
            "Virtual PCD 00 00": None,
            "Virtual PCD 00 01": None,
            r"PaSoRi\xff 00 00": Trouble.READER_NAME_UNREADABLE,
            r"PaSoRi\xff 00 01": Trouble.READER_NAME_UNREADABLE,
        }


async def test_one_that_was_not_chosen_is_not_told(opened: Callable[..., Any]) -> None:
    with opened(beside=NO_UTF_8):
        readers = await listed(readers=["Virtual"])
        assert [info.name for info in readers] == ["Virtual PCD 00 00", "Virtual PCD 00 01"]
