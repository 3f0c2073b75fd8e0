"""Finding a member by the whole key, as another program writes it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kiosk.eligibility import DataRefused, KeyQuery, NumberRefused, Registry

Load = Callable[..., Any]


def found(registry: Registry, *parts: str, born: date | None = None) -> list[str]:
    return [str(one.id) for one in registry.find_by_key(KeyQuery.of(*parts[:4], born))]


@pytest.mark.parametrize("insurer", ["133033", "00133033"])
@pytest.mark.parametrize("symbol", ["71-0000", "７１－００００", "710000"])
@pytest.mark.parametrize("number", ["000001", "０００００１"])
def test_however_it_is_written_the_same_member_is_found(
    registry: Registry, load: Load, insurer: str, symbol: str, number: str
) -> None:
    load({}, {"branch": "01"}, {"number": "000002"})
    assert found(registry, insurer, symbol, number, "00") == ["133033:71-0000:000001:00"]


def test_an_insurer_that_was_filed_with_its_zeros_is_found_too(registry: Registry, load: Load) -> None:
    load({"insurer_number": "00133033"})
    assert found(registry, "133033", "71-0000", "000001", "00") == ["00133033:71-0000:000001:00"]


def test_a_key_without_a_branch_is_that_of_a_family(registry: Registry, load: Load) -> None:
    load({}, {"branch": "01", "birth_date": "2015-05-06"})
    assert len(found(registry, "133033", "71-0000", "000001", "")) == 2
    assert found(registry, "133033", "71-0000", "000001", "", born=date(2015, 5, 6)) == ["133033:71-0000:000001:01"]


def test_another_day_of_birth_finds_nobody(registry: Registry, load: Load) -> None:
    load({})
    assert found(registry, "133033", "71-0000", "000001", "00", born=date(1901, 1, 1)) == []


def test_of_two_spellings_in_the_register_the_one_that_was_written_counts(registry: Registry, load: Load) -> None:
    load({}, {"symbol": "710000"})
    assert found(registry, "133033", "710000", "000001", "00") == ["133033:710000:000001:00"]
    assert len(found(registry, "133033", "7-10000", "000001", "00")) == 2


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        (("13303", "71", "1", "00"), "insurer_number"),
        (("133033", "7:1", "1", "00"), "symbol"),
        (("133033", "71", "", "00"), "number"),
        (("133033", "71", "1", "0"), "branch"),
    ],
)
def test_a_malformed_part_is_named(parts: tuple[str, ...], problem: str) -> None:
    with pytest.raises(DataRefused, match=f"^{problem}$"):
        KeyQuery.of(*parts[:4])


def test_a_マイナンバー_is_refused_and_not_repeated() -> None:
    with pytest.raises(NumberRefused) as caught:
        KeyQuery.of("133033", "71", "123456789018", "00")
    assert "1234" not in str(caught.value)
