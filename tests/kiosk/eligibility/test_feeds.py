"""`kiosk registry feed`: one thing about members who are in the register, repeatable and undoable."""

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from kiosk.decision import CardStatus, Certificate, Registration
from kiosk.eligibility import FEEDS, NAMES, FeedKind, Member, MemberId, Registry

Run = Callable[..., Result]
MakeFile = Callable[..., bytes]
TARO = MemberId("133033", "71-0000", "000001", "00")
KEY = "insurer_number,symbol,number,branch"


@pytest.fixture
def feed(loaded: Run) -> Callable[..., Result]:
    """Run `kiosk registry feed` on a register with 土木 太郎 and 花子."""

    def run(kind: str, names: str, *lines: str, options: tuple[str, ...] = ()) -> Result:
        text = "\n".join([f"{KEY},{names}", *lines])
        return loaded("feed", kind, "-", "--json", *options, input=text.encode())

    return run


@pytest.fixture
def taro(register_url: str) -> Callable[[], Member]:
    """土木 太郎 as the register has him."""

    def member() -> Member:
        with Registry.open(register_url) as registry:
            found = registry.member(TARO)
        assert found is not None
        return found

    return member


SAID: dict[str, tuple[str, str, dict[str, object]]] = {
    "card": ("card", "lost", {"card": CardStatus.LOST}),
    "certificate": (
        "certificate,certificate_valid_until",
        "revoked,2026-05-31",
        {"certificate": Certificate.REVOKED, "certificate_valid_until": date(2026, 5, 31)},
    ),
    "registration": (
        "registration,registration_ends_on",
        "cancelled,2026-07-31",
        {"registration": Registration.CANCELLED, "registration_ends_on": date(2026, 7, 31)},
    ),
    "linkage": ("linked_on", "2026-06-03", {"linked_on": date(2026, 6, 3)}),
    "filings": (
        "filed_on,my_number_reported",
        "2026-06-01,false",
        {"filed_on": date(2026, 6, 1), "my_number_reported": False},
    ),
    "returned": (
        "notice_issued_on,confirmation_valid_from,confirmation_valid_until",
        ",,",
        {"notice_issued_on": None, "confirmation_valid_from": None},
    ),
}


def test_every_kind_is_in_the_table() -> None:
    assert set(SAID) == set(FeedKind) == set(FEEDS)
    assert {name for one in FEEDS.values() for name in one.names} <= set(NAMES)


@pytest.mark.parametrize("kind", SAID)
def test_a_feed_changes_its_columns_alone_and_is_repeatable_and_undoable(
    kind: str, feed: Callable[..., Result], taro: Callable[[], Member], loaded: Run
) -> None:
    names, cells, expected = SAID[kind]
    before = taro()
    first = json.loads(feed(kind, names, f"{TARO}".replace(":", ",") + f",{cells}").stdout)
    assert (first["updated"], first["inserted"], first["unchanged"]) == (1, 0, 0)
    after = taro()
    assert {name: getattr(after, name) for name in expected} == expected
    untouched = set(NAMES[4:]) - set(names.split(","))
    assert {name: getattr(after, name) for name in untouched} == {name: getattr(before, name) for name in untouched}
    again = json.loads(feed(kind, names, f"{TARO}".replace(":", ",") + f",{cells}").stdout)
    assert (again["updated"], again["unchanged"]) == (0, 1)
    assert loaded("undo", str(first["batch"]), "--by", "hanako").exit_code == 0
    assert {name: getattr(taro(), name) for name in NAMES[4:]} == {name: getattr(before, name) for name in NAMES[4:]}


def test_a_member_whom_the_register_does_not_have_is_a_bad_line(feed: Callable[..., Result]) -> None:
    refused = feed("card", "card", "133033,71-0000,999999,00,lost")
    assert refused.exit_code == 1
    assert "line 2: is about a member whom the register does not have" in refused.stderr


def test_another_spelling_is_the_same_member(feed: Callable[..., Result], taro: Callable[[], Member]) -> None:
    assert feed("card", "card", "１３３０３３,７１－００００,０００００１,００,lost").exit_code == 0
    assert taro().card is CardStatus.LOST


def test_what_becomes_impossible_together_with_the_register_is_a_bad_line(feed: Callable[..., Result]) -> None:
    refused = feed("certificate", "certificate,certificate_valid_until", "133033,71-0000,000001,00,expired,")
    assert refused.exit_code == 1
    assert "line 2, certificate_valid_until: must not be empty when certificate is expired" in refused.stderr


@pytest.mark.parametrize("names", ["card,name", "name", "card,card", "certificate"])
def test_a_feed_has_the_columns_of_its_kind(feed: Callable[..., Result], names: str) -> None:
    refused = feed("card", names, "133033,71-0000,000001,00,lost,x")
    assert refused.exit_code == 1 and "header row" in refused.stderr


def test_the_same_member_twice_is_a_bad_line(feed: Callable[..., Result]) -> None:
    line = "133033,71-0000,000001,00,lost"
    assert "an earlier line" in feed("card", "card", line, line).stderr


def test_only_the_states_word_on_certificates_makes_it_newer(
    made: Run, taro: Callable[[], Member], people: Path
) -> None:
    def feed(kind: str, names: str, *cells: str) -> None:
        lines = f"{KEY},{names}\n133033,71-0000,000001,00,{','.join(cells)}"
        assert made("feed", kind, "-", "--valid-from", "2026-02-01", input=lines.encode()).exit_code == 0

    assert made("import", str(people), "--valid-from", "2026-01-01").exit_code == 0
    feed("card", "card", "held")
    assert taro().confirmed_on == date(2026, 1, 1)
    feed("certificate", "certificate,certificate_valid_until", "valid", "2028-05-06")
    assert taro().confirmed_on == date(2026, 2, 1)


def test_a_preview_changes_nothing(feed: Callable[..., Result], taro: Callable[[], Member]) -> None:
    said = json.loads(feed("card", "card", "133033,71-0000,000001,00,lost", options=("--preview",)).stdout)
    assert (said["changed"], said["preview"]) == ({"card": 1}, True)
    assert taro().card is CardStatus.HELD


@pytest.mark.parametrize("what", ["folder", "fifo", "missing"])
def test_what_is_no_file_is_one_sentence_at_once(loaded: Run, tmp_path: Path, what: str) -> None:
    place = tmp_path / "members"
    if what == "folder":
        place.mkdir()
    elif what == "fifo":
        os.mkfifo(place)
    for command in (["import"], ["feed", "card"]):
        refused = loaded(*command, str(place))
        assert refused.exit_code == 4
        assert refused.stderr.startswith(f"{place}: ") and refused.stderr.count("\n") == 1
