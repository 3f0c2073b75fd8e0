"""Member files as spreadsheets and host systems write them: encodings, ends, what has no content."""

import io
from collections.abc import Callable, Iterable
from itertools import repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.eligibility import BadLine, CsvRow, Decoder, EncodingRefused, FileEncoding, HeaderRefused, read_rows
from kiosk.eligibility.columns import NAMES
from kiosk.eligibility.csv_io import LONGEST_LINE
from kiosk.eligibility.encodings import MOST_HELD

MakeFile = Callable[..., bytes]
NAME = NAMES.index("name")
ASCII = {"name": "", "kana": "", "household_head": "", "address": "", "employer": ""}


_LETTERS = "".join(map(chr, range(0x30A1, 0x30F7))) + "亜井上田中山川佐藤鈴木高橋渡辺齋齊濱邊髙﨑　"


def read(data: bytes, encoding: FileEncoding = FileEncoding.AUTO) -> tuple[list[CsvRow | BadLine], FileEncoding]:
    decoder = Decoder(encoding)
    return list(read_rows(io.BytesIO(data), decoder=decoder)), decoder.in_words()


def cp932(data: bytes) -> bytes:
    return data.decode().encode("cp932")


def names(rows: Iterable[CsvRow | BadLine]) -> list[str]:
    return [str(row.values[NAME]) for row in rows if isinstance(row, CsvRow)]


@pytest.mark.parametrize("asked", [FileEncoding.AUTO, FileEncoding.CP932])
def test_cp932_is_read_and_said(member_file: MakeFile, asked: FileEncoding) -> None:
    rows, found = read(cp932(member_file({"name": "髙﨑 ①郎"}, {"branch": "01", "kana": "ﾄﾞﾎﾞｸ"})), asked)
    assert (names(rows), found) == (["髙﨑 ①郎", "土木 太郎"], FileEncoding.CP932)


@pytest.mark.parametrize("asked", [FileEncoding.AUTO, FileEncoding.UTF_8])
def test_utf_8_is_read_and_said(member_file: MakeFile, asked: FileEncoding) -> None:
    rows, found = read(member_file({"name": "𠮷野"}), asked)
    assert (names(rows), found) == (["𠮷野"], FileEncoding.UTF_8)


def test_both_read_the_same(member_file: MakeFile) -> None:
    data = member_file({}, {"branch": "01"})
    (one, _), (other, _) = read(data), read(cp932(data))
    assert [row.values for row in one if isinstance(row, CsvRow)] == [
        row.values for row in other if isinstance(row, CsvRow)
    ]


@settings(max_examples=50)
@given(
    st.text(
        "".join(map(chr, range(0x30A1, 0x30F7))) + "亜井上田中山川佐藤鈴木高橋渡辺齋齊濱邊髙﨑　",
        min_size=2,
        max_size=20,
    )
)
def test_japanese_text_is_known_in_both_encodings(text: str) -> None:
    line = f"133033,71-0000,000001,00,土木 太郎,{text}"
    for encoding in ("utf-8", "cp932"):
        decoder = Decoder()
        assert [decoder.decode(raw) for raw in decoder.lines([line.encode(encoding)], bool)] == [line]


def test_a_file_in_ascii_alone_is_utf_8(member_file: MakeFile) -> None:
    rows, found = read(member_file(ASCII))
    assert (len(rows), found) == (1, FileEncoding.UTF_8)


def test_the_encoding_may_show_late(member_file: MakeFile) -> None:
    people = [ASCII | {"number": f"{number:06}"} for number in range(2_000)]
    rows, found = read(cp932(member_file(*people, {"number": "900000"})))
    assert (len(rows), names(rows)[-1], found) == (2_001, "土木 太郎", FileEncoding.CP932)


def test_half_width_kana_that_is_good_utf_8_too_waits_for_a_line_that_shows_it(member_file: MakeFile) -> None:
    doubtful = ASCII | {"kana": "ﾃｽ"}
    rows, found = read(cp932(member_file(doubtful, {"branch": "01"})))
    assert (len(rows), found) == (2, FileEncoding.CP932)
    assert isinstance(rows[0], CsvRow) and rows[0].values[NAMES.index("kana")] == "ﾃｽ"


def test_a_file_that_fits_both_is_refused_until_its_encoding_is_given(member_file: MakeFile) -> None:
    data = cp932(member_file(ASCII | {"kana": "ﾃｽ"}))
    with pytest.raises(EncodingRefused, match="--encoding"):
        read(data)
    assert read(data, FileEncoding.CP932)[1] is FileEncoding.CP932


