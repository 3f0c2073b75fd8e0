"""Characters of a member file that stand for others, or that no document can print."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

from kiosk.documents import is_writable
from kiosk.eligibility import CharacterCheck, CsvRow, read_rows
from kiosk.eligibility.doubtful import MOST_LISTED, DoubtfulCharacters

Run = Callable[..., Result]
MakeFile = Callable[..., bytes]


def checked(data: bytes) -> DoubtfulCharacters:
    check = CharacterCheck(is_writable)
    assert all(isinstance(row, CsvRow) for row in check.rows(read_rows(io.BytesIO(data))))
    return check.taken()


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("●木 太郎", "U+25CF", "stands for a character"),
        ("土〓 太郎", "U+3013", "stands for a character"),
        ("土\ue000 太郎", "U+E000", "private use"),
        ("土\U000f0000", "U+F0000", "private use"),
        ("土\U000323b0", "U+323B0", "no character of Unicode"),
        ("土\U000e0105木", "U+571F U+E0105", "no form in the fonts"),
        ("土\U0001f469", "U+1F469", "no form in the fonts"),
    ],
)
def test_it_is_listed_with_line_and_column(member_file: MakeFile, name: str, code: str, reason: str) -> None:
    check = checked(member_file({}, {"branch": "01", "name": name}))
    (found,) = check.first
    assert (check.count, found.line, found.column, found.code) == (1, 3, "name", code)
    assert reason in found.reason


@pytest.mark.parametrize("name", ["髙﨑 𠮷郎", "辻\U000e0100", "\U0002cf1c", "\u3404\U000e0101", "O'Neill ﾄﾞﾎﾞｸ"])
def test_what_can_be_printed_is_not_listed(member_file: MakeFile, name: str) -> None:
    assert checked(member_file({"name": name})).count == 0


def test_every_one_is_counted_and_some_are_listed(member_file: MakeFile) -> None:
    check = checked(member_file(*({"number": f"{number:06}", "kana": "●"} for number in range(MOST_LISTED + 5))))
    assert (check.count, len(check.first)) == (MOST_LISTED + 5, MOST_LISTED)


def test_the_line_is_taken_and_the_report_names_it(made: Run, member_file: MakeFile) -> None:
    result = made("import", "-", "--json", input=member_file({"address": "東京都〓田区"}))
    answer: dict[str, Any] = json.loads(result.stdout)
    assert (result.exit_code, answer["inserted"], answer["doubtful"]) == (0, 1, 1)
    (found,) = answer["characters"]
    assert (found["line"], found["column"], found["code"]) == (2, "address", "U+3013")
    assert "line 2, address: U+3013" in result.stderr


def test_private_use_characters_of_cp932_are_listed(member_file: MakeFile) -> None:
    data = (
        member_file({"name": "土木"}).decode().encode("cp932").replace("土木".encode("cp932"), b"\xf0\x40\x96\xd8", 1)
    )
    assert [one.code for one in checked(data).first] == ["U+E000"]
