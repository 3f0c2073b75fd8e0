"""Lines go into their table through the driver itself; what it refuses is an error of the register all the same."""

import io
from collections.abc import Callable

import pytest

from kiosk.eligibility import CsvRow, Registry, RegistryError, Source, read_rows
from kiosk.eligibility.columns import NAMES


def a_row(member_file: Callable[..., bytes], line: int, **values: object) -> CsvRow:
    (row,) = read_rows(io.BytesIO(member_file({"number": f"{line:06}"})))
    assert isinstance(row, CsvRow)
    return CsvRow(line, tuple(values.get(name, value) for name, value in zip(NAMES, row.values, strict=True)))


def test_a_value_that_the_driver_refuses(
    registry: Registry, member_file: Callable[..., bytes], source: Callable[..., Source]
) -> None:
    wrong = [a_row(member_file, 2), a_row(member_file, 3, name=b"\xe5\x9c\x9f", address=object())]
    with pytest.raises(RegistryError) as refused:
        registry.import_members(wrong, source())
    assert "000003" not in str(refused.value)
    assert list(registry.members()) == []
    assert registry.import_members([a_row(member_file, 2)], source()).inserted == 1


def test_a_line_that_comes_twice_is_refused_by_the_database(
    registry: Registry, member_file: Callable[..., bytes], source: Callable[..., Source]
) -> None:
    with pytest.raises(RegistryError) as refused:
        registry.import_members([a_row(member_file, 2), a_row(member_file, 2, number="000009")], source())
    assert "000009" not in str(refused.value)
    assert list(registry.members()) == []
