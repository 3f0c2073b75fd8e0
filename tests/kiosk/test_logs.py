"""The log lines' way to standard error."""

from __future__ import annotations

import gc
import io

import pytest
import structlog

from kiosk.logs import configure_logs


class Counted(io.StringIO):
    flushed = 0

    def flush(self) -> None:
        self.flushed += 1


def test_a_logger_that_goes_touches_standard_error_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the end of the process there is none: Python 3.13 reports what a finalizer raises."""
    kept = structlog.get_config()
    try:
        configure_logs()
        monkeypatch.setattr("sys.stderr", standard_error := Counted())
    finally:
        structlog.configure(**kept)
    gc.collect()
    assert standard_error.flushed == 0
