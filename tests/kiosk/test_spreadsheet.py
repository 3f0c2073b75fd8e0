"""CSV for people holds no formula, whatever somebody is called."""

import io

import pytest

from kiosk.spreadsheet import SpreadsheetWriter, harmless

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫−"
BEFORE = ["", " ", "  ", "\u3000", "\u00a0", "\u200b", "\ufeff", "\u2009\u2060", "\t", "\x0b", "\x00", "\u3164"]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", BEFORE, ids=ascii)
def test_what_could_be_a_formula_becomes_text(before: str, sign: str) -> None:
    cell = f"{before}{sign}HYPERLINK(A1)"
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["\t1", "\r1", "\n1", "\tx"], ids=ascii)
def test_a_tab_or_line_end_at_the_start_is_no_start_of_a_cell(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", " ", "土木 太郎", "71-0000", "a=b", "2020-04-01", "'=x", "〇〇建設＝", "#1"])
def test_what_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


def test_a_cell_stays_one_where_the_list_separator_is_another() -> None:
    stream = io.StringIO()
    SpreadsheetWriter(stream).writerow(["建設;=1+1", '=A1&"x"'])
    assert stream.getvalue() == '"建設;=1+1","\'=A1&""x"""\n'
