"""The members file: what is read, what is refused, and the invented people who are in it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.eligibility.columns import NAMES
from simulators.people import crowd, members_csv, outsiders, people, terminal_csv
from simulators.people.elsewhere import TERMINAL_COLUMNS, terminal_text
from simulators.terminal.answering import AnsweringService, Options
from simulators.terminal.elements import Encoding
from simulators.terminal.file_names import ExchangeFileName
from simulators.terminal.insured import InsuredPerson, MembersRefused, Scenario, read_members
from simulators.terminal.kana import half_width
from simulators.terminal.questions import has_right_check_digit
from simulators.terminal.results import GivenConsents
from tests.simulators.terminal.reading import NOW, question, read

TODAY = date(2026, 11, 22)
HEADER = "insurer_number,symbol,number,branch,birth_date,acquired_on"
LINE = "133033,71-0000,1,00,1990-01-01,2020-04-01"


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_the_register_s_own_file_will_do(tmp_path: Path) -> None:
    known = read_members(written(tmp_path / "m.csv", members_csv(TODAY)))
    assert len(known) == sum(person.member is not None for person in people(TODAY))
    assert known[0].name == "土木 太郎"


def test_few_columns_will_do(tmp_path: Path) -> None:
    (person,) = read_members(written(tmp_path / "m.csv", f"{HEADER}\n{LINE}\n"))
    assert person.key == "133033:71-0000:1:00"
    assert person.linked_on == date(2020, 4, 1), "a file without linkage has everybody linked"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "insurer_number, symbol, number, branch, birth_date, acquired_on is missing"),
        (f"{HEADER},nickname\n", "column 7 is unknown"),
        (f"{HEADER},number\n", "column 7 is unknown, or there twice"),
        (f"{HEADER}\n{LINE},1\n", "line 2: has 7 cells where the header has 6"),
        (f"{HEADER}\n{LINE}\n{LINE}\n", "line 3: this member is in the file twice"),
        (f"{HEADER}\n{LINE.replace('133033', '13303')}\n", "line 2, insurer_number"),
        (f"{HEADER}\n{LINE.replace('1990-01-01', '1990-02-30')}\n", "line 2, birth_date"),
        (f"{HEADER}\n{LINE.replace('1990-01-01', '9999-01-01')}\n", "line 2, birth_date"),
        (f"{HEADER}\n{LINE.replace(',00,', ',0,')}\n", "line 2, branch"),
        (f"{HEADER},scenario\n{LINE},nonsense\n", "line 2, scenario"),
        (f"{HEADER},copay_percent\n{LINE},many\n", "line 2, copay_percent"),
        (f'{HEADER}\n"{LINE}', "is not CSV"),
        (f"{HEADER}\n{'9' * 20_000}\n", "line 2: a file has at most"),
    ],
)
def test_a_wrong_file_says_where(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(MembersRefused) as refused:
        read_members(written(tmp_path / "m.csv", text))
    assert said in str(refused.value)
    assert "1990" not in str(refused.value)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_bytes(f"{HEADER},name\n{LINE},髙橋\n".encode("cp932"))
    with pytest.raises(MembersRefused, match="is not CSV in UTF-8"):
        read_members(tmp_path / "m.csv")


# People


def test_people_of_other_insurers_are_invented_and_can_be(tmp_path: Path) -> None:
    for day in (TODAY, date(2028, 2, 29), date(2027, 3, 31)):
        known = read_members(written(tmp_path / "m.csv", terminal_csv(day)))
        assert len(known) == len(read_members(written(tmp_path / "r.csv", members_csv(day)))) + len(outsiders(day))
        assert all(has_right_check_digit(person.insurer_number) for person in known)
        assert all(person.insurer_name for person in known)


@pytest.mark.parametrize(
    ("name", "validity"),
    [
        ("kyokai-valid", "1"),
        ("kyokai-not-linked", "4"),
        ("kumiai-twin-1", "1"),
        ("kouki-one", "1"),
        ("city-lost", "2"),
        ("city-moved", "3"),
        ("kumiai-moved", "1"),
    ],
)
@pytest.mark.parametrize("day", [TODAY, date(2027, 1, 4), date(2028, 2, 29)])
def test_each_is_answered_as_the_label_says(tmp_path: Path, name: str, validity: str, day: date) -> None:
    member = {one.id: one for one in outsiders(day)}[name].member
    known = read_members(written(tmp_path / "m.csv", terminal_csv(day)))
    terminal = AnsweringService(known, Options(), lambda: NOW.replace(year=day.year, month=day.month, day=day.day))
    content = question(
        QualificationConfirmationDate=f"{day:%Y%m%d}",
        InsurerNumber=member["insurer_number"].rjust(8),
        InsuredCardSymbol=member["symbol"] or None,
        InsuredIdentificationNumber=member["number"],
        InsuredBranchNumber=member["branch"],
        Birthdate=member["birth_date"].replace("-", ""),
    )
    assert read(terminal.answer(ExchangeFileName("siquc01", "1"), content)).text("QualificationValidity") == validity


def test_a_crowd_is_always_the_same_and_everybody_in_it_is_somebody_else(tmp_path: Path) -> None:
    assert list(crowd(50, TODAY)) == list(crowd(50, TODAY))
    known = read_members(written(tmp_path / "m.csv", terminal_text(crowd(5000, TODAY))))
    assert len({person.key for person in known}) == 5000


def test_the_columns_are_those_that_the_terminal_reads() -> None:
    assert {"scenario", "insurer_name", "certificate_class", "specific_disease"} <= set(TERMINAL_COLUMNS)
    assert {field.name for field in fields(InsuredPerson)} - set(TERMINAL_COLUMNS) == {"loss_reason"}


# Whatever is in a line


@pytest.mark.parametrize(
    ("kana", "half"),
    [
        ("タカハシ イチロウ", "ﾀｶﾊｼ ｲﾁﾛｳ"),
        ("ガギグゲゴ パピプペポ", "ｶﾞｷﾞｸﾞｹﾞｺﾞ ﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ"),
        ("ヴォー ティ", "ｳﾞｫｰ ﾃｨ"),
        ("カ\u3099", "ｶﾞ"),
        ("ヱビス　ヰチ", "ｴﾋﾞｽ ｲﾁ"),
    ],
)
def test_kana_are_written_in_half_width(kana: str, half: str) -> None:
    assert half_width(kana) == half


texts = st.text(max_size=20)
keys = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs"], exclude_characters=":"), min_size=1, max_size=20)
days = st.dates(date(1900, 1, 1), date(2090, 12, 31))
persons = st.builds(
    InsuredPerson,
    insurer_number=st.sampled_from(["133033", "39139993", "06139992"]),
    symbol=keys,
    number=keys,
    branch=st.sampled_from(["00", "01", "99"]),
    birth_date=days,
    acquired_on=days,
    name=texts,
    kana=texts,
    household_head=texts,
    address=texts,
    postal_code=texts,
    insurer_name=texts,
    lost_on=st.none() | days,
    linked_on=st.none() | days,
    filed_on=st.none() | days,
    copay_percent=st.none() | st.integers(0, 30),
    limit_class=st.sampled_from(["", "ア", "A05", "Z99"]),
    scenario=st.none() | st.sampled_from(Scenario),
)
agreed = st.none() | st.booleans()
consents = st.builds(GivenConsents, limit=agreed, specific_disease=agreed, checkup=agreed, medicine=agreed)


@given(person=persons, consents=consents, encoding=st.sampled_from(Encoding))
def test_any_person_s_file_is_well_formed_in_the_encoding_that_it_declares(
    person: InsuredPerson, consents: GivenConsents, encoding: Encoding
) -> None:
    other = replace(person, number="other", birth_date=date(1999, 9, 9))
    terminal = AnsweringService([person, other], Options(encoding=encoding), lambda: NOW)
    face = read(terminal.face_file(person, consents, "0" * 20))

    assert f'encoding="{encoding.declared}"'.encode() in face.content.splitlines()[0]
    assert face.text("CharacterCodeIdentifier") == encoding.code
    assert face.text("SegmentOfResult") in ("1", "9")
    assert face.content.count(b"\n") == face.content.count(b"\r\n")


def test_every_column_of_the_register_is_known(tmp_path: Path) -> None:
    header = ",".join(NAMES)
    assert read_members(written(tmp_path / "m.csv", f"{header}\n")) == []
