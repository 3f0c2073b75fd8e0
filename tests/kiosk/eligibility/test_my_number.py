"""A マイナンバー in another field is recognized by its twelve digits and its check digit."""

import pytest

from kiosk.eligibility import contains_my_number


@pytest.mark.parametrize(
    "text",
    [
        "123456789018",
        "983205673214",
        "1234 5678 9018",
        "1234-5678-9018",
        "１２３４５６７８９０１８",
        "１２３４－５６７８－９０１８",
        "番号は123456789018です",
        "1234　5678　9018",
        "1234  5678  9018",
        "1234 - 5678 - 9018",
        "1234/5678/9018",
        "1234_5678_9018",
        "1234\u200b5678\u200b9018",
    ],
)
def test_is_found_in_every_way_people_write_it(text: str) -> None:
    assert contains_my_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456789012",
        "12345678901",
        "1234567890181",
        "0123456789018",
        "090-1234-5678",
        "東京都1-11-1",
        "1980-05-06",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not contains_my_number(text)


def test_every_wrong_check_digit_is_told_from_the_right_one() -> None:
    assert [digit for digit in range(10) if contains_my_number(f"12345678901{digit}")] == [8]


def test_a_remainder_of_one_or_none_has_the_check_digit_zero() -> None:
    assert contains_my_number("000000000000")
    assert contains_my_number("200000000000")
