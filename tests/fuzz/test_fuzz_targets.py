"""A sample of the long fuzzing: each target under atheris, from the kept corpus, for its share of the seconds.

``FUZZ_SECONDS`` is the one knob: the seconds of all targets and of the property tests beside this one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.process import MOST_MEGABYTES, fuzz
from tests.fuzz.sample import SECONDS
from tests.fuzz.targets import CORPUS, TARGETS

_START_SECONDS = 2.3
"""What a target takes of its share until it runs."""


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_finds_nothing(target: str, tmp_path: Path) -> None:
    run = fuzz(target, SECONDS * 0.7 / len(TARGETS) - _START_SECONDS, tmp_path)
    assert run.fine, f"{[path.read_bytes().hex() for path in run.crashes]}\n{run.log[-6000:]}"
    assert run.megabytes < MOST_MEGABYTES
    assert run.edges > 10


@pytest.mark.parametrize("target", TARGETS)
def test_the_kept_inputs_find_nothing(target: str) -> None:
    kept = sorted((CORPUS / target).iterdir())
    assert kept
    for path in kept:
        TARGETS[target].run(path.read_bytes())


def test_the_kept_inputs_are_few() -> None:
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) <= 200_000
