"""What the terminal last said of a person: enough to see a change, and nothing of the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import Enquiry, KnownAnswers, KnownAnswersError, parse_answer
from tests.kiosk.eligibility.terminal.other_side import golden

KEY = bytes(range(32))
TODAY = date(2026, 11, 22)
VALID, INVALID = parse_answer(golden("valid")), parse_answer(golden("invalid"))


def changed(folder: Path, enquiry: Enquiry, answer: object, today: date = TODAY, key: bytes = KEY) -> bool:
    with KnownAnswers.opened(folder, key, 90, today) as known:
        (said,) = known.changed([(enquiry, answer)])
        known.keep()
    return said


def test_the_first_answer_is_no_change_and_another_is(tmp_path: Path, enquiry: Enquiry) -> None:
    assert [changed(tmp_path, enquiry, one) for one in (VALID, VALID, INVALID, INVALID, VALID)] == [
        *(False, False, True, False, True),
    ]


def test_the_time_of_an_answer_and_its_notices_are_no_change(tmp_path: Path, enquiry: Enquiry) -> None:
    changed(tmp_path, enquiry, VALID)
    assert not changed(tmp_path, enquiry, replace(VALID, as_of=None, message="お知らせ", code="TEST"))


def test_a_reference_that_the_clinic_registered_is_no_change(tmp_path: Path, enquiry: Enquiry) -> None:
    changed(tmp_path, enquiry, replace(VALID, results=(replace(VALID.results[0], reference=None),)))
    assert not changed(tmp_path, enquiry, VALID)


def test_each_person_has_an_answer_of_their_own(tmp_path: Path, enquiry: Enquiry) -> None:
    changed(tmp_path, enquiry, VALID)
    assert not changed(tmp_path, replace(enquiry, branch="01"), INVALID)
    assert not changed(tmp_path, replace(enquiry, birth_date=date(1960, 4, 6)), INVALID)


def test_what_was_not_kept_is_told_again(tmp_path: Path, enquiry: Enquiry) -> None:
    """The answers' file was not written to its end: nobody has read of the change."""
    changed(tmp_path, enquiry, VALID)
    with KnownAnswers.opened(tmp_path, KEY, 90, TODAY) as known:
        assert known.changed([(enquiry, INVALID)]) == [True]
    assert changed(tmp_path, enquiry, INVALID)


def test_what_is_old_is_forgotten(tmp_path: Path, enquiry: Enquiry) -> None:
    changed(tmp_path, enquiry, VALID)
    assert changed(tmp_path, enquiry, INVALID, TODAY + timedelta(days=90))
    later = TODAY + timedelta(days=91)
    with KnownAnswers.opened(tmp_path, KEY, 90, later) as known:
        assert known.changed([(replace(enquiry, on=later), VALID)]) == [False]


def test_under_another_site_key_nothing_is_known(tmp_path: Path, enquiry: Enquiry) -> None:
    changed(tmp_path, enquiry, VALID)
    assert not changed(tmp_path, enquiry, INVALID, key=KEY + bytes(32))


def test_the_file_holds_nothing_of_the_person_and_is_the_owners(tmp_path: Path, enquiry: Enquiry) -> None:
    changed(tmp_path, enquiry, VALID)
    (kept,) = tmp_path.iterdir()
    content = kept.read_bytes()
    for text in ("土木", "71-0000", "000000", "133033", "1960", "P-00042", "A03"):
        assert text.encode() not in content
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_spoiled_file_is_told_by_its_name(tmp_path: Path, enquiry: Enquiry) -> None:
    (tmp_path / "terminal-known.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(KnownAnswersError, match="terminal-known.sqlite"):
        changed(tmp_path, enquiry, VALID)


def test_a_link_in_its_place_is_not_followed(tmp_path: Path, enquiry: Enquiry) -> None:
    (tmp_path / "terminal-known.sqlite").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KnownAnswersError):
        changed(tmp_path, enquiry, VALID)
    assert not (tmp_path / "elsewhere").exists()
