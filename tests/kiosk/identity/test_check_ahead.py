"""A check that is begun before anybody asks for its result."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime

import pytest

from kiosk.identity import CertificateCheck, Chain, CheckAhead

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Checks:
    """A verifier that counts, and can be made to wait."""

    def __init__(self) -> None:
        self.seen: list[tuple[bytes, datetime]] = []
        self.may_end = threading.Event()
        self.may_end.set()

    def check(self, der: bytes, now: datetime) -> CertificateCheck:
        self.seen.append((der, now))
        assert self.may_end.wait(10)
        return CertificateCheck(None, Chain.MALFORMED, reason=der.decode())


def ahead_of(checks: Checks) -> CheckAhead:
    return CheckAhead(checks, lambda: NOW)  # type: ignore[arg-type]


async def test_what_was_begun_is_checked_once() -> None:
    checks = Checks()
    with ahead_of(checks) as ahead:
        ahead.begin(b"card")
        assert (await ahead.result(b"card")).reason == "card"
    assert checks.seen == [(b"card", NOW)]


async def test_another_certificate_than_the_one_that_was_begun_is_checked_itself() -> None:
    checks = Checks()
    with ahead_of(checks) as ahead:
        ahead.begin(b"first")
        assert (await ahead.result(b"second")).reason == "second"


async def test_nothing_need_be_begun() -> None:
    assert (await ahead_of(Checks()).result(b"card")).reason == "card"


async def test_what_nobody_waits_for_holds_nobody_up() -> None:
    checks = Checks()
    checks.may_end.clear()
    async with asyncio.timeout(5):
        with ahead_of(checks) as ahead:
            ahead.begin(b"card")
            await asyncio.sleep(0)
    checks.may_end.set()
