"""The answer of a slow question is kept some seconds, and never past a write of this program."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from kiosk.eligibility import Registry
from kiosk.store.kept_answer import KEPT_SECONDS, KeptAnswer
from kiosk.store.transaction import writes, writing


class Asked:
    """A question whose answer is how often it was asked, and a clock."""

    def __init__(self, registry: Registry) -> None:
        self.times, self.now = 0, 100.0
        self.kept = KeptAnswer(registry.engine, self.ask, lambda: self.now)

    def ask(self) -> int:
        self.times += 1
        return self.times


def test_an_answer_is_kept_for_some_seconds(registry: Registry) -> None:
    asked = Asked(registry)
    assert [asked.kept.get(), asked.kept.get()] == [1, 1]
    asked.now += KEPT_SECONDS - 0.1
    assert asked.kept.get() == 1
    asked.now += 0.1
    assert asked.kept.get() == 2


def test_what_this_program_writes_is_asked_for_at_once(registry: Registry) -> None:
    asked = Asked(registry)
    assert asked.kept.get() == 1
    with writing(registry.engine):
        assert asked.kept.get() == 1, "nothing was written yet"
    assert asked.kept.get() == 2
    with pytest.raises(ValueError, match="no"), writing(registry.engine):
        raise ValueError("no")
    assert asked.kept.get() == 3, "who cannot know whether a commit arrived asks again"


def test_a_write_while_the_question_is_asked_makes_it_be_asked_again(registry: Registry) -> None:
    asked = Asked(registry)

    def meanwhile() -> int:
        with writing(registry.engine):
            return asked.ask()

    kept = KeptAnswer(registry.engine, meanwhile, lambda: asked.now)
    assert [kept.get(), kept.get()] == [1, 2]


def test_a_question_that_fails_keeps_nothing(registry: Registry) -> None:
    asked = Asked(registry)

    def broken() -> int:
        if asked.ask() == 1:
            raise OSError("gone")
        return asked.times

    kept = KeptAnswer(registry.engine, broken, lambda: asked.now)
    with pytest.raises(OSError, match="gone"):
        kept.get()
    assert kept.get() == 2


def test_who_comes_while_it_is_asked_for_waits_for_the_same_answer(registry: Registry) -> None:
    asked, begun, go_on, found = Asked(registry), Event(), Event(), list[int]()

    def slow() -> int:
        begun.set()
        assert go_on.wait(10)
        return asked.ask()

    kept = KeptAnswer(registry.engine, slow, lambda: asked.now)
    threads = [Thread(target=lambda: found.append(kept.get())) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert found == [1, 1, 1]


def test_each_register_counts_its_own_writes(registry: Registry) -> None:
    with Registry.at(registry.engine.url.render_as_string(hide_password=False)) as other:
        before = writes(other.engine)
        with writing(registry.engine):
            pass
        assert writes(other.engine) == before
