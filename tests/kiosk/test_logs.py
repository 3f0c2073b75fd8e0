"""The log lines' way to standard error."""

from __future__ import annotations

import gc
import io
import json
import logging
import subprocess
import sys
import traceback

import pytest
import structlog

from drivers.json_lines import JsonLines
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


def test_of_a_traceback_that_a_library_logs_as_text_the_type_alone_is_written() -> None:
    """What an exception says may hold what was read from a card, on whichever line."""
    try:
        raise ValueError("風早 ゆき\nKazahaya\nmember: 1234")
    except ValueError:
        text = traceback.format_exc()
    record = logging.LogRecord("library", logging.ERROR, __file__, 1, text, None, None)
    line = json.loads(JsonLines().format(record))
    assert (line["event"], line["problem"]) == ("unhandled exception", "ValueError")
    assert "azahaya" not in str(line) and "1234" not in str(line)


SPEAKS = """
import sys
from kiosk.logs import configure_logs
import structlog
configure_logs()
log = structlog.get_logger()
log.info("started")
sys.stdin.read()
log.info("stopped")
"""


def test_a_service_whose_log_nobody_reads_any_more_ends_well() -> None:
    command = [sys.executable, "-c", SPEAKS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as service:
        assert service.stdin is not None and service.stderr is not None
        assert b"started" in service.stderr.readline()
        service.stderr.close()
        service.stdin.close()
        assert service.wait(30) == 0
