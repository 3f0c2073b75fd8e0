"""A revocation list of a million entries: how long reading and questions take, and how much memory it keeps."""

from __future__ import annotations

import gc
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from kiosk.identity import CrlSource
from simulators.pki import Listed, user_authority
from tests.bench.figures import milliseconds, row, series, show

__all__ = ["run"]

ENTRIES, QUESTIONS, READINGS = 1_000_000, 1000, 3
_SERIAL = 0x5EC2E7A1
_PAGE = os.sysconf("SC_PAGE_SIZE")


def _resident() -> int:
    """Return the bytes that this process holds in memory."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def run() -> None:
    """Print the table."""
    now, random = datetime.now(UTC), Random(1)
    authority = user_authority(now)
    others = [Listed(random.getrandbits(120)) for _ in range(ENTRIES)]
    listed, free = authority.issue(serial=_SERIAL), authority.issue(serial=_SERIAL + 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.crl"
        path.write_bytes(authority.crl(revoked=[*others, listed.certificate]))
        del others
        before = _resident()
        source = CrlSource.load([path])
        kept = (_resident() - before) / 1_000_000
        issuer = authority.certificate
        first = milliseconds(lambda: source.status(listed.certificate, issuer, now))
        hits = series(lambda: source.status(listed.certificate, issuer, now), QUESTIONS)
        misses = series(lambda: source.status(free.certificate, issuer, now), QUESTIONS)
        reading = series(lambda: CrlSource.load([path]), READINGS, warm_up=0)
    rows = [
        row("read from the file", reading),
        row("first question, with the signature", [first]),
        row("question, listed", hits),
        row("question, not listed", misses),
    ]
    show(f"revocation: a list of {ENTRIES:,} entries, ms ({kept:.0f} MB kept)", ["", "median", "p99", "runs"], rows)
