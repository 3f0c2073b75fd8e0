"""Tomorrow's bookings as CSV."""

from __future__ import annotations

import io
from datetime import date

import pytest

from kiosk.eligibility.terminal import Booking, LineRefused, read_bookings

ON = date(2026, 11, 22)
HEADER = "reference,insurer_number,symbol,number,branch,birth_date"
LINE = "P-1,133033,71-0000,000000,00,1960-04-05"


def read(*lines: str, encoding: str = "utf-8") -> list[Booking]:
    return list(read_bookings(io.BytesIO("\n".join(lines).encode(encoding)), ON))


def test_a_booking_is_a_reference_and_a_enquiry() -> None:
    (booking,) = read(HEADER, LINE, "")
    asked = booking.enquiry
    assert booking.reference == "P-1"
    assert (asked.insurer_number, asked.symbol, asked.number, asked.branch, asked.birth_date, asked.on) == (
        *("133033", "71-0000", "000000", "00", date(1960, 4, 5), ON),
    )


def test_columns_come_in_any_order_and_a_mark_may_come_first() -> None:
    assert read("\ufeffbirth_date,branch,number,symbol,insurer_number,reference", "1948-03-01,,01234567,,39131016,P-2")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "line 1: the header is missing"),
        (["reference,number", LINE], "line 1: the header must have"),
        ([HEADER, LINE + ",more"], "line 2: has 7 cells where the header has 6"),
        ([HEADER, LINE.replace("1960-04-05", "1960-04-31")], "line 2: birth_date: must be a date"),
        ([HEADER, LINE.replace("1960-04-05", "19600405")], "line 2: birth_date: must be a date"),
        ([HEADER, LINE, LINE.replace("133033", "13303")], "line 3: insurer_number: must be 6 or 8 digits"),
        ([HEADER, LINE.replace("P-1", "")], "line 2: reference: must be 1 to 50 characters"),
        ([HEADER, LINE.replace("000000", "983205673214")], "line 2: holds a マイナンバー"),
        ([HEADER, '"' + LINE], "line 2: has a quotation mark out of place"),
        ([HEADER, LINE.replace("P-1", "P\x001")], "line 2: holds a control character"),
        ([HEADER, "x" * 5000], "line 2: is longer than 4096 bytes"),
    ],
)
def test_a_line_that_is_no_booking_is_refused_and_not_repeated(lines: list[str], told: str) -> None:
    with pytest.raises(LineRefused) as caught:
        read(*lines)
    assert str(caught.value).startswith(told)
    assert "71-0000" not in str(caught.value)


def test_what_is_no_utf_8_is_refused() -> None:
    with pytest.raises(LineRefused, match="line 2: is not UTF-8"):
        read(HEADER, LINE.replace("71-0000", "土木"), encoding="cp932")
