"""Logging in, being locked out, being locked, and being logged out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from argon2 import PasswordHasher

from kiosk.staff import (
    LONGEST_COOKIE,
    SPAN,
    Account,
    Accounts,
    Attempts,
    Batch,
    Door,
    LogInRefused,
    Sessions,
    StaffSession,
    passwords,
    with_device,
)
from kiosk.staff.devices import device_in
from kiosk.staff.sessions import LONGEST
from kiosk.staff.throttle import Throttle

pytestmark = pytest.mark.anyio

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


async def refused(door: Door, name: str = "hanako", password: str = "wrong-wrong-1") -> float:
    with pytest.raises(LogInRefused) as refusal:
        await door.log_in(name, password)
    assert name not in str(refusal.value) and password not in str(refusal.value)
    return refusal.value.pause


async def test_every_log_in_is_a_session_of_its_own(door: Door, sessions: Sessions) -> None:
    one, other = await door.log_in("hanako", GOOD), await door.log_in("hanako", GOOD)
    assert one.token != other.token
    assert sessions.find(one.token) is one
    assert one.token not in repr(one)


async def test_a_name_that_nobody_has_is_hashed_for_like_any_other(door: Door, mocker: Any) -> None:
    verify = mocker.spy(PasswordHasher, "verify")
    await refused(door, "nobody")
    await refused(door, "hanako")
    assert verify.call_count == 2


@pytest.mark.parametrize("name", ["hanako", "nobody"])
async def test_after_five_misses_each_further_one_costs_a_pause_that_doubles(
    door: Door, clock: Clock, name: str
) -> None:
    assert [await refused(door, name) for _ in range(5)] == [0.0] * 5
    assert await refused(door, name) == 1.0
    clock.now += 1.0
    assert await refused(door, name) == 0.0
    assert await refused(door, name) == 2.0


async def test_within_the_pause_not_even_the_right_password_is_tried(door: Door, clock: Clock) -> None:
    for _ in range(5):
        await refused(door)
    assert await refused(door, "hanako", GOOD) == 1.0
    clock.now += 1.0
    assert (await door.log_in("hanako", GOOD)).account.name == "hanako"


@pytest.mark.parametrize("name", ["hanako", "nobody"])
async def test_no_pause_is_longer_than_a_minute(door: Door, clock: Clock, name: str) -> None:
    pauses = []
    for _ in range(20):
        pauses.append(await refused(door, name))
        clock.now += pauses[-1]
    assert max(pauses) == 60.0
    clock.now += 60.0
    assert (await door.log_in("hanako", GOOD)).account.name == "hanako"


async def test_misses_on_many_names_keep_nobody_else_waiting(door: Door) -> None:
    for number in range(100):
        await refused(door, f"name-{number}")
    assert (await door.log_in("hanako", GOOD)).account.name == "hanako"


async def test_a_browser_that_was_in_before_does_not_wait_for_a_stranger_s_misses(
    door: Door, accounts: Accounts, clock: Clock
) -> None:
    cookie = with_device("", account_of(accounts))
    for _ in range(40):
        await refused(door)
        clock.now += 30.0
    assert await refused(door, "hanako", GOOD) > 0, "from elsewhere the pause counts"
    assert (await door.log_in("hanako", GOOD, cookie)).account.name == "hanako"


async def test_its_cookie_opens_no_second_way_to_guess(door: Door, accounts: Accounts) -> None:
    """Not for another name, and for its own no more often than for anybody."""
    accounts.add("jiro", "窓口 次郎", OTHER)
    cookie = with_device("", account_of(accounts))
    for name in ("jiro", "hanako"):
        for _ in range(5):
            with pytest.raises(LogInRefused, match="refused"):
                await door.log_in(name, "wrong-wrong-1", cookie)
        with pytest.raises(LogInRefused) as refusal:
            await door.log_in(name, "wrong-wrong-1", cookie)
        assert refusal.value.pause == 1.0
    assert await refused(door, "jiro") == 1.0, "it was counted like a stranger's"


@pytest.mark.parametrize("change", ["passwd", "removed and added again"])
def test_a_new_password_or_account_ends_what_browsers_are_known_by(accounts: Accounts, change: str) -> None:
    cookie = with_device("", account_of(accounts))
    assert device_in(cookie, account_of(accounts))
    if change == "passwd":
        accounts.set_password("hanako", GOOD)
    else:
        accounts.remove("hanako")
        accounts.add("hanako", "受付 花子", GOOD)
    assert device_in(cookie, account_of(accounts)) is None


def test_one_browser_is_known_to_several_and_its_cookie_stays_small(accounts: Accounts) -> None:
    cookie = with_device("", account_of(accounts))
    device = device_in(cookie, account_of(accounts))
    for number in range(7):
        accounts.add(f"name-{number}", "窓口", OTHER)
        cookie = with_device(cookie, account_of(accounts, f"name-{number}"))
    assert device_in(cookie, account_of(accounts)) == device
    assert device_in(with_device(cookie, account_of(accounts)), account_of(accounts)) == device
    accounts.add("one-more", "窓口", OTHER)
    cookie = with_device(cookie, account_of(accounts, "one-more"))
    assert device_in(cookie, account_of(accounts)) is None and len(cookie) < LONGEST_COOKIE


@pytest.mark.parametrize(
    "forge",
    [
        lambda cookie: cookie[:-1] + ("0" if cookie[-1] != "0" else "1"),
        lambda cookie: cookie.replace("hanako:", "hanako:0"),
        lambda cookie: "hanako::",
        lambda cookie: "hanako",
        lambda cookie: "~" * 2_000,
        lambda cookie: "花子" + cookie,
        lambda cookie: cookie + "~" + "x" * LONGEST_COOKIE,
        lambda cookie: "",
    ],
)
def test_a_cookie_that_was_made_up_or_changed_is_no_cookie(accounts: Accounts, forge: Callable[[str], str]) -> None:
    cookie = with_device("", account_of(accounts))
    assert device_in(forge(cookie), account_of(accounts)) is None
    assert device_in(with_device(forge(cookie), account_of(accounts)), account_of(accounts))


def account_of(accounts: Accounts, name: str = "hanako") -> Account:
    account = accounts.find(name)
    assert account is not None
    return account


async def test_a_crowd_of_strangers_does_not_stand_before_a_browser_that_is_known(
    door: Door, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie, busy, done = with_device("", account_of(accounts)), Event(), Event()

    def hashing(kept: str | None, text: str) -> bool:
        if text == GOOD:
            return True
        busy.set()
        return done.wait(30) and False

    async def log_in() -> list[BaseException]:
        crowd = [asyncio.create_task(door.log_in(f"name-{number}", "wrong-wrong-1")) for number in range(40)]
        await asyncio.to_thread(busy.wait, 30)
        try:
            session = await asyncio.wait_for(door.log_in("hanako", GOOD, cookie), 20)
        finally:
            done.set()
        assert session.account.name == "hanako"
        return [each for each in await asyncio.gather(*crowd, return_exceptions=True) if isinstance(each, LogInRefused)]

    monkeypatch.setattr("kiosk.staff.door.is_right", hashing)
    refusals = await log_in()
    assert len(refusals) == 40
    assert sum(each.pause > 0 for each in refusals) == 24, "beyond sixteen they are sent away at once"


async def test_staff_come_in_while_every_shared_thread_waits_for_the_register(door: Door) -> None:
    answers = Event()

    async def log_in() -> StaffSession:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        stuck = loop.run_in_executor(None, answers.wait, 30)
        try:
            async with asyncio.timeout(20):
                return await door.log_in("hanako", GOOD)
        finally:
            answers.set()
            await stuck

    assert (await log_in()).account.name == "hanako"


def test_what_is_remembered_of_strangers_is_bounded(clock: Clock) -> None:
    throttle = Throttle(clock)
    for number in range(10_000):
        throttle.missed(f"name-{number}")
    assert len(throttle._misses) == 4096


async def test_of_what_was_typed_into_the_name_s_field_nothing_is_kept(door: Door) -> None:
    await refused(door, "123456789018")
    kept = (door._strangers.throttle._misses, door._known.throttle._misses, door.attempts._counts)
    assert "123456789018" not in repr(kept) and len(door._strangers.throttle._misses) == 1


def test_wrong_passwords_are_counted_by_account_and_few_are_due(clock: Clock) -> None:
    attempts = Attempts(clock)
    due = [attempts.missed("hanako") for _ in range(3)]
    assert due[0] and attempts.take("hanako") == Batch("hanako", 3)
    assert not attempts.missed("hanako")
    clock.now += SPAN
    assert attempts.missed("hanako")
    assert attempts.take("hanako") == Batch("hanako", 2)
    assert attempts.take("hanako") is None
    assert (attempts.logged_in("hanako"), attempts.logged_in("hanako"), attempts.logged_in("jiro")) == (5, 0, 0)


def test_names_that_nobody_has_are_one_count_and_old_accounts_none(clock: Clock) -> None:
    attempts = Attempts(clock)
    for name in (None, None, "hanako", "jiro"):
        attempts.missed(name)
    attempts.keep_only({"hanako"})
    assert (attempts.take(None), attempts.take("jiro"), attempts.take("hanako")) == (
        Batch(None, 2),
        None,
        Batch("hanako", 1),
    )


def test_attempts_go_on_until_there_were_few_for_ten_minutes(clock: Clock) -> None:
    attempts = Attempts(clock)
    for _ in range(4):
        attempts.tried()
    assert not attempts.go_on
    attempts.tried()
    assert attempts.go_on
    clock.now += SPAN
    assert not attempts.go_on


async def test_a_hash_of_older_parameters_is_renewed_at_the_log_in(
    door: Door, accounts: Accounts, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=2, memory_cost=32))
    session = await door.log_in("hanako", GOOD)
    kept = accounts.find("hanako")
    assert kept is not None and "t=2" in kept.hash
    assert sessions.find(session.token) is session


async def test_a_session_that_lies_idle_is_locked_and_forgets_its_work(
    door: Door, sessions: Sessions, clock: Clock
) -> None:
    session = await door.log_in("hanako", GOOD)
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
async def test_a_session_ends(door: Door, sessions: Sessions, accounts: Accounts, clock: Clock, change: str) -> None:
    session = await door.log_in("hanako", GOOD)
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
            accounts._table.path.write_text("broken")
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
