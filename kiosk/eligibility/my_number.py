"""Recognizing a マイナンバー (individual number) that was entered in another field, so that it can be refused.

番号法 (Act No. 27 of 2013) 19, 20: nobody may collect or store the number for other purposes. The check digit is
that of 総務省令第85号 (2014) 5条: P1..P11 from the lowest of the eleven body digits, Q = n + 1 for n <= 6 and n - 5
above; r = sum(P * Q) mod 11; the digit is 0 for r <= 1, otherwise 11 - r.
"""

import re
import unicodedata

_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
# Up to three characters, such as " - " or two spaces; the last ones are invisible, and get in by pasting.
_SEPARATOR = r"[\s\-\u2010-\u2015\u2212\u30fc\u30fb./_\u200b-\u200d\u2060\ufeff]{0,3}"
_TWELVE_DIGITS = re.compile(rf"(?<!\d)(\d{{4}}){_SEPARATOR}(\d{{4}}){_SEPARATOR}(\d{{4}})(?!\d)")
_LENGTH = 12


def passes_check_digit(digits: str) -> bool:
    """Return whether twelve ASCII digits end with the check digit of a マイナンバー."""
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return int(digits[-1]) == (0 if remainder <= 1 else 11 - remainder)


def contains_my_number(text: str) -> bool:
    """Return whether `text` contains twelve digits (also full-width, or in groups of four) with the right check digit.

    About one in eleven other twelve-digit numbers passes too. To refuse those is the price of never storing one.
    """
    if len(text) < _LENGTH:
        return False
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return any(passes_check_digit("".join(found.groups())) for found in _TWELVE_DIGITS.finditer(plain))
