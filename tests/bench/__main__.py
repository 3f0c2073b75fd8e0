"""``script/bench``: every table, or those that are named."""

from __future__ import annotations

import importlib
import sys

TABLES = (
    *("decide", "revocation", "card", "nfc", "events", "service", "page", "heap", "visits", "issuance", "documents"),
    *("post", "terminal", "fhir", "followers", "hooks", "registry", "kiosks"),
)


def main() -> None:
    names = sys.argv[1:] or TABLES
    unknown = [name for name in names if name not in TABLES]
    if unknown:
        sys.exit(f"no such table: {', '.join(unknown)}; there are: {', '.join(TABLES)}")
    for name in names:
        importlib.import_module(f"tests.bench.{name}").run()


if __name__ == "__main__":
    main()
