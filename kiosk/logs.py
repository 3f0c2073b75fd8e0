"""Logs as JSON lines on standard error: what happened, never to whom.

Fields are those of an allow-list; anything else is dropped before it is written, so that a careless log call cannot
carry a name, a number or a 暗証番号 out of the service.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

from drivers.json_lines import StandardError, handler, written

__all__ = ["ALLOWED", "configure_logs"]

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "code",
        "place",
        "effect",
        "driver",
        "reader",
        "reason",
        "problem",
        "version",
        "staff_listen",
        "reasons",
        "listen",
        "sequence",
        "hash",
        "batch",
        "language",
        "count",
    }
)
"""The only keys a log line may carry."""


def _only_allowed(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in line.items() if key in ALLOWED}


def _one_line(_: Any, __: str, line: MutableMapping[str, Any]) -> str:
    return written(line) + "\n"


class _Lines:
    """Writes whole lines, each at once: the reader processes write to the same standard error."""

    def __init__(self) -> None:
        self._out = StandardError()

    def msg(self, line: str) -> None:
        """Write one line."""
        self._out.write(line)
        self._out.flush()

    debug = info = warning = error = critical = msg


def configure_logs(level: int = logging.INFO) -> None:
    """Send our log lines of at least ``level`` to standard error as JSON; libraries speak only from WARNING on."""
    logging.basicConfig(level=logging.WARNING, handlers=[handler()])
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _only_allowed,
            _one_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Lines(),
        cache_logger_on_first_use=True,
    )
