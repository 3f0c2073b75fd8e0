"""Telling a マイナンバー (individual number) that slipped into a field, so that it can be refused and forgotten.

番号法 (Act No. 27 of 2013) 19, 20: outside its purposes nobody may collect or keep the number. The check digit is
that of 総務省令第85号 (2014) 5条: P1..P11 from the lowest of the eleven body digits, Q = n + 1 for n <= 6 and n - 5
above; r = sum(P * Q) mod 11; the digit is 0 for r <= 1, otherwise 11 - r.
"""

import re
import unicodedata

_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
# Up to three, such as " - " or two spaces; the last ones have no width, and come along when a number is pasted.
_SEPARATOR = r"[\s\-\u2010-\u2015\u2212\u30fc\u30fb./_\u200b-\u200d\u2060\ufeff]{0,3}"
_TWELVE_DIGITS = re.compile(rf"(?<!\d)(\d{{4}}){_SEPARATOR}(\d{{4}}){_SEPARATOR}(\d{{4}})(?!\d)")
_LENGTH = 12


def passes_check_digit(digits: str) -> bool:
    """Whether twelve ASCII digits carry the check digit of a マイナンバー."""
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return int(digits[-1]) == (0 if remainder <= 1 else 11 - remainder)


def contains_my_number(text: str) -> bool:
    """Whether twelve digits in a row (full-width, or in groups of four) that pass the check digit stand in `text`.

    About one in eleven other twelve-digit numbers passes too: they are refused as well, the price of never keeping one.
    """
    if len(text) < _LENGTH:
        return False
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return any(passes_check_digit("".join(found.groups())) for found in _TWELVE_DIGITS.finditer(plain))
