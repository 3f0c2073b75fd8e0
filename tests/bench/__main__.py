"""``script/bench``: every table, or those that are named."""

from __future__ import annotations

import importlib
import signal
import sys

TABLES = (
    *("decide", "revocation", "card", "nfc", "events", "service", "page", "heap", "visits", "issuance", "documents"),
    *("post", "terminal", "fhir", "followers", "hooks", "registry", "officer", "kiosks", "languages"),
)


def main() -> None:
    # What a table has started (a cluster of PostgreSQL, kiosks) is then ended, as at an interrupt.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    names = sys.argv[1:] or TABLES
    unknown = [name for name in names if name not in TABLES]
    if unknown:
        sys.exit(f"no such table: {', '.join(unknown)}; there are: {', '.join(TABLES)}")
    for name in names:
        importlib.import_module(f"tests.bench.{name}").run()


if __name__ == "__main__":
    main()
