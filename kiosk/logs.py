"""Logs as JSON lines on standard error: what happened, never to whom.

Fields are those of an allow-list; anything else is dropped before it is written, so that a careless log call cannot
carry a name, a number or a 暗証番号 out of the service.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog

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
        "reasons",
        "listen",
        "sequence",
        "hash",
    }
)
"""The only keys a log line may carry."""


def _only_allowed(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in line.items() if key in ALLOWED}


class _StandardError:
    """Standard error as it is when a line is written: a logger outlives whoever redirects it for a while."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure_logs(level: int = logging.INFO) -> None:
    """Send our log lines of at least ``level`` to standard error as JSON; libraries speak only from WARNING on."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
        cache_logger_on_first_use=True,
    )
