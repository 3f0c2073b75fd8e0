"""Every column of a member file: what it accepts, what it refuses, and that it is written as it was read."""

from datetime import date

import pytest

from kiosk.decision import CardStatus, Certificate, Registration
from kiosk.eligibility import Relationship, Sex
from kiosk.eligibility.columns import COLUMNS, MAY_BE_LEFT_OUT, NAMES, CellRefused, Column, MyNumberRefused

BY_NAME = {column.name: column for column in COLUMNS}

REQUIRED = ("insurer_number", "number", "branch", "birth_date", "acquired_on", "card", "registration")
DATES = (
    "birth_date",
    "acquired_on",
    "lost_on",
    "filed_on",
    "linked_on",
    "certificate_valid_until",
    "registration_ends_on",
    "notice_issued_on",
    "confirmation_valid_from",
    "confirmation_valid_until",
    "legacy_card_until",
    "stay_until",
)
TEXTS = ("name", "kana", "household_head", "address", "employer", "limit_class")
CODES = ("sex", "relationship", "card", "certificate", "registration")
FLAGS = ("information_withheld", "special_consideration", "pays_in_full", "card_without_pin")
BOOLEANS = ("my_number_reported", "confirmation_requested", *FLAGS)

BAD_DATES = (
    "2026-02-29", "2026-13-01", "2026-6-1", "20260601", "2026-W10-1", "01-06-2026", "2026/06/01", "1867-12-31",
    "2200-01-01", " 2026-06-01", "2026-06-01T00:00:00", "令和8年6月1日", "0",
)  # fmt: skip
BAD: dict[str, tuple[str, ...]] = {
    "insurer_number": ("", "13303", "1330333", "133033333", "13303a", "133034", "01130013", " 133033", "133 033"),
    "symbol": (
        "71:0000",
        "71：0000",
        " 71",
        "71 ",
        "7  1",
        "1" * 21,
        "㍿" * 6,
        "123456789018",
        "１２３４５６７８９０１８",
        "71\u200b",
        "7\u00ad1",
        "\ufeff71",
        "71\u3164",
        "7\U000e01001",
        "71\x00",
        "71\ue000",
        "Ａ\u0301",
    ),
    "number": (
        "",
        "0:1",
        " 1",
        "1 ",
        "1" * 21,
        "123456789018",
        "1234-5678-9018",
        '="000129"',
        "=000129",
        "＝000129",
        "'000129",
        "’000129",
        "1.29E+02",
        "1E+05",
        "１．２９Ｅ＋０２",
        "\N{ARABIC-INDIC DIGIT ONE}",
    ),
    "branch": ("", "0", "000", "0 ", "-1"),
    "postal_code": ("102", "10-20093", "102 0093", "102-00933"),
    "copay_percent": ("31", "-1", "3.0", "030", "30%", " 30", "1e1"),
    **{name: ("名" * 301, "1234-5678-9018", '="土木"') for name in TEXTS},
    **{name: BAD_DATES for name in DATES},
    **{name: ("Held", " held", "none", "1", "nan") for name in CODES},
    **{name: ("True", "TRUE", "1", "yes", " true") for name in BOOLEANS},
}


@pytest.mark.parametrize(("name", "cell"), [(name, cell) for name, bad in BAD.items() for cell in bad])
def test_a_bad_cell_is_refused(name: str, cell: str) -> None:
    with pytest.raises(CellRefused):
        BY_NAME[name].parse(cell)


@pytest.mark.parametrize("name", NAMES)
def test_a_refusal_does_not_repeat_the_cell(name: str) -> None:
    with pytest.raises(CellRefused) as refused:
        BY_NAME[name].parse("土木太郎" * 80)
    assert "土木" not in str(refused.value)


def test_every_column_stands_in_the_table_of_bad_cells() -> None:
    assert set(BAD) == set(NAMES)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_an_empty_cell_is_unknown_or_none_unless_the_column_is_required(column: Column) -> None:
    if column.name in REQUIRED:
        with pytest.raises(CellRefused):
            column.parse("")
    else:
        assert column.text(column.parse("")) == ("false" if column.name in FLAGS else "")


