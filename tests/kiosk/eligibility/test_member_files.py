"""Member files as bytes: which ones are accepted, the errors of bad lines, and the limits of reading."""

import io
import sys
from collections.abc import Callable
from datetime import date

import pytest

from kiosk.eligibility import BadLine, CsvRow, Decoder, FileEncoding, HeaderRefused, read_rows, write_rows
from kiosk.eligibility.columns import MAY_BE_LEFT_OUT, NAMES, ColumnLeftOut
from kiosk.eligibility.csv_io import _FORBIDDEN, LONGEST_LINE

MakeFile = Callable[..., bytes]
HEADER = ",".join(NAMES)


def read(data: bytes) -> list[CsvRow | BadLine]:
    return list(read_rows(io.BytesIO(data)))


def bad(data: bytes) -> BadLine:
    (line,) = [line for line in read(data) if isinstance(line, BadLine)]
    return line


def test_a_byte_order_mark_is_passed_over(member_file: MakeFile) -> None:
    assert isinstance(read(b"\xef\xbb\xbf" + member_file({}))[0], CsvRow)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_both_ends_of_line_are_read(member_file: MakeFile, end: bytes) -> None:
    assert isinstance(read(member_file({}).replace(b"\n", end))[0], CsvRow)


def test_the_last_line_may_have_no_end(member_file: MakeFile) -> None:
    assert isinstance(read(member_file({}).removesuffix(b"\n"))[0], CsvRow)


def test_empty_lines_are_passed_over_but_counted(member_file: MakeFile) -> None:
    header, line = member_file({}).splitlines(keepends=True)
    (row,) = read(header + b"\n\r\n" + line)
    assert row.line == 4


def test_columns_may_stand_in_any_order(member_file: MakeFile) -> None:
    straight = member_file({}).decode().splitlines()
    turned = "\n".join(",".join(reversed(line.split(","))) for line in straight)
    (one,), (other,) = read("\n".join(straight).encode()), read(turned.encode())
    assert isinstance(one, CsvRow) and isinstance(other, CsvRow)
    assert one.values == other.values


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "insurer_number"),
        (HEADER.replace("kana,", ""), "kana is missing"),
        (HEADER + ",kana", "kana appears more than once"),
        (HEADER + ",my_number", "column 36 is not a column"),
        (HEADER.replace("kana", "Kana"), "column 6 is not a column"),
        (HEADER.replace(",", ";"), "column 1 is not a column"),
        (HEADER.replace(",", ", "), "column 2 is not a column"),
    ],
)
def test_a_header_row_that_is_not_the_set_of_columns_is_one_clear_error(header: str, message: str) -> None:
    with pytest.raises(HeaderRefused, match=message) if header else pytest.raises(HeaderRefused):
        read(f"{header}\n".encode())


def test_a_file_without_a_header_row_does_not_show_its_first_member(member_file: MakeFile) -> None:
    with pytest.raises(HeaderRefused) as refused:
        read(member_file({}).split(b"\n", 1)[1])
    assert "土木" not in str(refused.value)


def test_an_empty_file_and_a_file_in_another_encoding_are_refused(member_file: MakeFile) -> None:
    for data in (b"", member_file({}).decode().encode("utf-16")):
        with pytest.raises(HeaderRefused):
            read(data)


def test_quotation_marks_keep_commas_and_quotation_marks(member_file: MakeFile) -> None:
    (row,) = read(member_file({"name": '"土木, ""太郎"""'}))
    assert isinstance(row, CsvRow)
    assert row.values[NAMES.index("name")] == '土木, "太郎"'


@pytest.mark.parametrize("name", ['土"木', '"土木', '"土木"太郎', ' "土木"', '"土"木"'])
def test_a_quotation_mark_out_of_place_is_a_bad_line(member_file: MakeFile, name: str) -> None:
    assert "quotation mark" in bad(member_file({"name": name})).message


