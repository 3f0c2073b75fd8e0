"""Logging in, being locked out, being locked, and being logged out."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from argon2 import PasswordHasher

from kiosk.staff import Accounts, Door, LogInRefused, Session, Sessions, passwords
from kiosk.staff.sessions import LONGEST
from kiosk.staff.throttle import Throttle

GOOD, OTHER = "tsuki-to-kaze9", "umi-to-yama-7"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=32))
    passwords._nobodys.cache_clear()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    made = Accounts(tmp_path / "staff.json")
    made.add("hanako", "受付 花子", GOOD)
    return made


@pytest.fixture
def sessions(accounts: Accounts, clock: Clock) -> Sessions:
    return Sessions(accounts, idle=300.0, now=clock)


@pytest.fixture
def door(accounts: Accounts, sessions: Sessions, clock: Clock) -> Door:
    return Door(accounts, sessions, now=clock)


def run(work: Coroutine[Any, Any, Session]) -> Session:
    return asyncio.run(work)


def refused(door: Door, name: str = "hanako", password: str = "wrong-wrong-1") -> float:
    with pytest.raises(LogInRefused) as refusal:
        run(door.log_in(name, password))
    assert name not in str(refusal.value) and password not in str(refusal.value)
    return refusal.value.pause


def test_every_log_in_is_a_session_of_its_own(door: Door, sessions: Sessions) -> None:
    one, other = run(door.log_in("hanako", GOOD)), run(door.log_in("hanako", GOOD))
    assert one.token != other.token
    assert sessions.find(one.token) is one
    assert one.token not in repr(one)


def test_a_name_that_nobody_has_is_hashed_for_like_any_other(door: Door, mocker: Any) -> None:
    verify = mocker.spy(PasswordHasher, "verify")
    refused(door, "nobody")
    refused(door, "hanako")
    assert verify.call_count == 2


@pytest.mark.parametrize("name", ["hanako", "nobody"])
def test_after_five_misses_each_further_one_costs_a_pause_that_doubles(door: Door, clock: Clock, name: str) -> None:
    assert [refused(door, name) for _ in range(5)] == [0.0] * 5
    assert refused(door, name) == 1.0
    clock.now += 1.0
    assert refused(door, name) == 0.0
    assert refused(door, name) == 2.0


def test_within_the_pause_not_even_the_right_password_is_tried(door: Door, clock: Clock) -> None:
    for _ in range(5):
        refused(door)
    assert refused(door, "hanako", GOOD) == 1.0
    clock.now += 1.0
    assert run(door.log_in("hanako", GOOD)).account.name == "hanako"


def test_a_crowd_of_names_is_slowed_down_as_a_whole(clock: Clock) -> None:
    throttle = Throttle(clock)
    for number in range(40):
        throttle.missed(f"name-{number}")
    assert throttle.pause("another") == 30.0
    clock.now += 30.0
    assert throttle.pause("another") == 0.0


def test_whoever_was_in_before_does_not_wait_for_a_stranger_s_misses(door: Door, clock: Clock) -> None:
    before = run(door.log_in("hanako", GOOD))
    for _ in range(40):
        refused(door)
        clock.now += 30.0
    before.locked = True
    assert refused(door, "hanako", GOOD) > 0, "from elsewhere the pause counts"
    assert run(door.log_in("hanako", GOOD, before)).account.name == "hanako"


def test_a_session_opens_no_second_way_to_guess(door: Door, accounts: Accounts) -> None:
    """Not for another name, and for its own no more often than for anybody."""
    accounts.add("jiro", "窓口 次郎", OTHER)
    before = run(door.log_in("hanako", GOOD))
    for name, free in (("jiro", 5), ("hanako", 5)):
        for _ in range(free):
            with pytest.raises(LogInRefused, match="refused"):
                run(door.log_in(name, "wrong-wrong-1", before))
        with pytest.raises(LogInRefused) as refusal:
            run(door.log_in(name, "wrong-wrong-1", before))
        assert refusal.value.pause == 1.0
    assert refused(door, "jiro") == 1.0, "it was counted like a stranger's"


def test_staff_come_in_while_every_shared_thread_waits_for_the_register(door: Door) -> None:
    answers = Event()

    async def log_in() -> Session:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        stuck = loop.run_in_executor(None, answers.wait, 30)
        try:
            async with asyncio.timeout(20):
                return await door.log_in("hanako", GOOD)
        finally:
            answers.set()
            await stuck

    assert run(log_in()).account.name == "hanako"


def test_what_is_remembered_of_strangers_is_bounded(clock: Clock) -> None:
    throttle = Throttle(clock)
    for number in range(5000):
        throttle.missed(f"name-{number}")
    assert len(throttle._names) <= 512


def test_of_what_was_typed_into_the_name_s_field_nothing_is_kept(door: Door) -> None:
    refused(door, "123456789018")
    kept = (door._strangers._names, door._returning._names)
    assert "123456789018" not in repr(kept) and len(door._strangers._names) == 1


def test_a_hash_of_older_parameters_is_renewed_at_the_log_in(
    door: Door, accounts: Accounts, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=2, memory_cost=32))
    session = run(door.log_in("hanako", GOOD))
    kept = accounts.find("hanako")
    assert kept is not None and "t=2" in kept.hash
    assert sessions.find(session.token) is session


def test_a_session_that_lies_idle_is_locked_and_forgets_its_work(door: Door, sessions: Sessions, clock: Clock) -> None:
    session = run(door.log_in("hanako", GOOD))
    session.work = "somebody's data"
    clock.now += 299.0
    sessions.touch(session)
    clock.now += 299.0
    assert sessions.find(session.token) is session and not session.locked
    clock.now += 2.0
    sessions.sweep()
    assert session.locked and session.work is None
    sessions.touch(session)
    assert sessions.find(session.token) is session and session.locked, "no act of a locked page opens it again"


@pytest.mark.parametrize("change", ["passwd", "remove", "log out", "a shift", "broken file"])
def test_a_session_ends(door: Door, sessions: Sessions, accounts: Accounts, clock: Clock, change: str) -> None:
    session = run(door.log_in("hanako", GOOD))
    session.work = "somebody's data"
    match change:
        case "passwd":
            accounts.set_password("hanako", OTHER)
        case "remove":
            accounts.remove("hanako")
        case "log out":
            sessions.end(session)
        case "a shift":
            clock.now += LONGEST + 1
        case _:
            accounts._path.write_text("broken")
    assert sessions.find(session.token) is None
    assert session.work is None and session.locked


def test_nobody_is_found_by_no_token(sessions: Sessions) -> None:
    assert sessions.find("") is None


def test_sessions_are_bounded_and_the_oldest_gives_way(door: Door, accounts: Accounts, sessions: Sessions) -> None:
    account = accounts.find("hanako")
    assert account is not None
    begun = [sessions.begin(account) for _ in range(65)]
    assert sessions.find(begun[0].token) is None
    assert sessions.find(begun[-1].token) is begun[-1]