def test_no_more_than_a_bounded_number_of_bytes_is_held_back(member_file: MakeFile) -> None:
    line = cp932(member_file(ASCII | {"kana": "ﾃｽ"})).splitlines(keepends=True)[1]
    taken = 0

    def endless() -> Iterable[bytes]:
        nonlocal taken
        for one in repeat(line):
            taken += len(one)
            yield one

    with pytest.raises(EncodingRefused):
        next(iter(Decoder().lines(endless(), bool)))
    assert taken <= MOST_HELD + LONGEST_LINE


@pytest.mark.parametrize("first", ["utf-8", "cp932"])
def test_a_line_in_the_other_encoding_is_a_bad_line(member_file: MakeFile, first: str) -> None:
    many = member_file(*({"number": f"{number:06}"} for number in range(2_000)))
    header, *lines = many.decode().splitlines(keepends=True)
    second = "cp932" if first == "utf-8" else "utf-8"
    data = header.encode() + "".join(lines[:-1]).encode(first) + lines[-1].encode(second)
    rows, _ = read(data)
    (bad,) = [row for row in rows if isinstance(row, BadLine)]
    assert bad.line == 2_001
    assert bad.message == ("is not UTF-8" if first == "utf-8" else "is UTF-8, where the file is CP932")


def test_utf_16_is_refused_with_the_remedy(member_file: MakeFile) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        with pytest.raises(HeaderRefused, match="UTF-16; save it as CSV in UTF-8"):
            read(("\ufeff" + member_file({}).decode()).encode(encoding))


def test_the_mark_of_utf_8_in_a_file_that_is_said_to_be_cp932_is_refused(member_file: MakeFile) -> None:
    with pytest.raises(EncodingRefused, match="leave --encoding cp932 away"):
        read(b"\xef\xbb\xbf" + member_file({}), FileEncoding.CP932)


@pytest.mark.parametrize("end", [b"\x1a", b"\r\n\x1a", b"\x1a\r\n", b"\x1a\x1a"])
def test_the_end_of_file_of_a_host_system_is_passed_over(member_file: MakeFile, end: bytes) -> None:
    (row,), _ = read(member_file({}).removesuffix(b"\n") + b"\r\n" * (end == b"\x1a\r\n") + end)
    assert isinstance(row, CsvRow)


def test_it_is_a_control_character_anywhere_else(member_file: MakeFile) -> None:
    (row, _), _ = read(member_file({"name": "土\x1a木"}, {"branch": "01"}))
    assert isinstance(row, BadLine) and row.message == "contains a control character"


@pytest.mark.parametrize("empty", [",,,", ',"",,', "   ", " , ,\u3000", ""])
def test_rows_without_content_are_passed_over(member_file: MakeFile, empty: str) -> None:
    rows, _ = read(member_file({}) + f"{empty}\r\n".encode() + member_file({"branch": "01"}).split(b"\n", 1)[1])
    assert [row.line for row in rows] == [2, 4]


def widened(data: bytes, *ends: str) -> bytes:
    return "".join(f"{line}{end}\n" for line, end in zip(data.decode().splitlines(), ends, strict=True)).encode()


def test_columns_without_content_are_passed_over(member_file: MakeFile) -> None:
    (row,), _ = read(widened(member_file({}), ",,,", ",,,"))
    assert isinstance(row, CsvRow)
    (row,), _ = read(widened(member_file({}), ",,,", ""))
    assert isinstance(row, CsvRow)


def test_a_column_without_a_name_may_hold_nothing(member_file: MakeFile) -> None:
    (row,), _ = read(widened(member_file({}), ",,", ",,x"))
    assert isinstance(row, BadLine) and row.message == "has something in column 37, which has no name in the header row"


def test_a_shifted_row_is_a_bad_line(member_file: MakeFile) -> None:
    (row,), _ = read(widened(member_file({}), "", ","))
    assert isinstance(row, BadLine) and "36 cells where the header has 35" in row.message


def test_ten_thousand_columns_are_one_sentence() -> None:
    with pytest.raises(HeaderRefused, match="is missing"):
        read(b"," * 10_000 + b"\n")
    with pytest.raises(HeaderRefused, match="longer than"):
        read(b",".join([b"name"] * 10_000) + b"\n")


def test_a_number_that_a_spreadsheet_wrote_as_a_formula_is_named_by_its_column(member_file: MakeFile) -> None:
    (row,), _ = read(member_file({"number": '="000001"'}))
    assert isinstance(row, BadLine)
    assert str(row) == 'line 2, number: is a formula of a spreadsheet; write the number alone, without =" and "'