@pytest.mark.parametrize("character", ["\x00", "\t", "\r", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff"])
def test_control_characters_are_a_bad_line(member_file: MakeFile, character: str) -> None:
    refused = bad(member_file({"name": f"土{character}木"}))
    assert refused.message == "contains a control character"
    assert character not in refused.text


def test_no_character_is_forbidden_that_can_be_printed() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert not any(character.isprintable() for character in _FORBIDDEN.findall(every))


@pytest.mark.parametrize("before", ["71-0000", '"71-0000"', '"71,0000"'])
@pytest.mark.parametrize("character", ["\x00", "\r", "\ufeff"])
def test_the_column_of_a_control_character_is_named(member_file: MakeFile, before: str, character: str) -> None:
    data = member_file({"name": "土X木", "address": "町Y"}).replace(b"71-0000", before.encode())
    for mark, column in ((b"X", "name"), (b"Y", "address")):
        assert bad(data.replace(mark, character.encode())).column == column


def test_a_control_character_among_quotation_marks_out_of_place_is_in_no_column(member_file: MakeFile) -> None:
    refused = bad(member_file({"name": "土X木"}).replace(b"X", b'"\0'))
    assert (refused.column, refused.message) == (None, "contains a control character")


@pytest.mark.parametrize("encoding", [FileEncoding.UTF_8, FileEncoding.CP932])
def test_the_column_of_bytes_that_are_no_text_is_named(member_file: MakeFile, encoding: FileEncoding) -> None:
    data = member_file({"employer": "X"}).decode().encode(str(encoding)).replace(b",X,", b",\x81,")
    rows = list(read_rows(io.BytesIO(data), decoder=Decoder(encoding)))
    assert [(row.column, row.message[:6]) for row in rows if isinstance(row, BadLine)] == [("employer", "is not")]


def test_a_line_that_is_not_utf_8_is_bad_and_the_next_is_read(member_file: MakeFile) -> None:
    data = member_file({}, {"number": "000002"}).replace("土木 太郎".encode(), "土木 太郎".encode("cp932"), 1)
    first, second = read(data)
    assert isinstance(first, BadLine) and first.message == "is not UTF-8"
    assert isinstance(second, CsvRow)


def test_a_line_that_is_too_long_is_bad_and_the_next_is_read(member_file: MakeFile) -> None:
    first, second = read(member_file({"address": "町" * 3 * LONGEST_LINE}, {"number": "000002"}))
    assert isinstance(first, BadLine) and "longer than" in first.message
    assert len(first.text) <= LONGEST_LINE
    assert isinstance(second, CsvRow) and second.line == 3


def test_a_line_without_end_is_read_in_bounded_pieces() -> None:
    largest = 0

    class Endless(io.BytesIO):
        def readline(self, size: int | None = -1) -> bytes:
            nonlocal largest
            largest = max(largest, size or -1)
            return super().readline(size)

    list(read_rows(Endless(f"{HEADER}\n".encode() + b"x" * 200_000)))
    assert 0 < largest <= LONGEST_LINE + 1


def test_a_wrong_number_of_cells_is_a_bad_line(member_file: MakeFile) -> None:
    refused = bad(member_file({"name": "土木,太郎"}))
    assert (refused.line, refused.column) == (2, None)
    assert refused.message == "has 36 cells where the header has 35"


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"acquired_on": "1980-05-05"}, "acquired_on"),
        ({"lost_on": "2020-03-31"}, "lost_on"),
        ({"certificate": "expired", "certificate_valid_until": ""}, "certificate_valid_until"),
        ({"confirmation_valid_from": "2026-01-01"}, "confirmation_valid_until"),
        ({"confirmation_valid_until": "2026-01-01"}, "confirmation_valid_from"),
        (
            {"confirmation_valid_from": "2026-01-02", "confirmation_valid_until": "2026-01-01"},
            "confirmation_valid_until",
        ),
        ({"card": ""}, "card"),
        ({"registration": ""}, "registration"),
    ],
)
def test_what_no_facts_could_be_made_from_is_a_bad_line(
    member_file: MakeFile, changed: dict[str, str], column: str
) -> None:
    assert bad(member_file(changed)).column == column


@pytest.mark.parametrize(
    "changed",
    [
        {"acquired_on": "1980-05-06"},
        {"lost_on": "2020-04-01"},
        {"registration_ends_on": "2026-07-31"},
        {"filed_on": "2199-12-31"},
        {"confirmation_valid_from": "2026-01-01", "confirmation_valid_until": "2026-01-01"},
        {"certificate": ""},
    ],
)
def test_what_facts_can_be_made_from_is_taken(member_file: MakeFile, changed: dict[str, str]) -> None:
    (row,) = read(member_file(changed))
    assert isinstance(row, CsvRow)


def test_a_bad_line_names_line_and_column_and_nothing_of_the_person(member_file: MakeFile) -> None:
    refused = bad(member_file({}, {"sex": "男"}))
    assert str(refused) == "line 3, sex: must be male, female, unset"
    assert "土木" not in repr(refused)
    assert "土木" in refused.text


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "123456789018"},
        {"birth_date": "123456789018"},
        {"card": "none", "address": "1234-5678-9018"},
        {"name": "1234\x005678\x009018"},
        {"name": '123456789018"'},
    ],
)
def test_a_line_with_a_my_number_is_refused_and_its_text_forgotten(
    member_file: MakeFile, changed: dict[str, str]
) -> None:
    assert bad(member_file(changed)).text == ""


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [["x"] * len(NAMES)]
    first, second = io.StringIO(), io.StringIO()
    assert write_rows(first, rows) == write_rows(second, rows) == 1
    assert first.getvalue() == second.getvalue()


def test_rows_and_members_do_not_show_a_person(member_file: MakeFile) -> None:
    (row,) = read(member_file({}))
    assert isinstance(row, CsvRow)
    assert "土木" not in repr(row) and "000001" not in repr(row.key)


def without(data: bytes, *left_out: str) -> bytes:
    """Return a member file without some columns."""
    lines = [line.split(",") for line in data.decode().splitlines()]
    kept = [index for index, name in enumerate(lines[0]) if name not in left_out]
    return "".join(",".join(line[index] for index in kept) + "\n" for line in lines).encode()


@pytest.mark.parametrize("left_out", [*([name] for name in MAY_BE_LEFT_OUT), list(MAY_BE_LEFT_OUT)])
def test_a_file_from_before_the_third_edition_is_read(member_file: MakeFile, left_out: list[str]) -> None:
    (row,) = read(without(member_file({"pays_in_full": "true", "stay_until": "2027-01-31"}), *left_out))
    assert isinstance(row, CsvRow)
    assert [name for name, value in zip(NAMES, row.values, strict=True) if value is ColumnLeftOut.LEFT_OUT] == left_out


@pytest.mark.parametrize("name", [name for name in NAMES if name not in MAY_BE_LEFT_OUT])
def test_no_other_column_may_be_left_out(member_file: MakeFile, name: str) -> None:
    with pytest.raises(HeaderRefused, match=f"{name} is missing"):
        read(without(member_file({}), name))


def test_a_row_is_completed_with_what_is_known_and_else_with_none(member_file: MakeFile) -> None:
    (row,) = read(without(member_file({"pays_in_full": "true"}), "information_withheld", "stay_until"))
    assert isinstance(row, CsvRow)
    assert row.completed(None).values[30:] == (False, False, True, False, None)
    known = [*row.values[4:30], True, True, False, True, date(2027, 1, 31)]
    assert row.completed(known).values[30:] == (True, False, True, False, date(2027, 1, 31))
