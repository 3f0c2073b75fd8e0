"""``python -m tests.fuzz TARGET [libFuzzer options, folders or files]``: one target under atheris.

Only our own code is instrumented: it is what new coverage is looked for in. ``tests.fuzz.process`` calls this with
what a run begins from; with single files, each is tried once.
"""

from __future__ import annotations

import shlex
import sys
import warnings
from random import Random

import atheris

with atheris.instrument_imports(include=["drivers", "kiosk", "simulators"], enable_loader_override=False):
    from tests.fuzz.der import mutated
    from tests.fuzz.targets import TARGETS


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"python -m tests.fuzz TARGET …; the targets: {', '.join(TARGETS)}")
    name, arguments = sys.argv[1], sys.argv[2:]
    warnings.simplefilter("ignore")  # As in the field, where a warning is no error.
    # libFuzzer starts this command again to merge, by way of a shell: it must be one that runs.
    again = f"{shlex.quote(sys.executable)} -m tests.fuzz {name}"
    custom = {"custom_mutator": _mutate} if TARGETS[name].der else {}
    atheris.Setup([again, *arguments], TARGETS[name].run, **custom)
    atheris.Fuzz()


def _mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Change the input as ASN.1, and now and then as bytes without any form."""
    random = Random(seed)
    if not random.randrange(8):
        return bytes(atheris.Mutate(data, len(data) or 1))
    return mutated(data, random)[:max_size]


if __name__ == "__main__":
    main()
