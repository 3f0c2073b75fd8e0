"""Sending a file to CUPS: not at all, or so that its job can be followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.printing import Destination, PrintingError, send


def test_nothing_is_sent_that_could_not_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said to be not sent, it would be sent again, and people would have two letters."""
    sent = tmp_path / "sent"
    (tmp_path / "lp").write_text(f"#!/bin/sh\n: > {sent}\necho 'request id is a4-1 (1 file(s))'\n")
    (tmp_path / "lp").chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PrintingError, match="lpstat is not installed"):
        send(tmp_path / "notice.pdf", Destination("a4", "A4"), "kiosk 1 notice.pdf")
    assert not sent.exists()
