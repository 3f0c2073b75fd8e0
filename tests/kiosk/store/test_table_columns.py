"""The tables hold the columns of a member file, in the order of the file."""

from kiosk.eligibility.columns import NAMES
from kiosk.store.schema import DETAIL_NAMES, KEY_NAMES


def test_the_tables_hold_the_columns_of_a_member_file_in_its_order() -> None:
    assert KEY_NAMES + DETAIL_NAMES == NAMES
