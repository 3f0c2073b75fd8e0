"""Log lines as JSON objects, one a line, for the service and its workers alike; of an exception its type and place.

The message of a library is kept without the values that it fills in, and the text of an exception is left out: either
may hold what was read from a card, a register or a caller.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import warnings
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Final

from drivers.errors import place_of

__all__ = ["OURS", "JsonLines", "StandardError", "catch_unhandled", "handler", "written"]

OURS: Final = ("kiosk", "drivers", "simulators")
_LONGEST: Final = 400
_USER_OF_URL: Final = re.compile(r"(?<=\w://)[^\s/]*@")
_QUERY_OF_URL: Final = re.compile(r"(\w://[^\s?#]*)[?#]\S*")
_TRACEBACK: Final = re.compile(r"\s*Traceback [^\n]*\n(?:[ \t][^\n]*\n)*(?P<kind>[A-Za-z_][\w.]*)(?=[:\n]|$)")
"""A traceback as text, which some libraries log: after its frames the type, and then what the exception says."""
_log = logging.getLogger(__name__)


def written(line: Mapping[str, object]) -> str:
    """Return one line of JSON in ASCII. Texts are cut at 400 characters, and URLs lose their user and query."""
    return json.dumps({key: _bounded(value) for key, value in line.items()}, default=str)


def _bounded(value: object) -> object:
    if isinstance(value, str):
        return _QUERY_OF_URL.sub(r"\1", _USER_OF_URL.sub("", value))[:_LONGEST]
    return [_bounded(each) for each in value] if isinstance(value, list | tuple) else value


class StandardError:
    """Standard error at the time of writing: a logger lives longer than a redirection of standard error."""

    def write(self, text: str) -> int:
        """Write ``text``. If standard error is closed it is lost, and the service goes on."""
        try:
            return sys.stderr.write(text)
        except BrokenPipeError:
            _leave_to_nobody()
        except (OSError, ValueError):
            pass
        return len(text)

    def flush(self) -> None:
        """Flush what was written. If standard error is closed nothing happens."""
        try:
            sys.stderr.flush()
        except (OSError, ValueError):
            return


def _leave_to_nobody() -> None:
    """Have standard error end nowhere: what it still holds would make the end of the process fail with status 120."""
    with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stderr.fileno())


class JsonLines(logging.Formatter):
    """Writes a record of the standard library's logging as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        line = {"event": _said(record), "level": record.levelname.lower(), "timestamp": at, "logger": record.name}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line |= {"problem": type(error).__qualname__, "place": place_of(error, OURS)}
        elif found := _TRACEBACK.match(str(record.msg)):
            line["problem"] = found["kind"]
        return written(line)


def _said(record: logging.LogRecord) -> str:
    """Return the first line of a record's message: ours with its values, a library's without."""
    ours = record.name.partition(".")[0] in OURS
    text = record.getMessage() if ours or record.name == "py.warnings" else str(record.msg)
    first = text.strip().partition("\n")[0]
    if record.name == "asyncio":
        # It names a callback with what that was called with.
        return first.partition("(")[0]
    return "unhandled exception" if first.startswith("Traceback ") else first


def handler() -> logging.Handler:
    """Return a handler that writes JSON lines on standard error."""
    made = logging.StreamHandler(StandardError())
    made.setFormatter(JsonLines())
    return made


def catch_unhandled() -> None:
    """Write Python's warnings and uncaught exceptions, of every thread, as JSON lines too."""
    logging.captureWarnings(True)
    warnings.formatwarning = lambda message, category, *_: f"{category.__name__}: {message}"
    sys.excepthook = _unhandled
    threading.excepthook = lambda lost: _unhandled(lost.exc_type, lost.exc_value, lost.exc_traceback)
    sys.unraisablehook = lambda lost: _unhandled(lost.exc_type, lost.exc_value, lost.exc_traceback)


def _unhandled(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt | SystemExit):
        _log.critical("unhandled exception", exc_info=(kind, error or kind(), trace))
