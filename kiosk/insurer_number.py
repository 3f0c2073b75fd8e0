"""保険者番号, the number of an insurer: its form and its check digit."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

__all__ = ["InsurerNumber", "has_check_digit", "is_insurer_number", "with_check_digit"]

_INSURER_NUMBER = re.compile(r"[0-9]{6}(?:[0-9]{2})?")


def is_insurer_number(text: str) -> bool:
    """Return whether `text` has the form of a 保険者番号: six digits (国民健康保険) or eight."""
    return _INSURER_NUMBER.fullmatch(text) is not None


def has_check_digit(insurer_number: str) -> bool:
    """Return whether the last digit of a 保険者番号 is its 検証番号.

    It is that of 「保険者番号等の設定要領」: from the right the digits before it count twice and once in turn, the
    digits of the products are added, and the check digit makes the sum a multiple of ten.
    """
    products = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(insurer_number[:-1])))
    return (sum(one // 10 + one % 10 for one in products) + int(insurer_number[-1])) % 10 == 0


def with_check_digit(insurer_number: str) -> str:
    """Return a 保険者番号 whose last digit is its 検証番号. Raises ValueError for any other."""
    if not has_check_digit(insurer_number):
        raise ValueError("has a wrong check digit")
    return insurer_number


InsurerNumber = Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{8})$"), AfterValidator(with_check_digit)]
"""A 保険者番号 in the settings."""