def test_a_file_may_leave_out_what_the_third_edition_of_the_decision_added() -> None:
    assert tuple(MAY_BE_LEFT_OUT) == (*FLAGS, "stay_until") == NAMES[30:]  # the last ones
    for name, value in MAY_BE_LEFT_OUT.items():
        assert BY_NAME[name].parse("") == value


GOOD = {
    "insurer_number": ("133033", "01130012"),
    "symbol": ("71-0000", "７１－００００", "71\u22120000", "71ー0000", "あいう", "7", "記 号", "国保・東", "神"),
    "number": ("000001", "１８７"),
    "branch": ("00", "01", "99"),
    "name": ("髙﨑 𠮷郎", "辻󠄀 葛󠄀子", 'O\'Neill, "Jo"', "神", "\U0002f81a"),
    "postal_code": ("102-0093", "1020093"),
    "birth_date": ("1868-01-01", "2199-12-31", "2024-02-29"),
    "copay_percent": ("0", "10", "30"),
    "certificate": ("valid", "expired", "revoked", "unknown"),
    "my_number_reported": ("true", "false"),
    "card": ("held", "never_issued", "returned", "lost"),
    "registration": ("registered", "unregistered", "cancelled", "unknown"),
    "sex": ("male", "female", "unset"),
    "relationship": ("self", "family"),
}


@pytest.mark.parametrize(("name", "cell"), [(name, cell) for name, good in GOOD.items() for cell in good])
def test_a_good_cell_is_written_as_it_was_read(name: str, cell: str) -> None:
    assert BY_NAME[name].text(BY_NAME[name].parse(cell)) == cell


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("branch", "00", "00"),
        ("insurer_number", "１３３０３３", "133033"),
        ("branch", "０１", "01"),
        ("birth_date", "1980-05-06", date(1980, 5, 6)),
        ("birth_date", "１９８０－０５－０６", date(1980, 5, 6)),
        ("postal_code", "１０２－００９３", "102-0093"),
        ("copay_percent", "３０", 30),
        ("card", "ｈｅｌｄ", CardStatus.HELD),
        ("my_number_reported", "ｔｒｕｅ", True),
        ("copay_percent", "0", 0),
        ("my_number_reported", "false", False),
        ("card", "held", CardStatus.HELD),
        ("certificate", "", None),
        ("certificate", "expired", Certificate.EXPIRED),
        ("registration", "cancelled", Registration.CANCELLED),
        ("sex", "unset", Sex.UNSET),
        ("relationship", "family", Relationship.FAMILY),
    ],
)
def test_a_cell_becomes_a_typed_value(name: str, cell: str, value: object) -> None:
    assert BY_NAME[name].parse(cell) == value


def test_letters_that_a_keyboard_took_apart_are_put_together() -> None:
    assert BY_NAME["kana"].parse("ト\u3099ホ\u3099ク") == "ドボク"


def test_forms_of_a_kanji_that_normal_form_c_would_exchange_are_kept() -> None:
    assert BY_NAME["name"].parse("ト\u3099 \ufa19 \ufa11") == "ド \ufa19 \ufa11"


def test_a_my_number_is_told_from_other_bad_cells() -> None:
    with pytest.raises(MyNumberRefused):
        BY_NAME["limit_class"].parse("123456789018")


@pytest.mark.parametrize(
    ("cell", "remedy"),
    [
        ('="000129"', "write the number alone"),
        ("'000129", "write the number without it"),
        ("1.29E+02", "formatted as text"),
    ],
)
def test_what_a_spreadsheet_makes_of_a_number_is_refused_with_the_remedy(cell: str, remedy: str) -> None:
    with pytest.raises(CellRefused, match=remedy):
        BY_NAME["number"].parse(cell)
