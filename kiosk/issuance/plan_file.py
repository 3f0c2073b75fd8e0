"""Plans as files: JSON Lines in UTF-8, one line for each member, written and read in constant memory."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from io import TextIOBase
from typing import BinaryIO, TypeVar

from kiosk.decision import Confirmation, Document, Reason
from kiosk.eligibility import CellRefused, DataRefused, MemberId, parse_date
from kiosk.issuance.plan import PlanLine

__all__ = ["PlanRefused", "read_plan", "write_plan"]

LONGEST_LINE = 16_384
"""The most bytes that a line may have, its line end included; a real one has about 250."""

ValueT = TypeVar("ValueT")

_ISSUED = {document.value: document for document in (Document.NOTICE, Document.CONFIRMATION)}
_REASONS = {reason.value: reason for reason in Reason}


class PlanRefused(DataRefused):
    """A line of a plan is malformed. The message names the line, and repeats nothing of it."""


def write_plan(stream: TextIOBase, lines: Iterable[PlanLine]) -> dict[str, int]:
    """Write the lines; return how many there are of each document."""
    counts = dict.fromkeys(_ISSUED, 0)
    for line in lines:
        stream.write(_encode(line.to_json()) + "\n")
        counts[line.issue] += 1
    return counts


def read_plan(stream: BinaryIO) -> Iterator[PlanLine]:
    """Yield the lines of a plan in their order.

    Keys that a plan does not have are ignored. A line without a line end was cut off, and is refused.

    Raises:
        PlanRefused: a line is not one of a plan; it is raised at the first such line.
        OSError: the stream cannot be read.

    """
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        try:
            yield _line(raw)
        except DataRefused as error:
            raise PlanRefused(f"line {number}: {error}") from None


_encode = json.JSONEncoder(ensure_ascii=False).encode
_decode = json.JSONDecoder(parse_int=float).decode


def _line(raw: bytes) -> PlanLine:
    cells = _object(raw)
    issue = _field(cells, "issue", _document)
    return PlanLine(
        member=_field(cells, "member", _member),
        issue=issue,
        reasons=_field(cells, "reasons", _reasons),
        validity=_validity(cells) if issue is Document.CONFIRMATION else None,
        aside=_aside(cells.get("aside", False)),
    )


def _object(raw: bytes) -> Mapping[str, object]:
    if len(raw) > LONGEST_LINE:
        raise DataRefused(f"is longer than {LONGEST_LINE} bytes")
    if not raw.endswith(b"\n"):
        raise DataRefused("has no line end: the file was cut off")
    try:
        found = _decode(raw.decode())
    except (ValueError, RecursionError):
        raise DataRefused("is not one JSON object in UTF-8") from None
    if not isinstance(found, dict):
        raise DataRefused("is not one JSON object in UTF-8")
    return found


def _field(cells: Mapping[str, object], name: str, convert: Callable[[object], ValueT]) -> ValueT:
    try:
        return convert(cells[name])
    except DataRefused as error:
        raise DataRefused(f"{name}: {error}") from None
    except KeyError:
        raise DataRefused(f"{name}: is missing") from None


def _member(value: object) -> MemberId:
    return MemberId.parse(value if isinstance(value, str) else "")


def _document(value: object) -> Document:
    if not isinstance(value, str) or value not in _ISSUED:
        raise DataRefused(f"must be one of {', '.join(_ISSUED)}")
    return _ISSUED[value]


def _aside(value: object) -> bool:
    if not isinstance(value, bool):
        raise DataRefused("aside: must be true or false")
    return value


def _reasons(value: object) -> tuple[Reason, ...]:
    if not isinstance(value, list) or not value:
        raise DataRefused("must be a list of reasons, at least one")
    if len(value) > len(_REASONS) or not all(isinstance(code, str) and code in _REASONS for code in value):
        raise DataRefused("contains something that is not a reason of a decision")
    return tuple(_REASONS[code] for code in value)


def _validity(cells: Mapping[str, object]) -> Confirmation:
    first, last = (_field(cells, name, _day) for name in ("valid_from", "valid_until"))
    if last < first:
        raise DataRefused("valid_until: lies before valid_from")
    return Confirmation(first, last)


def _day(value: object) -> date:
    try:
        return parse_date(value if isinstance(value, str) else "")
    except CellRefused as error:
        raise DataRefused(str(error)) from None
