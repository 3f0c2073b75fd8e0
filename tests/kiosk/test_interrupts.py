"""A signal is neither lost in a library that swallows it, nor early."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import pytest

from kiosk.interrupts import interrupts_deferred


class Ended(BaseException):
    """What the command's own handler raises."""


def end(_number: int, _frame: FrameType | None) -> None:
    raise Ended


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def number(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """A signal at which the command raises."""
    before = signal.signal(request.param, end)
    yield request.param
    signal.signal(request.param, before)


def greedy(number: signal.Signals) -> None:
    """A library that takes every exception for its own."""
    with contextlib.suppress(BaseException):
        signal.raise_signal(number)


def test_it_comes_after_the_block_whatever_the_block_swallows(number: signal.Signals) -> None:
    finished = False
    with pytest.raises(Ended), interrupts_deferred():
        greedy(number)
        finished = True
    assert finished
    assert signal.getsignal(number) is end


def test_without_one_the_handlers_are_as_before(number: signal.Signals) -> None:
    with interrupts_deferred():
        pass
    assert signal.getsignal(number) is end


def test_one_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interrupts_deferred():
            greedy(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_thread_touches_no_handler(number: signal.Signals) -> None:
    seen: list[object] = []

    def work() -> None:
        with interrupts_deferred():
            seen.append(signal.getsignal(number))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [end]
