"""Work in several processes: the order of the answers, what goes wrong there, and how they end."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import active_children

import pytest

from kiosk.crew import Crew, cores


@contextmanager
def halving() -> Iterator[Callable[[int], tuple[int, int]]]:
    """Halve even numbers, and say which process did."""

    def work(number: int) -> tuple[int, int]:
        if number % 2:
            raise ValueError("is odd") if number > 0 else Stubborn(1, 2)
        return number // 2, os.getpid()

    yield work


@contextmanager
def closed() -> Iterator[Callable[[int], int]]:
    """Work that cannot begin."""
    raise PermissionError(13, "is closed")
    yield abs


class Stubborn(Exception):
    """An error that pickle cannot make again."""

    def __init__(self, one: int, _other: int) -> None:
        super().__init__(one)


def test_answers_come_in_the_order_of_the_tasks_from_every_process() -> None:
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for number in range(0, 200, 2):
            taken.append(number)
            yield number

    with Crew(halving, 2) as crew:
        assert len({pid for _, pid in crew.each(0)} - {os.getpid()}) == 2
        answers = crew.in_order(tasks())
        assert next(answers)[0] == 0
        assert len(taken) < 20  # the others are taken as the work goes on
        assert [half for half, _ in answers] == list(range(1, 100))
        assert list(crew.in_order([])) == []
        with pytest.raises(ValueError, match="is odd"):
            list(crew.in_order([2, 3, 4, 6]))
    assert active_children() == []


@pytest.mark.parametrize(
    ("opened", "error", "message"),
    [(closed, PermissionError, "is closed"), (halving, RuntimeError, "Stubborn in one of the processes")],
)
def test_what_goes_wrong_there_is_raised_here(
    opened: Callable[..., object], error: type[Exception], message: str
) -> None:
    with Crew(opened, 1) as crew, pytest.raises(error, match=message):
        list(crew.in_order([-1]))
    assert active_children() == []


def test_a_process_that_is_killed_is_one_clear_error() -> None:
    with Crew(halving, 2) as crew:
        (_, pid), _ = crew.each(0)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(ChildProcessError, match=r"has ended \(signal 9\); give the command again"):
            list(crew.in_order(range(0, 100, 2)))
    assert active_children() == []


def test_the_cores_are_those_that_this_process_may_use() -> None:
    all_of_them = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(all_of_them)})
        assert cores() == 1
    finally:
        os.sched_setaffinity(0, all_of_them)
    assert cores() == len(all_of_them)
