"""``script/soak NAME``: one long test, for so many seconds."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--seconds", type=_seconds, default=3600.0, help="how long, in all (default 3600)")
    options, rest = parser.parse_known_args()
    soak = importlib.import_module(f"tests.soak.{options.name}")
    # What a soak test can do besides, it says itself.
    further = soak.options(rest) if hasattr(soak, "options") else parser.parse_args() and {}
    soak.run(options.seconds, **further)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 1 <= seconds <= 7 * 24 * 3600:
        raise argparse.ArgumentTypeError("1 second to a week")
    return seconds


if __name__ == "__main__":
    main()
